"""Forms of plans. The editor's fields are named by clause id, as problems and refusals name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.domain.calendar import FiscalYear
from consortium.ui.fields import DayField
from consortium.ui.forms import EVERY, Form
from shared_plans.actions import PLAN_ATTACHMENT
from shared_plans.domain.content import MAX_BODY, MAX_TITLE, Content, Initiative, Milestone, new_id
from shared_plans.models import NationalItem, PlanStatus, Visibility

CLAUSE = "clause"
YEARS_BACK, YEARS_AHEAD = 5, 10


def year_label(year: int) -> str:
    """令和8年度(2026) or FY2026."""
    return gettext("%(wareki)s(%(year)s)") % {"wareki": FiscalYear(year).wareki, "year": year}


def year_choices(*also: int) -> list[tuple[int, str]]:
    now = FiscalYear.of(timezone.localdate()).year
    years = {*range(now - YEARS_BACK, now + YEARS_AHEAD + 1), *also}
    return [(year, year_label(year)) for year in sorted(years)]


class PlanFilter(Form):
    q = forms.CharField(label=_("計画の名称"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("状態"), required=False, choices=[EVERY, *PlanStatus.choices])


class HeadForm(Form):
    """What a plan is called and which years it covers."""

    title = forms.CharField(label=_("計画の名称"), max_length=MAX_TITLE, help_text=_("例: 前橋市DX推進計画"))
    year_from = forms.TypedChoiceField(label=_("計画期間の始まり"), coerce=int)
    year_to = forms.TypedChoiceField(label=_("計画期間の終わり"), coerce=int)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        present = [int(year) for name in ("year_from", "year_to") if (year := self.initial.get(name))]
        for name in ("year_from", "year_to"):
            self.fields[name].choices = year_choices(*present)  # type: ignore[attr-defined]  # of a choice


class NewPlanForm(HeadForm):
    edition = forms.ChoiceField(
        label=_("国の計画の版"), help_text=_("施策はこの版の重点取組事項ごとに書きます。")
    )

    def __init__(self, *args: object, editions: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = editions  # type: ignore[attr-defined]  # of a choice


class ReasonForm(Form):
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


def _accepted() -> str:
    limit = filesizeformat(PLAN_ATTACHMENT.max_bytes)
    kinds = gettext("、").join(PLAN_ATTACHMENT.extensions)
    return gettext("%(kinds)s(%(limit)s以下)") % {"kinds": kinds, "limit": limit}


class AttachForm(Form):
    file = forms.FileField(
        label=_("ファイル"),
        max_length=255,
        help_text=lazy(_accepted, str)(),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in PLAN_ATTACHMENT.extensions)}),
    )
    title = forms.CharField(
        label=_("資料名"),
        max_length=MAX_TITLE,
        required=False,
        help_text=_("例: 推進体制図。空欄のときはファイル名を資料名にします。"),
    )


class DecisionForm(Form):
    """Publish, or send back with a reason; `do` says which."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput)
    visibility = forms.ChoiceField(
        label=_("公表の範囲"),
        choices=Visibility.choices,
        initial=Visibility.CONSORTIUM,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("差戻しの理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("差し戻す場合に入力してください。起案者に伝わります。"),
    )


class AdoptForm(HeadForm):
    """What an adopted plan is called here, and which years it is to cover."""

    title = forms.CharField(
        label=_("採用後の計画の名称"),
        max_length=MAX_TITLE,
        help_text=_("自らの自治体での名称に直してください。後からも変えられます。"),
    )
    year_to = forms.TypedChoiceField(
        label=_("計画期間の終わり"),
        coerce=int,
        help_text=_("期間の外になる節目の期日は、決裁を依頼する前に直してください。"),
    )


class LibraryForm(Form):
    q = forms.CharField(label=_("語句"), required=False, max_length=100)
    item = forms.ChoiceField(label=_("重点取組事項"), required=False)
    prefecture = forms.ChoiceField(label=_("都道府県"), required=False)

    def __init__(
        self,
        *args: object,
        items: list[tuple[str, str]],
        prefectures: list[tuple[str, str]],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("すべて"))
        self.fields["item"].choices = [every, *items]  # type: ignore[attr-defined]  # of a choice
        self.fields["prefecture"].choices = [every, *prefectures]  # type: ignore[attr-defined]  # of a choice


@dataclass(frozen=True)
class ClauseFields:
    """One initiative in the editor, as the template lays it out."""

    id: str
    fields: list[BoundField]
    hidden: list[BoundField]
    milestones: list[tuple[BoundField, BoundField]]


class EditorForm(HeadForm):
    """The whole plan. Clauses are listed by their ids in `clause`; each has as many milestones as were sent
    or saved, and one more, empty, to fill in.
    """

    lock_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: object, content: Content, items: list[NationalItem], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        self.clause_ids = self._sent_ids() if self.is_bound else [clause.id for clause in content.clauses]
        for clause_id in self.clause_ids:
            self._add_clause(clause_id, content.clause(clause_id))
        with_nul = self._nul_fields
        self.prepare()  # again, for the fields that have come since
        self._nul_fields += with_nul

    def content(self) -> Content:
        """What was sent, of a form that is valid."""
        return Content(tuple(self._clause(clause_id) for clause_id in self.clause_ids))

    def groups(self) -> list[tuple[NationalItem, list[ClauseFields]]]:
        """The clauses under their national items."""
        chosen = {clause_id: str(self[f"{clause_id}.item"].value()) for clause_id in self.clause_ids}
        return [
            (item, [self._laid_out(clause_id) for clause_id, key in chosen.items() if key == item.key])
            for item in self.items
        ]

    def head(self) -> list[BoundField]:
        return [self[name] for name in ("title", "year_from", "year_to")]

    def _sent_ids(self) -> list[str]:
        data = self.data
        sent = data.getlist(CLAUSE) if isinstance(data, QueryDict) else list(data.get(CLAUSE, []))
        return list(dict.fromkeys(sent))[:_TOO_MANY]

    def _add_clause(self, clause_id: str, saved: Initiative | None) -> None:
        milestones = saved.milestones if saved else ()
        self._add(clause_id, "item", forms.CharField(widget=forms.HiddenInput), saved and saved.item)
        hint = _("決裁を依頼するまでに入力してください。")
        title = forms.CharField(label=_("施策の名称"), max_length=MAX_TITLE, required=False, help_text=hint)
        self._add(clause_id, "title", title, saved and saved.title)
        body = forms.CharField(
            label=_("内容"), max_length=MAX_BODY, required=False, widget=forms.Textarea(attrs={"rows": 6})
        )
        self._add(clause_id, "body", body, saved and saved.body)
        for number in range(self._milestone_rows(clause_id, len(milestones))):
            self._add_milestone(clause_id, number, milestones[number] if number < len(milestones) else None)

    def _milestone_rows(self, clause_id: str, saved: int) -> int:
        sent = 0
        while self.is_bound and f"{clause_id}.milestones.{sent}.title" in self.data and sent < _TOO_MANY:
            sent += 1
        return max(sent, saved + 1)

    def _add_milestone(self, clause_id: str, number: int, saved: Milestone | None) -> None:
        prefix = f"milestones.{number}"
        hidden = forms.CharField(widget=forms.HiddenInput, required=False)
        self._add(clause_id, f"{prefix}.id", hidden, saved and saved.id)
        title = forms.CharField(label=_("節目"), max_length=MAX_TITLE, required=False)
        self._add(clause_id, f"{prefix}.title", title, saved and saved.title)
        due = DayField(label=_("期日"), required=False, help_text="")
        self._add(clause_id, f"{prefix}.due", due, saved and saved.due)

    def _add(self, clause_id: str, name: str, field: forms.Field, initial: object) -> None:
        field.initial = initial
        self.fields[f"{clause_id}.{name}"] = field

    def clean(self) -> None:
        for title, due in self._milestone_pairs():
            if (
                bool(self.cleaned_data.get(title)) != bool(self.cleaned_data.get(due))
                and due not in self.errors
            ):
                missing = due if self.cleaned_data.get(title) else title
                self.add_error(missing, _("節目には名称と期日の両方を入力してください。"))

    def _milestone_pairs(self) -> Iterator[tuple[str, str]]:
        for name in list(self.fields):
            if name.endswith(".due"):
                yield f"{name.removesuffix('due')}title", name

    def _clause(self, clause_id: str) -> Initiative:
        value = {name: self.cleaned_data[f"{clause_id}.{name}"] for name in ("item", "title", "body")}
        return Initiative(id=clause_id, **value, milestones=tuple(self._milestones(clause_id)))

    def _milestones(self, clause_id: str) -> Iterator[Milestone]:
        number = 0
        while (prefix := f"{clause_id}.milestones.{number}") and f"{prefix}.due" in self.fields:
            due: date | None = self.cleaned_data[f"{prefix}.due"]
            if due:
                milestone_id = self.cleaned_data[f"{prefix}.id"] or new_id()
                yield Milestone(milestone_id, self.cleaned_data[f"{prefix}.title"], due)
            number += 1

    def _laid_out(self, clause_id: str) -> ClauseFields:
        names = [name for name in self.fields if name.startswith(f"{clause_id}.milestones.")]
        pairs = [(self[f"{n.removesuffix('due')}title"], self[n]) for n in names if n.endswith(".due")]
        hidden = [self[name] for name in names if name.endswith(".id")]
        return ClauseFields(
            id=clause_id,
            fields=[self[f"{clause_id}.title"], self[f"{clause_id}.body"]],
            hidden=[self[f"{clause_id}.item"], *hidden],
            milestones=pairs,
        )


_TOO_MANY = 500
"""Rows beyond what any plan may hold are not even read; the action says what the limit is."""
