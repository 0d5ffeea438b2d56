"""The office that attests: one person or a file, a second clerk, and the way back."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortium.dates import calendar_date
from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.tabular.limits import UnreadableFile
from consortium.tabular.responses import file_response, wanted_form
from consortium.tabular.writer import Form as FileFormat
from consortium.tabular.writer import Sheet
from consortium.ui.parts import Crumb, Fact, steps
from consortium.ui.views import FormView
from identity.actions import attestations as actions
from identity.actions.counter import note_access_to_attest
from identity.attestation_files import COLUMNS, Term, lines
from identity.attestation_forms import FileForm, RevokeForm, SingleForm
from identity.attestation_tables import BatchTable
from identity.domain.attestation import ATTESTABLE, roughly
from identity.domain.attributes import Attribute
from identity.labels import ATTRIBUTES, row_problem
from identity.models import AttestationBatch, BatchState, Citizen, RevocationReason
from identity.permissions import IdentityPermission
from identity.queries import attestations as queries
from identity.queries.counter import receipt_number

from .purposes import note_and_hold, purpose_first

ATTEST = IdentityPermission.ATTEST
SHOWN_PROBLEMS = 100
BUSY = frozenset({BatchState.CHECKING, BatchState.APPLYING})


@require_safe
@requires(ATTEST)
def home(request: PortalRequest, code: str) -> HttpResponse:
    return render(
        request, "identity/attestations/home.html", {"batches": BatchTable(request, queries.batches())}
    )


class _Prepare(FormView):
    permission = ATTEST
    heading: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = [_("準備"), _("別の職員による確認"), _("発行")]
        crumbs = [Crumb(_("資格の証明"), _url(self.request, "home")), Crumb(self.heading)]
        return {**super().get_context_data(**kwargs), "steps": steps(labels, 0), "crumbs": crumbs}


class Single(_Prepare):
    form_class = SingleForm
    template_name = "identity/attestations/single.html"

    @property
    def heading(self) -> str:  # type: ignore[override]  # in the reader's language
        return _("1人の資格を証明")

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        citizen = _one(data)
        batch = actions.prepare_attestation(
            by=self.request.actor,  # type: ignore[attr-defined]  # a PortalRequest
            citizen=citizen,
            statement=_statement(data),
            starts_on=data["starts_on"],
            until=data["until"],
        )
        note_and_hold(self.request, citizen, "attestation", note=note_access_to_attest)
        messages.success(self.request, _("準備しました。別の職員が確認すると有効になります。"))
        return _url(self.request, "batch", batch.pk)


def _one(data: dict[str, Any]) -> Citizen:
    found = queries.find(data["receipt"], data["kana"], data["birth_date"])
    if len(found) > 1:
        raise ValidationError({"receipt": _("同じ人が2人以上います。受付番号で指定してください。")})
    if not found:
        raise ValidationError(_("この自治体に住む登録者の中に見つかりません。"), code="unknown")
    return found[0]


class File(_Prepare):
    form_class = FileForm
    template_name = "identity/attestations/file.html"

    @property
    def heading(self) -> str:  # type: ignore[override]  # in the reader's language
        return _("ファイルで証明")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "columns": COLUMNS,
            "form_url": _url(self.request, "form"),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        term = Term(data["starts_on"], data["until"])
        found = lines(data["file"], ATTESTABLE[Attribute(data["attribute"])], term)
        try:
            batch = actions.prepare_attestations(
                by=self.request.actor,  # type: ignore[attr-defined]  # a PortalRequest
                statement=_statement(data),
                lines=found,
            )
        except UnreadableFile as problem:
            raise ValidationError({"file": str(problem)}) from problem
        messages.success(self.request, _("ファイルを受け付けました。登録者と照合しています。"))
        return _url(self.request, "batch", batch.pk)


def _statement(data: dict[str, Any]) -> actions.Statement:
    return actions.Statement(Attribute(data["attribute"]), data["title"], data["institution"])


@require_safe
@requires(ATTEST)
def form_file(request: PortalRequest, code: str) -> HttpResponse:
    example: list[Any] = [column.example or None for column in COLUMNS]
    sheet = Sheet(_("資格の証明"), [column.label for column in COLUMNS], [example], fictional=False)
    return file_response(request, wanted_form(request) or FileFormat.XLSX, "form", sheet)


@require_safe
@requires(ATTEST)
@purpose_first
def batch(request: PortalRequest, code: str, batch_id: UUID) -> HttpResponse:
    return _page(request, _found(batch_id), RevokeForm())


def _page(request: HttpRequest, found: AttestationBatch, form: BaseForm, status: int = 200) -> HttpResponse:
    persons = request.actor.exercising(ATTEST).persons  # type: ignore[attr-defined]  # a PortalRequest
    problems = list(queries.problem_rows(found.pk)[: SHOWN_PROBLEMS + 1])
    values = {
        "batch": found,
        "facts": _facts(found),
        "steps": steps([_("準備"), _("別の職員による確認"), _("発行")], _reached(found)),
        **_progress(request, found),
        "is_preparer": str(found.prepared_by) in persons,
        "is_asker": str(found.revoke_asked_by) in persons,
        "reason": RevocationReason(found.revoke_reason).label if found.revoke_reason else "",
        "form": form,
        "problems": [(row.number, row.column, row_problem(row.problem)) for row in problems[:SHOWN_PROBLEMS]],
        "more": len(problems) > SHOWN_PROBLEMS,
        "crumbs": [Crumb(_("資格の証明"), _url(request, "home")), Crumb(found.title)],
    }
    return render(request, "identity/attestations/batch.html", values, status=status)


def _progress(request: HttpRequest, found: AttestationBatch) -> dict[str, object]:
    checking = found.state == BatchState.CHECKING
    return {
        "busy": found.state in BUSY,
        "progress_url": _url(request, "progress", found.pk),
        "progress_label": _("登録者と照合しています") if checking else _("証明を発行しています"),
        "progress_note": _("ページを閉じても処理は続きます。"),
    }


@require_safe
@requires(ATTEST)
@purpose_first
def progress(request: PortalRequest, code: str, batch_id: UUID) -> HttpResponse:
    """The bar alone, for polling; at the end the page is told to reload. It names nobody."""
    found = _found(batch_id)
    response = render(request, "identity/attestations/progress.html", _progress(request, found))
    if found.state not in BUSY:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@requires(ATTEST)
@purpose_first
def problems(request: PortalRequest, code: str, batch_id: UUID) -> HttpResponse:
    """All lines that have to be mended, as a file: their numbers, and nobody's name."""
    found = _found(batch_id)
    rows = [(row.number, row.column, str(row_problem(row.problem))) for row in queries.problem_rows(found.pk)]
    sheet = Sheet(_("誤りの一覧"), [_("行"), _("列"), _("内容")], rows, fictional=False)
    return file_response(request, wanted_form(request) or FileFormat.CSV, "errors", sheet)


