"""What narrows the library. Every choice says how many plans there would be."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from consortium.ui.forms import EVERY, Form

from .domain.kinds import Area
from .domain.similarity import UNKNOWN
from .labels import CHOICES

Labels = Mapping[str, StrOrPromise | Promise]
POPULATIONS: Final[Labels] = {
    "300k": gettext_lazy("30万人以上"),
    "100k": gettext_lazy("10万人以上30万人未満"),
    "50k": gettext_lazy("5万人以上10万人未満"),
    "10k": gettext_lazy("1万人以上5万人未満"),
    "0": gettext_lazy("1万人未満"),
    UNKNOWN: gettext_lazy("不明"),
}
FISCAL: Final[Labels] = {
    "1.0": gettext_lazy("1.0以上"),
    "0.8": gettext_lazy("0.8以上1.0未満"),
    "0.5": gettext_lazy("0.5以上0.8未満"),
    "0.3": gettext_lazy("0.3以上0.5未満"),
    "0": gettext_lazy("0.3未満"),
    UNKNOWN: gettext_lazy("不明"),
}
ADOPTED: Final[Labels] = {
    "1": gettext_lazy("1団体以上"),
    "3": gettext_lazy("3団体以上"),
    "10": gettext_lazy("10団体以上"),
}
RESULTS: Final[Labels] = {"1": gettext_lazy("効果測定あり")}
AREAS: Final[Labels] = {area.value: CHOICES[area] for area in Area}
ORDERS: Final = [("", gettext_lazy("似ている自治体から")), ("new", gettext_lazy("公表の新しいものから"))]


class LibraryForm(Form):
    """counts: facet → value → plans. labels: facet → value → words, in the order of the choices."""

    q = forms.CharField(label=gettext_lazy("語句"), required=False, max_length=100)
    order = forms.ChoiceField(label=gettext_lazy("並び順"), required=False, choices=ORDERS)
    item = forms.ChoiceField(label=gettext_lazy("重点取組事項"), required=False)
    area = forms.ChoiceField(label=gettext_lazy("分野"), required=False)
    population = forms.ChoiceField(label=gettext_lazy("人口規模"), required=False)
    prefecture = forms.ChoiceField(label=gettext_lazy("都道府県"), required=False)
    fiscal = forms.ChoiceField(label=gettext_lazy("財政力指数"), required=False)
    adopters = forms.ChoiceField(label=gettext_lazy("採用した団体"), required=False)
    results = forms.ChoiceField(label=gettext_lazy("成果"), required=False)

    def __init__(self, *args: Any, labels: Mapping[str, Labels], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = labels
        for name, words in labels.items():
            self.choose(name, list(words.items()))

    def choose(self, name: str, choices: Sequence[tuple[str, StrOrPromise | Promise]]) -> None:
        self.fields[name].choices = [EVERY, *choices]  # type: ignore[attr-defined]  # of a choice

    def count(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Say how many plans each choice leads to; leave out those that lead to none."""
        for name, words in self.labels.items():
            present = counts.get(name, {})
            chosen = self[name].value()
            found = [
                (value, _("%(choice)s(%(plans)s件)") % {"choice": text, "plans": present.get(value, 0)})
                for value, text in words.items()
                if present.get(value) or value == chosen
            ]
            self.choose(name, found)
