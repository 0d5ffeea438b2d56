"""Inquiries at the municipality that answers them, and those that are overdue at the secretariat."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb
from identity.actions.inquiries import (
    LINK_DAYS,
    answer_inquiry,
    forward_inquiry,
    is_about,
    note_inquiry_read,
)
from identity.domain.inquiry import STARTS, Step
from identity.models import Citizen, Inquiry, InquirySubject, LifeEventKind
from identity.permissions import IdentityPermission
from identity.purposes import state_purpose, stated_purpose
from identity.queries import inquiries as queries
from identity.resident_forms import InquiryTextForm
from identity.tables import InquiryTable, OverdueTable
from services.permissions import ServicesPermission
from services.queries import relying_party

from .inquiries import inquiry_facts

PROOF = IdentityPermission.PROOF_RESIDENTS
PURPOSE = "inquiry"


@require_safe
@requires(PROOF)
def home(request: PortalRequest, code: str) -> HttpResponse:
    table = InquiryTable(request, queries.of_municipality(tenant_of(request).pk))
    return render(request, "identity/staff/inquiries.html", {"table": table})


@require_safe
@never_cache
@requires(PROOF)
def inquiry(request: PortalRequest, code: str, inquiry_id: UUID) -> HttpResponse:
    """What was written is shown only to who said before that she handles it."""
    return _page(request, _found(request, inquiry_id), InquiryTextForm())


@require_POST
@requires(PROOF)
def read(request: PortalRequest, code: str, inquiry_id: UUID) -> HttpResponse:
    found = _found(request, inquiry_id)
    if stated_purpose(request, inquiry_id) is None:
        note_inquiry_read(by=request.actor, inquiry=found)
        state_purpose(request, inquiry_id, PURPOSE)
    return redirect("inquiries:inquiry", code, inquiry_id)


@require_POST
@requires(PROOF)
def answer(request: PortalRequest, code: str, inquiry_id: UUID) -> HttpResponse:
    found, form = _found(request, inquiry_id), InquiryTextForm(request.POST)
    if stated_purpose(request, found.pk) is None:
        return redirect("inquiries:inquiry", code, inquiry_id)
    if form.is_valid():
        try:
            answer_inquiry(by=request.actor, inquiry=found, text=form.cleaned_data["text"])
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("回答しました。本人に知らせました。"))
        return redirect("inquiries:inquiry", code, inquiry_id)
    return _page(request, found, form)


@require_POST
@never_cache
@requires(PROOF)
def forward(request: PortalRequest, code: str, inquiry_id: UUID) -> HttpResponse:
    """The letter is the answer itself: the address is shown this once."""
    found = _found(request, inquiry_id)
    if stated_purpose(request, found.pk) is None:
        return redirect("inquiries:inquiry", code, inquiry_id)
    try:
        token = forward_inquiry(by=request.actor, inquiry=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("inquiries:inquiry", code, inquiry_id)
    party = relying_party(found.client_id)
    values = {
        "facts": inquiry_facts(found),
        "url": f"{settings.IDENTITY_URL}/answers/{token}/",
        "party": party,
        "days": LINK_DAYS,
        "crumbs": _crumbs(request, _("事業者への照会")),
    }
    return render(request, "identity/staff/inquiry_letter.html", values)


@require_safe
@requires(ServicesPermission.MANAGE_CATALOGUE)
def overdue(request: PortalRequest) -> HttpResponse:
    table = OverdueTable(request, queries.overdue())
    return render(request, "identity/staff/inquiries_overdue.html", {"table": table})


def _found(request: PortalRequest, inquiry_id: UUID) -> Inquiry:
    rows = queries.of_municipality(tenant_of(request).pk)
    found: Inquiry = get_object_or_404(rows, pk=inquiry_id)
    return found


def _page(request: PortalRequest, found: Inquiry, form: InquiryTextForm) -> HttpResponse:
    is_open = stated_purpose(request, found.pk) is not None
    is_own = is_open and is_about(request.actor.exercising(PROOF), found)
    values: dict[str, Any] = {
        "inquiry": found,
        "facts": inquiry_facts(found) if is_open else [],
        "said": queries.said(found) if is_open else [],
        "is_open": is_open,
        "form": form,
        "is_own": is_own,
        "can_answer": found.state in STARTS[Step.ANSWER] and not is_own,
        "can_forward": found.state in STARTS[Step.FORWARD] and found.may_forward and not is_own,
        "correction": _correction(request, found) if is_open else "",
        "crumbs": _crumbs(request, found.recipient if is_open else _("内容の確認")),
    }
    return render(request, "identity/staff/inquiry.html", values, status=422 if form.errors else 200)


def _correction(request: PortalRequest, found: Inquiry) -> str:
    """Where the counter corrects her record, for a request that is open and of who lives here still."""
    if found.subject != InquirySubject.CORRECTION or found.state not in STARTS[Step.ANSWER]:
        return ""
    if not Citizen.objects.filter(pk=found.citizen_id).exists():
        return ""
    slug = LifeEventKind.CORRECTION.value
    return reverse("counter:event", args=[tenant_of(request).code, found.citizen_id, slug])


def _crumbs(request: PortalRequest, here: str) -> list[Crumb]:
    code = tenant_of(request).code
    return [Crumb(_("住民からの問い合わせ"), reverse("inquiries:home", args=[code])), Crumb(here)]
