"""What a proofing yields, whichever way it was made, and the words that a card signs."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

CONTEXT: Final = b"consortium-identity/proofing/v1"
CHALLENGE_BYTES: Final = 32


class ProofingRefused(Exception):
    """code: one of REASONS. detail: for the log of operations; it never holds personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail[:200]


REASONS: Final = frozenset(
    {
        "off",  # the adapter is not configured here
        "challenge",  # unknown, used, expired, or of another purpose or browser
        "certificate",  # no certificate that can be read
        "attributes",  # 基本4情報 are missing or cannot be read
        "my_number",
        "untrusted",  # self-signed, or by an authority that is no anchor
        "purpose",  # not a signature certificate
        "expired",
        "not_yet_valid",
        "revoked",
        "signature",
        "unavailable",  # its standing cannot be asked now
        "upstream",  # the upstream provider's word cannot be believed
        "level",  # the upstream provider vouches for too little
        "counter",  # needs somebody to look at the person
    }
)


@dataclass(frozen=True, slots=True)
class BasicFour:
    """基本4情報. sex: female, male or unstated."""

    name: str
    birth_date: date
    sex: str
    address: str

    @property
    def names(self) -> tuple[str, str]:
        """Family and given name; all of it is the family name where nothing separates them."""
        family, _, given = self.name.partition(" ")
        return family, given

    def is_same_as(self, other: "BasicFour") -> bool:
        """Name, day of birth and address agree; widths and spaces make no difference."""
        return (
            self.birth_date == other.birth_date
            and plain(self.name) == plain(other.name)
            and plain(self.address) == plain(other.address)
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """A proofing that succeeded. method: of models.ProofingMethod. source: what the evidence reference is
    made of, e.g. issuer and serial; it is never stored."""

    method: str
    level: int
    person: BasicFour
    expires_on: date
    source: bytes


_HYPHENS: Final = re.compile(r"[\-‐‑‒–—―−ー－]")


def plain(text: str) -> str:
    """A name or an address without its writer's habits: widths, spaces, hyphens."""
    return _HYPHENS.sub("-", "".join(unicodedata.normalize("NFKC", text).split()))


def signed_text(purpose: str, audience: str, challenge: bytes) -> bytes:
    """What the card signs: this protocol, what for, for whom, and the challenge; NUL between them.

    audience: origin of the identity surface, so that a signature made elsewhere is worth nothing here.
    """
    return b"\0".join((CONTEXT, purpose.encode(), audience.encode(), challenge))


def years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, month=3, day=1)


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the registry of municipalities."""

    id: int
    prefecture: str
    name: str


def municipality_of(address: str, places: Iterable[Place]) -> int | None:
    """The municipality that an address begins with; None if there is none, or more than one.

    Wards of a designated city stand behind the city's name, districts (郡) before a town's. An address may
    leave out the prefecture; two cities of one name (府中市, 伊達市) cannot be told apart then.
    """
    text = plain(address)
    found: Sequence[Place] = [place for place in places if _begins(text, place)]
    longest = max((len(place.name) for place in found), default=0)
    ids = {place.id for place in found if len(place.name) == longest}
    return ids.pop() if len(ids) == 1 else None


def _begins(text: str, place: Place) -> bool:
    rest = text.removeprefix(place.prefecture)
    if place.name.endswith(("町", "村")):
        return rest.startswith(place.name) or re.match(rf"[^0-9]{{1,6}}?郡{place.name}", rest) is not None
    return rest.startswith(place.name)
