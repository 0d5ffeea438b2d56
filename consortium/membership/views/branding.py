"""An administrator's page about how the municipality's own pages look."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.domain.colour import Colour, ColourError, darkened_to_contrast
from consortium.membership import queries
from consortium.membership.actions import change_branding, readable
from consortium.membership.forms import BrandingForm
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.brand import GROUNDS, brand_css_url
from consortium.ui.views import FormView

PREVIEW = "preview"


class Branding(FormView):
    """GET ?colour= proposes one; POST with `preview` shows the page in it, without saves it."""

    permission = MembershipPermission.MANAGE_BRANDING
    template_name = "membership/branding.html"
    form_class = BrandingForm
    request: PortalRequest

    @cached_property
    def look(self) -> queries.Look:
        return queries.look(tenant_of(self.request).pk)

    def get_initial(self) -> dict[str, Any]:
        proposed = self.request.GET.get("colour")
        return {
            "colour": self.look.colour if proposed is None else proposed,
            "short_name": self.look.short_name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        return {**context, "nearest": _nearest(form), "present": self.look.colour}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        return self._preview(form) if PREVIEW in self.request.POST else super().form_valid(form)

    def _preview(self, form: BaseForm) -> HttpResponse:
        colour = readable(form.cleaned_data["colour"])
        css = brand_css_url(colour)
        return self.render_to_response(
            self.get_context_data(form=form, preview=True, preview_css=css, shown=colour)
        )

    def perform(self, form: BaseForm) -> str:
        change_branding(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("画面の色と表示名を変更しました。"))
        return self.request.path


def _nearest(form: BaseForm) -> str:
    """A colour like the one refused that would do; "" where none was refused for its contrast."""
    if not form.is_bound or not form.has_error("colour", "contrast"):
        return ""
    try:
        return str(darkened_to_contrast(Colour.parse(str(form["colour"].data)), GROUNDS))
    except ColourError:
        return ""
