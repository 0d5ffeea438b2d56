"""The counter of a municipality: record, confirm by a second clerk, hand out a code."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb, Fact, steps
from consortium.ui.views import FormView
from identity.actions.counter import (
    PersonalRecord,
    confirm_proofing,
    decline_proofing,
    issue_enrolment_code,
    note_refused_registration,
    register_citizen,
    reproof_citizen,
)
from identity.domain.enrolment_code import grouped
from identity.forms import FindForm, PersonForm, ReproofForm
from identity.limits import exceeded, is_spent
from identity.models import Citizen
from identity.papers.counter import enrolment_paper
from identity.permissions import IdentityPermission
from identity.qr import qr_code
from identity.queries import counter as queries
from identity.queries.personal import person_of
from identity.tables import PendingTable, WaitingTable

from .me import person_facts
from .purposes import note_and_hold, purpose_first, purpose_label

PROOF = IdentityPermission.PROOF_RESIDENTS
REFUSED, MOST_REFUSED, DAY = "registration-refused", 5, 86_400


@require_safe
@requires(PROOF)
def home(request: PortalRequest, code: str) -> HttpResponse:
    values = {
        "pending": PendingTable(request, queries.pending()),
        "waiting": WaitingTable(request, queries.waiting_for_enrolment()),
    }
    return render(request, "identity/counter/home.html", values)


class Register(FormView):
    permission = PROOF
    form_class = PersonForm
    template_name = "identity/counter/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = [_("登録"), _("別の職員による確認"), _("登録コードの交付")]
        crumbs = _crumbs(self.request, _("住民を登録"))
        return {**super().get_context_data(**kwargs), "steps": steps(labels, 0), "crumbs": crumbs}

    def perform(self, form: BaseForm) -> str:
        actor = self.request.actor  # type: ignore[attr-defined]  # a PortalRequest
        if is_spent(REFUSED, actor.id, limit=MOST_REFUSED, seconds=DAY):
            raise ValidationError(
                _("受け付けられない登録が続きました。登録は明日まで別の職員が行ってください。"), code="limit"
            )
        data = dict(form.cleaned_data)
        evidence, namesake, test = data.pop("evidence"), data.pop("namesake"), data.pop("test")
        try:
            citizen = register_citizen(
                by=actor,
                person=PersonalRecord(**data),
                evidence=evidence,
                namesake=namesake,
                test=test,
            )
        except ValidationError as error:
            if getattr(error, "code", "") == "duplicate" and isinstance(form, PersonForm):
                self._refused(form)
            raise
        note_and_hold(self.request, citizen, "record")
        messages.success(self.request, _("登録しました。別の職員が書類と照らし合わせて確認してください。"))
        return _url(self.request, "case", citizen.pk)

    def _refused(self, form: PersonForm) -> None:
        """That there is such a person is told to nobody without trace, nor often."""
        actor = self.request.actor  # type: ignore[attr-defined]  # a PortalRequest
        note_refused_registration(by=actor)
        exceeded(REFUSED, actor.id, limit=MOST_REFUSED, seconds=DAY)
        form.offer_namesake()


@method_decorator(purpose_first, name="dispatch")
class Reproof(FormView):
    """For somebody who is enrolled and has lost what she signs in with."""

    permission = PROOF
    form_class = ReproofForm
    template_name = "identity/counter/reproof.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        _citizen, found = _case(self.kwargs["citizen_id"])
        values = {"case": found, "crumbs": _crumbs(self.request, _("本人確認のやり直し"))}
        return {**super().get_context_data(**kwargs), **values}

    def perform(self, form: BaseForm) -> str:
        citizen, _found = _case(self.kwargs["citizen_id"])
        actor = self.request.actor  # type: ignore[attr-defined]  # a PortalRequest
        reproof_citizen(by=actor, citizen=citizen, evidence=form.cleaned_data["evidence"])
        messages.success(
            self.request, _("本人確認を記録しました。別の職員が書類と照らし合わせて確認してください。")
        )
        return _url(self.request, "case", citizen.pk)


class Find(FormView):
    """By POST, so that no name stands in an address or a log."""

    permission = PROOF
    form_class = FindForm
    template_name = "identity/counter/find.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "crumbs": _crumbs(self.request, _("住民を探す"))}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        data = form.cleaned_data
        found = queries.find(data["kana"], data["birth_date"])
        if not found:
            form.add_error(None, _("この自治体に住む登録者の中に見つかりません。"))
            return self.form_invalid(form)
        if len(found) == 1:
            note_and_hold(self.request, found[0], data["purpose"], data["reason"])
            return redirect(_url(self.request, "case", found[0].pk))
        cases = [case for citizen in found if (case := queries.case(citizen.pk))]
        return self.render_to_response(self.get_context_data(form=form, cases=cases))


@require_safe
@never_cache
@requires(PROOF)
@purpose_first
def case(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    citizen, found = _case(citizen_id)
    values = {
        "case": found,
        "facts": [
            *person_facts(person_of(citizen)),
            *([] if citizen.reading_proofed else [Fact(_("ふりがなの確認"), _("本人の申告だけです"))]),
            Fact(_("確認した書類"), found.evidence),
        ],
        "purpose": purpose_label(request, citizen_id),
        "is_test": citizen.test,
        "steps": _steps(found),
        "is_examiner": found.examined_by_id in request.actor.exercising(PROOF).persons,
        "crumbs": _crumbs(request, _("受付番号 %(number)s") % {"number": found.number}),
    }
    return render(request, "identity/counter/case.html", values)


@require_POST
@requires(PROOF)
@purpose_first
def confirm(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    citizen, _found = _case(citizen_id)
    try:
        confirm_proofing(by=request.actor, citizen=citizen)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("本人確認を完了しました。登録コードを交付できます。"))
    return redirect(_url(request, "case", citizen_id))


@require_POST
@requires(PROOF)
@purpose_first
def decline(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    citizen, _found = _case(citizen_id)
    try:
        decline_proofing(by=request.actor, citizen=citizen)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(_url(request, "case", citizen_id))
    messages.success(request, _("登録を取り消しました。正しい内容で登録し直してください。"))
    return redirect(_url(request, "home"))


@require_POST
@never_cache
@requires(PROOF)
@purpose_first
def issue(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    """The slip is the answer itself, as a page or as a letter (paper): the code is shown this once."""
    citizen, found = _case(citizen_id)
    try:
        plain = issue_enrolment_code(by=request.actor, citizen=citizen)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(_url(request, "case", citizen_id))
    url = f"{settings.IDENTITY_URL}/enrol/"
    fresh = queries.case(citizen_id) or found
    if "paper" in request.POST:
        name = person_of(citizen).name
        pdf = enrolment_paper(tenant_of(request), name, fresh, plain, url)
        return attachment(pdf, "application/pdf", f"digital-id-{fresh.number}.pdf")
    values = {
        "case": fresh,
        "code": grouped(plain),
        "url": url,
        "qr": qr_code(url),
        "crumbs": _crumbs(request, _("登録票")),
    }
    return render(request, "identity/counter/slip.html", values)


def _case(citizen_id: UUID) -> tuple[Citizen, queries.Case]:
    """Of a resident of this municipality; anybody else does not exist here."""
    citizen: Citizen | None = Citizen.objects.filter(pk=citizen_id).first()
    found = queries.case(citizen_id) if citizen else None
    if citizen is None or found is None:
        raise Http404
    return citizen, found


def _steps(found: queries.Case) -> Any:
    labels = [_("登録"), _("別の職員による確認"), _("登録コードの交付"), _("本人によるパスキーの登録")]
    reached = 1
    if found.confirmed_at:
        reached = 4 if found.enrolled else 3 if found.code_expires_at else 2
    return steps(labels, reached)


def _crumbs(request: HttpRequest, here: str) -> list[Crumb]:
    return [Crumb(_("窓口"), _url(request, "home")), Crumb(here)]


def _url(request: Any, name: str, *args: Any) -> str:
    return reverse(f"counter:{name}", args=[tenant_of(request).code, *args])
