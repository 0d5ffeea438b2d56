"""Thin bases for form pages: 422 on errors, actions' refusals shown in the form, double submits done once."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import generic

from consortium.ui import errors, kept, once

UNPROCESSABLE = 422


if TYPE_CHECKING:
    _FormView = generic.FormView[BaseForm]
else:
    _FormView = generic.FormView


class FormView(_FormView):
    """Subclasses name `form_class` and `template_name` and implement `perform`.

    Put `{% once %}` inside the form. Only a success that redirects and is committed consumes the token. What
    was typed before a detour (consortium.ui.kept) is shown again: `request.POST` then holds it although the
    page is only read.
    """

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        super().setup(request, *args, **kwargs)
        if request.method == "GET" and kept.PARAMETER in request.GET:
            _restore(request)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs | {"data": self.request.POST} if _is_restored(self.request) else kwargs

    def perform(self, form: BaseForm) -> str:
        """Call the action; return the URL to go to. A ValidationError it raises is shown in the form."""
        return self.get_success_url()

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        form = self.get_form()
        try:
            claim = once.claim(request)
        except once.Expired:
            form.add_error(
                None, _("時間が経過したため送信できませんでした。内容を確かめて、もう一度送信してください。")
            )
            return self.form_invalid(form)
        except once.Running:
            return errors.conflict(request)
        if claim.led_to:
            return HttpResponseRedirect(claim.led_to)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return HttpResponseRedirect(self.perform(form))
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=UNPROCESSABLE)


class Press(generic.View):
    """A button: POST, then back to `back` with what came of it, or with the action's refusal."""

    http_method_names = ["post"]

    def press(self, request: Any, **kwargs: Any) -> str:
        """Do it; return the message."""
        raise NotImplementedError

    def back(self, request: Any) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            messages.success(request, self.press(request, **kwargs))
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
        return HttpResponseRedirect(self.back(request))


def page_before(request: HttpRequest, otherwise: str = "/") -> str:
    """The address of this site that led here; never another site's."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or not before.path.startswith("/"):
        return otherwise
    return f"{before.path}?{before.query}" if before.query else before.path


def _restore(request: HttpRequest) -> None:
    found = kept.recall(request)
    if found is None:
        messages.warning(request, _("入力していた内容は、保管の期限を過ぎたため残っていません。"))
        return
    request.POST = found  # type: ignore[assignment]  # immutable as well
    messages.info(request, _("入力していた内容を戻しました。確かめて、もう一度送信してください。"))


def _is_restored(request: HttpRequest) -> bool:
    return request.method == "GET" and bool(request.POST)


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Show an action's refusal at the fields it names; what names no field of this form stands on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        known = name != NON_FIELD_ERRORS and name in form.fields
        form.add_error(name if known else None, ValidationError(problems))


@method_decorator(login_not_required, name="dispatch")
class Accessibility(generic.TemplateView):
    template_name = "ui/accessibility.html"
