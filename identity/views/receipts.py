"""A resident's copy of a consent, and taking back a part of it."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortium.ui.downloads import attachment
from consortium.ui.views import FormView
from identity import keyring
from identity.actions.consents import narrow_consent
from identity.optin_forms import NarrowForm
from identity.queries.consents import ConsentView, consent, events
from identity.queries.pseudonyms import known_value
from identity.receipts import receipt_paper, signed_receipt
from services.queries import relying_party

from .me import below_consent


def _own(request: Any, consent_id: UUID) -> ConsentView:
    found = consent(request.actor.citizen_id, consent_id)
    if found is None:
        raise Http404
    return found


@require_safe
def signed(request: Any, consent_id: UUID) -> HttpResponse:
    found, citizen_id = _own(request, consent_id), request.actor.citizen_id
    party = relying_party(found.client_id)
    subject = known_value(citizen_id, party.sector) if party else ""
    try:
        receipt = signed_receipt(found, events(citizen_id, consent_id), party, subject)
    except keyring.NoKey:
        messages.error(request, _("今は署名できません。時間をおいて、もう一度お試しください。"))
        return redirect("identity:consent", consent_id=consent_id)
    text = json.dumps(receipt, ensure_ascii=False, indent=2)
    return attachment(text.encode(), "application/json", f"consent-{consent_id}.json")


@require_safe
def paper(request: Any, consent_id: UUID) -> HttpResponse:
    found = _own(request, consent_id)
    pdf = receipt_paper(found, relying_party(found.client_id))
    return attachment(pdf, "application/pdf", f"consent-{consent_id}.pdf")


class Narrow(FormView):
    """Some of the attributes; all of them are withdrawn on a page of their own."""

    form_class = NarrowForm
    template_name = "identity/consent_narrow.html"

    @cached_property
    def consent(self) -> ConsentView:
        return _own(self.request, self.kwargs["consent_id"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"held": self.consent.attributes}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = below_consent(self.consent, _("同意の一部の撤回"))
        return super().get_context_data(consent=self.consent, crumbs=crumbs, **kwargs)

    def perform(self, form: forms.BaseForm) -> str:
        by = self.request.actor  # type: ignore[attr-defined]  # set by the middleware
        narrow_consent(by=by, consent_id=self.consent.consent_id, attributes=form.cleaned_data["attributes"])
        messages.success(self.request, _("選んだ情報の提供を止めました。"))
        return reverse("identity:consent", args=[self.consent.consent_id])
