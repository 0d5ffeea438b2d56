"""Where a wizard keeps the answers: with the account for who is signed in, else with the browser's session.

Like a session and unlike a record: keeping a draft is no deed that an audit log would tell.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from consortium.crypto import decrypt, encrypt

from .models import Draft

Answers = dict[str, dict[str, list[str]]]
"""Step → field as the browser names it → its values as they were sent."""
ACCOUNT_DAYS: Final = 30
VISITOR_HOURS: Final = 8


@dataclass
class Kept:
    answers: Answers = field(default_factory=dict)
    until: datetime | None = None
    """None while nothing is kept."""


class Store(Protocol):
    most: int
    """Characters of all answers together: nothing else bounds what is kept before it is judged."""

    def load(self) -> Kept: ...

    def save(self, answers: Answers) -> Kept: ...

    def drop(self) -> None: ...


@dataclass
class AccountStore:
    """Outlives sessions; `key` is the wizard's address."""

    user_id: UUID
    key: str
    title: str
    most: int = 200_000

    def load(self) -> Kept:
        found = Draft.objects.filter(**self._own, expires_at__gt=timezone.now()).first()
        return Kept(json.loads(decrypt(found.sealed)), found.expires_at) if found else Kept()

    def save(self, answers: Answers) -> Kept:
        until = timezone.now() + timedelta(days=ACCOUNT_DAYS)
        values = {"title": self.title, "sealed": encrypt(json.dumps(answers)), "expires_at": until}
        Draft.objects.update_or_create(**self._own, defaults=values)
        return Kept(answers, until)

    def drop(self) -> None:
        Draft.objects.filter(**self._own).delete()

    @property
    def _own(self) -> dict[str, Any]:
        return {"user_id": self.user_id, "key": self.key}


@dataclass
class SessionStore:
    """For visitors without an account: on this browser only, for some hours."""

    session: SessionBase
    key: str
    most: int = 10_000

    def load(self) -> Kept:
        found = self.session.get(self._name)
        until = datetime.fromisoformat(found["until"]) if found else None
        if not found or not until or until <= timezone.now():
            return Kept()
        return Kept(json.loads(decrypt(found["sealed"])), until)

    def save(self, answers: Answers) -> Kept:
        until = timezone.now() + timedelta(hours=VISITOR_HOURS)
        self.session[self._name] = {"sealed": encrypt(json.dumps(answers)), "until": until.isoformat()}
        return Kept(answers, until)

    def drop(self) -> None:
        self.session.pop(self._name, None)

    @property
    def _name(self) -> str:
        return f"wizard:{self.key}"


def store_of(request: HttpRequest, key: str, title: str) -> Store:
    if request.user.is_authenticated:
        return AccountStore(request.user.pk, key, title)
    return SessionStore(request.session, key)
