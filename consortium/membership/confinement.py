"""Sessions that reach one municipality only, because its identity provider's word opened them.

The provider of one municipality must not open the doors of another, whatever else the account may enter.
"""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

from .models import User
from .posts import Posts

KEY: Final = "confined"


@dataclass(frozen=True, slots=True)
class Confinement:
    """strong: the provider asked for a second factor, and the municipality trusts it in this."""

    municipality_id: int
    strong: bool

    def posts(self, held: Posts) -> Posts:
        return held.within(self.municipality_id)


def confine(request: HttpRequest, user: User, municipality_id: int, *, strong: bool) -> None:
    """Before or after the session is this user's: what is noted names whom it is about."""
    request.session[KEY] = {"user": str(user.pk), "municipality": municipality_id, "strong": strong}


def confinement(request: HttpRequest) -> Confinement | None:
    found = request.session.get(KEY)
    if not found or not request.user.is_authenticated or found["user"] != str(request.user.pk):
        return None
    return Confinement(found["municipality"], found["strong"])
