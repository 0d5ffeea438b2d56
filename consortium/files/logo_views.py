"""The administrator's page of the logo, and the logo itself."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.downloads import SANDBOX
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView

from .actions import change_logo, remove_logo
from .contents import ContentMissing, read
from .logo import LOGO, logo, logo_id
from .sizes import size_text


def _accepted() -> str:
    values = {"limit": size_text(LOGO.max_bytes), "pixels": LOGO.pixels}
    return (
        _("PNGかJPEG、%(limit)s以下、縦横%(pixels)s画素以下。横長で背景のないものが見やすくなります。")
        % values
    )


class LogoForm(Form):
    file = forms.FileField(
        label=gettext_lazy("ロゴの画像"),
        max_length=255,
        help_text=lazy(_accepted, str)(),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )


class ChangeLogo(FormView):
    """POST with `remove` takes the logo away."""

    request: PortalRequest
    permission = MembershipPermission.MANAGE_BRANDING
    template_name = "files/logo.html"

    def get_form_class(self) -> type[Form]:
        return Form if "remove" in self.request.POST else LogoForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        branding = reverse("membership:branding", args=[tenant_of(self.request).code])
        crumbs = [Crumb(_("画面の色と表示名"), branding), Crumb(_("ロゴ"))]
        logo_url = url_of(self.request)
        return super().get_context_data(crumbs=crumbs, back=branding, logo_url=logo_url, **kwargs)

    def perform(self, form: BaseForm) -> str:
        if isinstance(form, LogoForm):
            upload = form.cleaned_data["file"]
            change_logo(by=self.request.actor, name=upload.name, content=upload.read())
            messages.success(self.request, _("ロゴを変更しました。"))
        else:
            remove_logo(by=self.request.actor)
            messages.success(self.request, _("ロゴを外しました。"))
        return self.request.path


class Logo(View):
    """Shown in the frame of the municipality's pages. Its address changes with it, so it may be kept."""

    request: PortalRequest
    permission = PortalPermission.VIEW

    def get(self, request: PortalRequest, *args: object, **kwargs: UUID) -> HttpResponse:
        file = logo(kwargs["logo"])
        if file is None:
            raise Http404("No such logo.")
        try:
            content = read(file)
        except ContentMissing as error:
            raise Http404("Its content is lost.") from error
        headers = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": SANDBOX}
        return HttpResponse(content, content_type=file.mime, headers=headers)


def url_of(request: PortalRequest) -> str:
    """Empty without a logo."""
    municipality = tenant_of(request)
    found = logo_id(municipality.pk)
    return reverse("files:logo", args=[municipality.code, found]) if found else ""
