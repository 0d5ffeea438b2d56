"""Forms of what a person decides place by place: theirs, ours, or words of one's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.ui.forms import Form

from .clause_forms import Choices, ClauseForm, as_stored
from .domain.deciding import Answer, Choice, Question, answer_to
from .domain.document import Scalar
from .domain.paths import Place

MAX_REASON = 500
SYNC_LABELS: Mapping[Choice, Promise] = {
    Choice.THEIRS: gettext_lazy("採用元の内容にする"),
    Choice.OURS: gettext_lazy("自分の内容のままにする"),
    Choice.OWN: gettext_lazy("書き直す"),
}
PROPOSAL_LABELS: Mapping[Choice, Promise] = {
    Choice.THEIRS: gettext_lazy("提案のとおりにする"),
    Choice.OURS: gettext_lazy("今の内容のままにする"),
    Choice.OWN: gettext_lazy("書き直して取り入れる"),
}
CHANGED = gettext_lazy("この項目は、画面を開いた後に変わりました。内容を確認して選び直してください。")


@dataclass(frozen=True)
class Asked:
    """One question as the template lays it out."""

    question: Question
    choice: BoundField
    seen: BoundField
    own: BoundField | None
    reason: BoundField | None


class QuestionsForm(Form):
    """answers: those kept so far, by place. scaled: place → the source's figure at the own size.

    needs: whether every question is to be answered; else one may be left open. reasons: whether each may
    be given a reason.
    """

    def __init__(
        self,
        *args: Any,
        questions: Sequence[Question],
        answers: Mapping[str, Answer],
        choices: Choices,
        labels: Mapping[Choice, Promise],
        scaled: Mapping[Place, Scalar] | None = None,
        needs: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.answers, self.labels, self.needs = questions, answers, labels, needs
        self.choices, self.scaled = choices, scaled or {}
        self._clause_forms: dict[str, ClauseForm] = {}
        for one in questions:
            self._ask(one)
        self.prepare()

    def given(self) -> dict[str, Answer | None]:
        """By place; None where nothing was chosen."""
        return {str(one.place): self._answer(one) for one in self.questions}

    def asked(self) -> Iterator[tuple[str, list[Asked]]]:
        """By clause id, in order."""
        groups: dict[str, list[Asked]] = {}
        for one in self.questions:
            groups.setdefault(one.clause.id, []).append(self._asked(one))
        yield from groups.items()

    def clean(self) -> dict[str, Any] | None:
        for one in self.questions:
            self._check(one)
        return self.cleaned_data

    # --- fields ---

    def _ask(self, one: Question) -> None:
        answer = answer_to(one, self.answers)
        offered = [choice for choice in Choice if choice is not Choice.OWN or one.is_editable]
        preset = answer.choice if answer else None if one.reason or self.needs else Choice.THEIRS
        self.fields[f"{one.key}-choice"] = forms.ChoiceField(
            label=_("どうしますか"),
            choices=[(choice.value, self.labels[choice]) for choice in offered],
            widget=forms.RadioSelect,
            required=self.needs,
            initial=preset.value if preset else None,
        )
        self.fields[f"{one.key}-seen"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=one.seen
        )
        if one.is_editable:
            own = self._own_field(one)
            own.initial = answer.value if answer and answer.choice is Choice.OWN else own.initial
            self.fields[f"{one.key}-own"] = own
        if not self.needs:
            self.fields[f"{one.key}-reason"] = forms.CharField(
                label=_("理由(記録に残ります)"),
                required=False,
                max_length=MAX_REASON,
                initial=answer.reason if answer else "",
            )

    def _own_field(self, one: Question) -> forms.Field:
        """As the editor has it, with what stands here now; figures at the own size."""
        clause_form = self._clause_forms.get(one.clause.id) or ClauseForm(
            kind=one.clause.kind, clause=one.clause, choices=self.choices
        )
        self._clause_forms[one.clause.id] = clause_form
        field = clause_form.fields[clause_form.name_of(one.place) or one.place.field]
        field.label, field.required = _("書き直す内容"), False
        if one.place in self.scaled:
            field.initial = self.scaled[one.place]
            field.help_text = _("採用元の値を、自らの規模に換算した値を入れてあります。")
        else:
            field.help_text = ""
        return field

    def _asked(self, one: Question) -> Asked:
        names = {name: f"{one.key}-{name}" for name in ("own", "reason")}
        found = {name: self[each] if each in self.fields else None for name, each in names.items()}
        return Asked(one, self[f"{one.key}-choice"], self[f"{one.key}-seen"], found["own"], found["reason"])

    # --- reading what was sent ---

    def _check(self, one: Question) -> None:
        if not self.cleaned_data.get(f"{one.key}-choice"):
            return
        if self.cleaned_data.get(f"{one.key}-seen") != one.seen:
            self.add_error(f"{one.key}-choice", ValidationError(CHANGED, code="changed"))
        elif self._is_own(one) and self._value(one) is None and one.field and one.field.required:
            error = ValidationError(_("書き直す内容を入力してください。"), code="required")
            self.add_error(f"{one.key}-own", error)

    def _is_own(self, one: Question) -> bool:
        return bool(self.cleaned_data.get(f"{one.key}-choice") == Choice.OWN)

    def _value(self, one: Question) -> Scalar | None:
        return as_stored(one.field, self.cleaned_data.get(f"{one.key}-own")) if one.field else None

    def _answer(self, one: Question) -> Answer | None:
        choice = self.cleaned_data.get(f"{one.key}-choice")
        if not choice:
            return None
        value = self._value(one) if choice == Choice.OWN else None
        reason = self.cleaned_data.get(f"{one.key}-reason", "")
        return Answer(Choice(choice), one.seen, value=value, reason=reason)
