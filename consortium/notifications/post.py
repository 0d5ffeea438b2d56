"""Putting a mail into the outbox, in the transaction of what it tells."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from consortium import crypto

from .models import Mail, MailState
from .wake import wake

SEPARATOR = "\n\n" + "-" * 60 + "\n\n"
LANGUAGES = tuple(language for language, __ in settings.LANGUAGES)


@dataclass(frozen=True)
class Letter:
    """What a mail's payload holds. headers: beside those that every mail of ours has."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    def sealed(self) -> str:
        return crypto.encrypt(json.dumps(asdict(self), ensure_ascii=False))


def opened(payload: str) -> Letter:
    """Raises `cryptography.fernet.InvalidToken`."""
    return Letter(**json.loads(crypto.decrypt(payload)))


def written(
    template: str, values: Mapping[str, Any], *, to: str, languages: Sequence[str] = LANGUAGES
) -> Letter:
    """From `<template>_subject.txt` and `<template>.txt`, in each language (all where it isn't known)."""
    subjects, texts = [], []
    for language in languages:
        with translation.override(language):
            known = {"demo": settings.DEMO, **values}
            subjects.append(" ".join(render_to_string(f"{template}_subject.txt", known).split()))
            texts.append(render_to_string(f"{template}.txt", known).strip())
    return Letter(to, " / ".join(dict.fromkeys(subjects)), SEPARATOR.join(texts))


def post(
    letter: Letter,
    *,
    kind: str,
    urgent: bool = False,
    user_id: UUID | None = None,
    municipality_id: int | None = None,
    once: str | None = None,
) -> None:
    """Send this once the transaction commits. urgent: somebody waits for it at the screen."""
    mail = Mail(
        kind=kind,
        payload=letter.sealed(),
        urgent=urgent,
        user_id=user_id,
        municipality_id=municipality_id,
        once=once,
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=once is not None)
    wake()


def post_message(message: EmailMessage, *, kind: str, urgent: bool = False) -> None:
    """A message that a package (allauth) has composed."""
    for address in message.recipients():
        post(Letter(address, str(message.subject), str(message.body)), kind=kind, urgent=urgent)


def dismiss(notice_ids: Sequence[UUID], user_id: UUID) -> None:
    """What its reader has seen on the screen needs no place in her digest."""
    Mail.objects.filter(state=MailState.HELD, user_id=user_id, notice_id__in=notice_ids).delete()
