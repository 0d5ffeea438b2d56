"""Why a member of staff looks at a resident's data: stated before anything is shown, and not for long."""

import time
from typing import Final
from uuid import UUID

from django.http import HttpRequest

SECONDS: Final = 900
_KEY: Final = "purposes"


def state_purpose(request: HttpRequest, subject_id: UUID, purpose: str) -> None:
    """purpose: a key of queries.uses.PURPOSES. subject_id: the resident or the inquiry to be opened."""
    request.session[_KEY] = {**_held(request), str(subject_id): [purpose, int(time.time())]}


def stated_purpose(request: HttpRequest, subject_id: UUID) -> str | None:
    """None if none was stated in this session lately: show nothing."""
    found = _held(request).get(str(subject_id))
    return str(found[0]) if found else None


def _held(request: HttpRequest) -> dict[str, list[str | int]]:
    now = time.time()
    kept = request.session.get(_KEY, {})
    return {key: value for key, value in kept.items() if now - value[1] < SECONDS}
