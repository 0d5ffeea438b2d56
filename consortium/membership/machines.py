"""The API token of a request: read from its header, looked up in the municipality that it names."""

import re
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from .models import ApiToken

_BEARER: Final = re.compile(r"Bearer +(?P<secret>cdx_(?P<code>[0-9]{6})_[A-Za-z0-9_-]{43})", re.IGNORECASE)
USED_EVERY: Final = timedelta(minutes=5)
"""How exactly the last use is known: a row is not written at every call."""


def is_machine(request: HttpRequest) -> bool:
    """Whether credentials of a system are shown, be they good or bad. Pages know none."""
    return request.path_info.startswith("/api/") and "Authorization" in request.headers


def shown(request: HttpRequest) -> tuple[str, str] | None:
    """団体コード and the whole secret; None for anything else."""
    found = _BEARER.fullmatch(request.headers["Authorization"].strip())
    return (found["code"], found["secret"]) if found else None


def note_use(token: ApiToken) -> None:
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