@require_POST
@requires(ATTEST)
@purpose_first
def decide(request: PortalRequest, code: str, batch_id: UUID, deed: str) -> HttpResponse:
    """deed: a key of _DEEDS."""
    if deed not in _DEEDS:
        raise Http404
    act, told = _DEEDS[deed]
    try:
        act(by=request.actor, batch=_found(batch_id))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, told())
    return redirect(_url(request, "batch", batch_id))


_DEEDS: dict[str, tuple[Any, Any]] = {
    "confirm": (actions.confirm_attestations, lambda: _("確認しました。証明を発行します。")),
    "decline": (actions.decline_attestations, lambda: _("取りやめました。何も発行していません。")),
    "confirm-revocation": (
        actions.confirm_revocation,
        lambda: _("取り消しました。ただちに効力を失いました。"),
    ),
    "withdraw-revocation": (actions.withdraw_revocation, lambda: _("取消しを取りやめました。")),
}


@require_POST
@requires(ATTEST)
@purpose_first
def revoke(request: PortalRequest, code: str, batch_id: UUID) -> HttpResponse:
    found, form = _found(batch_id), RevokeForm(request.POST)
    if found.state != BatchState.ISSUED or found.revoke_row is not None:
        messages.error(request, _("ほかの職員が先に処理しました。今の状態を確かめてください。"))
        return redirect(_url(request, "batch", batch_id))
    if form.is_valid():
        reason, row = RevocationReason(form.cleaned_data["reason"]), form.cleaned_data["row"] or 0
        try:
            actions.ask_to_revoke(by=request.actor, batch=found, reason=reason, row=row)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("取消しを準備しました。別の職員が確認すると取り消されます。"))
            return redirect(_url(request, "batch", batch_id))
    return _page(request, found, form, status=422)


def _facts(found: AttestationBatch) -> list[Fact]:
    facts = [
        Fact(_("証明する資格"), ATTRIBUTES[found.attribute]),
        Fact(_("証明した機関"), found.institution or _("この自治体")),
        *_whose_and_when(found),
        Fact(_("準備"), _by(found.prepared_by_name, found.prepared_at)),
    ]
    if found.confirmed_at:
        facts.append(Fact(_("確認"), _by(found.confirmed_by_name, found.confirmed_at)))
    return [*facts, *_counts(found)] if found.total > 1 else facts


def _whose_and_when(found: AttestationBatch) -> list[Fact]:
    """What the second clerk compares: of one person the number on her slip, and for how long it holds."""
    facts, subject, term = [], queries.only_subject(found), queries.term(found.pk)
    if subject:
        facts.append(Fact(_("受付番号"), receipt_number(subject)))
    if term:
        facts.append(Fact(_("有効期間"), " – ".join(calendar_date(day) for day in term)))
    return facts


def _counts(found: AttestationBatch) -> list[Fact]:
    """Before it is issued only about how many: a list of a few would tell who has a digital ID."""
    facts = [Fact(_("ファイルの行"), f"{found.total:,}"), Fact(_("誤りのある行"), f"{found.faulty:,}")]
    if found.state in {BatchState.ISSUED, BatchState.REVOKED}:
        return [*facts, Fact(_("証明した人"), f"{found.found:,}"), Fact(_("対象外"), f"{found.skipped:,}")]
    if found.state in {BatchState.PREPARED, BatchState.APPLYING}:
        about = roughly(found.found)
        many = _("10人未満") if about is None else _("約%(count)s人") % {"count": f"{about:,}"}
        facts.append(Fact(_("証明する見込み"), many))
    return facts


def _by(name: str, at: date) -> str:
    return _("%(day)s %(name)s") % {"day": calendar_date(at), "name": name}


def _reached(found: AttestationBatch) -> int:
    if found.state in {BatchState.ISSUED, BatchState.REVOKED}:
        return 3
    return 2 if found.state == BatchState.APPLYING else 1


def _found(batch_id: UUID) -> AttestationBatch:
    found = queries.batch(batch_id)
    if found is None:
        raise Http404
    return found


def _url(request: Any, name: str, *args: Any) -> str:
    return reverse(f"attestations:{name}", args=[tenant_of(request).code, *args])
