"""What every paper carries: number, dates, parties, section in charge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consortium.dates import formal_date


@dataclass(frozen=True)
class Paper:
    """issuer: who writes it. number: 文書番号. addressee: with 様. contact: 担当, where to ask."""

    title: str
    issuer: str
    issued_on: date
    number: str = ""
    subtitle: str = ""
    addressee: str = ""
    contact: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    fictional: bool = False

    def data(self, **more: Any) -> dict[str, Any]:
        """For a template that imports `paper.typ`, in the language of the thread; more: its own values."""
        return {
            "language": get_language() or "ja",
            "title": self.title,
            "subtitle": self.subtitle,
            "issuer": self.issuer,
            "issued_on": formal_date(self.issued_on),
            "number": self.number,
            "addressee": self.addressee,
            "contact": self.contact,
            "facts": [{"label": label, "value": value} for label, value in self.facts],
            "mark": _("架空のデモデータ") if self.fictional or settings.DEMO else "",
            "lacks_glyphs": _("〓は、この書体で表せない文字です。"),
            "labels": {"contact": _("担当"), "record": _("記"), "end": _("以上")},
            **more,
        }


def paragraphs(text: str) -> list[str]:
    """Lines of a text that a person wrote, without the empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def labelled(labels: Mapping[str, Any]) -> dict[str, str]:
    """Lazy translations as the texts they are now."""
    return {key: str(text) for key, text in labels.items()}
