"""The page under which a service's operator reads and answers one inquiry, by its one-time address."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from consortium.api.limits import address
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui import errors
from consortium.ui.views import add_errors
from identity.actions.inquiries import answer_as_service, token_hash
from identity.actions.pseudonyms import known_pseudonym
from identity.limits import exceeded
from identity.models import Inquiry, InquiryLink, InquiryState
from identity.queries.inquiries import said, usable_link
from identity.requests import opens_own_context
from identity.resident_forms import InquiryTextForm
from services.queries import relying_party

from .inquiries import inquiry_facts

WINDOW, PER_ADDRESS = 600, 60


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class Answer(View):
    """Unknown, used and expired addresses get one and the same answer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if exceeded("answers", address(request), limit=PER_ADDRESS, seconds=WINDOW):
            return errors.too_many(request, retry_after=WINDOW)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._handle(request, token, InquiryTextForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._handle(request, token, InquiryTextForm(request.POST))

    def _handle(self, request: HttpRequest, token: str, form: InquiryTextForm) -> HttpResponse:
        link = usable_link(token_hash(token))
        if link is None:
            return render(request, "identity/answer_gone.html", status=404)
        with context.citizen(link.citizen_id, municipality_id=link.municipality_id):
            inquiry = Inquiry.objects.get(pk=link.inquiry_id)
            if inquiry.state != InquiryState.ASKED and not form.is_bound:
                return render(request, "identity/answer_gone.html", status=404)
            if form.is_bound and form.is_valid() and _answered(form, inquiry, link):
                return render(request, "identity/answered.html")
            values = {
                "form": form,
                "facts": inquiry_facts(inquiry),
                "said": said(inquiry),
                "pseudonym": _pseudonym(link),
            }
            return render(request, "identity/answer.html", values, status=422 if form.errors else 200)


def _answered(form: InquiryTextForm, inquiry: Inquiry, link: InquiryLink) -> bool:
    by = Actor(ActorKind.SERVICE, id=link.client_id, label=inquiry.recipient, citizen_id=link.citizen_id)
    try:
        answer_as_service(by=by, inquiry=inquiry, link=link, text=form.cleaned_data["text"])
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _pseudonym(link: InquiryLink) -> str:
    """By which the operator finds its own record; her name is not told."""
    party = relying_party(link.client_id)
    return (known_pseudonym(link.citizen_id, party.sector) if party else None) or ""
