"""Forms of the self-check and of the plan that it leads to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.ui.forms import Form

from .domain.maturity import QUESTIONS, Axis, Proposed, questions_of
from .forms import HeadForm
from .maturity_words import AXES, LEVELS
from .maturity_words import QUESTIONS as WORDS


class MaturityForm(Form):
    """One field for each question; known: answers filled in beforehand, with where they were read."""

    def __init__(self, *args: Any, known: Mapping[str, Proposed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in QUESTIONS:
            proposed = known.get(one.key)
            self.fields[one.key] = forms.TypedChoiceField(
                label=WORDS[one.key],
                coerce=int,
                choices=list(LEVELS.items()),
                widget=forms.RadioSelect,
                initial=proposed.level if proposed else None,
                help_text=_read_in(proposed) if proposed else "",
            )
        self.prepare()  # again, for the fields that have come since

    def parts(self) -> list[tuple[Any, list[BoundField]]]:
        """Fields by axis."""
        return [(AXES[axis], [self[one.key] for one in questions_of(axis)]) for axis in Axis]


def _read_in(known: Proposed) -> str:
    """Where the answer comes from; the figure itself is on the page that the source names."""
    return _("出典から記入しました。違うときは選び直してください。出典: %(source)s") % {
        "source": known.fact.source
    }


class StarterForm(HeadForm):
    picks = forms.MultipleChoiceField(
        label=gettext_lazy("取り入れる施策"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, picks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picks"].choices = picks  # type: ignore[attr-defined]  # of a choice
