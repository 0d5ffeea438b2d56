"""A resident's inquiries: about one disclosure, one access by staff, or for a correction."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortium.dates import calendar_date, calendar_time
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import add_errors
from identity.actions.inquiries import About, ask, close_inquiry, reopen_inquiry
from identity.domain.inquiry import STARTS, Step
from identity.labels import listed
from identity.models import Disclosure, Inquiry, InquirySubject
from identity.queries import inquiries as queries
from identity.queries.uses import staff_access
from identity.resident_forms import InquiryForm, InquiryTextForm
from identity.shell import under


@require_safe
def inquiries(request: Any) -> HttpResponse:
    found = list(queries.of_resident(request.actor.citizen_id)[:100])
    crumbs = under("identity:uses", Crumb(_("お問い合わせ")))
    return render(request, "identity/inquiries.html", {"inquiries": found, "crumbs": crumbs})


@require_http_methods(["GET", "HEAD", "POST"])
def ask_about_disclosure(request: Any, disclosure_id: UUID) -> HttpResponse:
    row = Disclosure.objects.filter(pk=disclosure_id, citizen_id=request.actor.citizen_id).first()
    if row is None:
        raise Http404
    about = About(
        InquirySubject.DISCLOSURE,
        row.recipient,
        subject_id=row.pk,
        client_id=row.client_id,
        happened_at=row.occurred_at,
        attributes=row.attributes,
    )
    return _ask(request, about)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_about_access(request: Any, access_id: UUID) -> HttpResponse:
    found = staff_access(request.actor.citizen_id, access_id)
    if found is None:
        raise Http404
    access, municipality_id = found
    about = About(
        InquirySubject.STAFF_ACCESS,
        access.municipality,
        subject_id=access.id,
        happened_at=access.at,
        municipality_id=municipality_id,
    )
    return _ask(request, about)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Any) -> HttpResponse:
    return _ask(request, About(InquirySubject.CORRECTION, str(InquirySubject.CORRECTION.label)))


def _ask(request: Any, about: About) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = (InquiryForm if about.client_id else InquiryTextForm)(posted)
    if posted is not None and form.is_valid():
        data = form.cleaned_data
        try:
            inquiry = ask(
                by=request.actor, about=about, text=data["text"], may_forward=data.get("may_forward", False)
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("受け付けました。回答があるとお知らせします。"))
            return redirect("identity:inquiry", inquiry_id=inquiry.pk)
    is_correction = about.subject == InquirySubject.CORRECTION
    values = {
        "form": form,
        "facts": _about_facts(about.recipient, about.happened_at, about.attributes),
        "is_correction": is_correction,
        "crumbs": under("identity:profile", Crumb(_("訂正を求める")))
        if is_correction
        else under("identity:uses", Crumb(_("問い合わせ"))),
    }
    return render(request, "identity/ask.html", values, status=422 if form.errors else 200)


@require_safe
def inquiry(request: Any, inquiry_id: UUID) -> HttpResponse:
    return _page(request, _own(request, inquiry_id), InquiryTextForm())


@require_POST
def close(request: Any, inquiry_id: UUID) -> HttpResponse:
    try:
        close_inquiry(by=request.actor, inquiry=_own(request, inquiry_id))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("問い合わせを終了しました。"))
    return redirect("identity:inquiry", inquiry_id=inquiry_id)


@require_POST
def reopen(request: Any, inquiry_id: UUID) -> HttpResponse:
    own, form = _own(request, inquiry_id), InquiryTextForm(request.POST)
    if form.is_valid():
        try:
            reopen_inquiry(by=request.actor, inquiry=own, text=form.cleaned_data["text"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("もう一度問い合わせました。"))
            return redirect("identity:inquiry", inquiry_id=inquiry_id)
    return _page(request, own, form)


def _own(request: Any, inquiry_id: UUID) -> Inquiry:
    found: Inquiry | None = queries.of_resident(request.actor.citizen_id).filter(pk=inquiry_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: Any, own: Inquiry, form: InquiryTextForm) -> HttpResponse:
    values = {
        "inquiry": own,
        "facts": inquiry_facts(own),
        "said": queries.said(own),
        "form": form,
        "can_close": own.state in STARTS[Step.CLOSE],
        "can_reopen": own.state in STARTS[Step.REOPEN],
        "crumbs": under(
            "identity:uses", Crumb(_("お問い合わせ"), reverse("identity:inquiries")), Crumb(own.recipient)
        ),
    }
    return render(request, "identity/inquiry.html", values, status=422 if form.errors else 200)


def inquiry_facts(inquiry: Inquiry) -> list[Fact]:
    """Also for those who answer; without what she wrote."""
    return [
        Fact(_("種類"), inquiry.get_subject_display()),
        *_about_facts(inquiry.recipient, inquiry.happened_at, inquiry.attributes),
        Fact(_("状態"), inquiry.get_state_display()),
        Fact(_("受け付けた日"), calendar_date(inquiry.received_at)),
        Fact(_("回答の期限"), calendar_date(inquiry.due_on)),
    ]


def _about_facts(recipient: str, happened_at: Any, attributes: Any) -> list[Fact]:
    facts = [Fact(_("相手"), recipient)]
    if happened_at:
        facts.append(Fact(_("日時"), calendar_time(happened_at)))
    if attributes:
        facts.append(Fact(_("提供した情報"), listed(attributes)))
    return facts
