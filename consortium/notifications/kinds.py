"""What people are told about. A package declares its kinds in `<package>/notices.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise, StrPromise

Values = Mapping[str, Any]


class Channel(models.TextChoices):
    """How a category reaches its reader. All but OFF put the notice into the inbox."""

    MAIL = "mail", _("すぐにメールで受け取る")
    DIGEST = "digest", _("まとめメールで受け取る")
    INBOX = "inbox", _("画面のお知らせだけ")
    OFF = "off", _("受け取らない")


@dataclass(frozen=True)
class Category:
    """fixed: nobody may switch it off or choose another channel (security)."""

    key: str
    label: StrPromise
    description: StrOrPromise
    default: Channel = Channel.MAIL
    may_be_off: bool = False
    fixed: bool = False
    order: int = 100


@dataclass(frozen=True)
class Kind:
    """key: "noun.past_participle". label: the subject of the mail, without personal data.

    sentence: with %(name)s for each of the notice's values. url: name of the page it leads to; the tenant's
    code is added where the notice belongs to one. words: turns stored values into words of the language at
    hand (a role's key into its name).
    """

    key: str
    category: Category
    label: StrPromise
    sentence: StrPromise
    url: str = ""
    urgent: bool = False
    words: Callable[[Values], Values] | None = None

    def text(self, values: Values) -> str:
        """Raises KeyError for a value that the sentence needs and the notice lacks."""
        return str(self.sentence) % (self.words(values) if self.words else values)


_kinds: dict[str, Kind] = {}


def register(kinds: Iterable[Kind]) -> None:
    _kinds.update({kind.key: kind for kind in kinds})


def kind_of(key: str) -> Kind:
    """Raises KeyError."""
    return _kinds[key]


def known() -> Mapping[str, Kind]:
    return _kinds


def categories() -> list[Category]:
    """Those that some kind belongs to, in display order."""
    found = {kind.category.key: kind.category for kind in _kinds.values()}
    return sorted(found.values(), key=lambda category: (category.order, category.key))


SECURITY: Final = Category(
    "security",
    _("セキュリティ"),
    _(
        "パスワードやパスキーの変更、新しい端末からのサインイン、アカウントの回復など。止めることはできません。"
    ),
    fixed=True,
    order=10,
)
SERVICE: Final = Category(
    "service",
    _("システムの運用"),
    _("届かなかったメールなど、管理者への連絡。"),
    default=Channel.INBOX,
    order=900,
)
