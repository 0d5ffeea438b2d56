"""OpenID Connect Back-Channel Logout 1.0: from the outbox to the services; claim, tell, mark.

Each mark is one short transaction. A worker that is killed between the service's answer and the mark tells it
a second time once its lease is over: ending a session twice ends it once. Every attempt signs a token anew,
since one lives for two minutes.
"""

import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import requests
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from structlog import get_logger

from consortium.jobs.models import lease_length
from consortium.sso import outbound
from consortium.tenancy import context
from identity import consent_events, keyring
from identity.actions.endings import queue_notices
from identity.models import LogoutNotice, LogoutState
from services.models import RelyingParty
from services.queries import relying_party

log = get_logger()
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_LIFE: Final = 120
LEASES: Final = 4
"""Times a job's lease: longer than a request may take (outbound.LONGEST)."""
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
GIVEN_UP_AFTER: Final = timedelta(days=1)
PER_PASS: Final = 100
AT_ONCE: Final = 3
"""Notices on their way at a time, and one of each service: slow ones leave workers for all else."""
SHARE: Final = 5.0
"""Seconds of a pass for one service; the rest of its notices wait for the next pass."""


@dataclass(frozen=True)
class Claim:
    """uri: where to post the token; empty if the service wants to hear nothing any more."""

    notice_id: UUID
    client_id: str
    fencing: int
    attempts: int
    uri: str
    token: str = field(repr=False)
    is_event: bool = False


def deliver_due(limit: int = PER_PASS) -> int:
    """Tell what is due; returns how much was tried. A service that fails, or that took its share of the time,
    is left alone until the next pass, so that it holds up no other."""
    _give_up()
    queue_notices()
    spent: defaultdict[str, float] = defaultdict(float)
    waiting: set[str] = set()
    tried = 0
    while tried < limit and (claimed := claim(waiting)):
        tried += 1
        began = time.monotonic()
        heard = _carry_out(claimed)
        spent[claimed.client_id] += time.monotonic() - began
        if not heard or spent[claimed.client_id] >= SHARE:
            waiting.add(claimed.client_id)
    return tried


def _give_up() -> None:
    """Of those whose workers never came to the end: what is too old."""
    with context.worker():
        LogoutNotice.objects.filter(
            state=LogoutState.SENDING, lease_until__lt=Now(), created_at__lt=Now() - GIVEN_UP_AFTER
        ).update(state=LogoutState.DEAD, ended_at=Now(), error="interrupted", lease_until=None)


def claim(without: Collection[str] = ()) -> Claim | None:
    """Take the next notice that is due, or that a silent worker left behind; None also while enough are on
    their way."""
    due = Q(state=LogoutState.QUEUED, due_at__lte=Now()) | Q(state=LogoutState.SENDING, lease_until__lt=Now())
    with context.worker():
        busy = _on_their_way()
        if len(busy) >= AT_ONCE:
            return None
        open_rows = (
            LogoutNotice.objects.filter(due).exclude(client_id__in={*without, *busy}).order_by("due_at")
        )
        notice = open_rows.select_for_update(skip_locked=True).first()
        if notice is None:
            return None
        notice.state, notice.attempts, notice.fencing = (
            LogoutState.SENDING,
            notice.attempts + 1,
            notice.fencing + 1,
        )
        notice.lease_until = Now() + LEASES * lease_length()
        notice.save(update_fields=["state", "attempts", "fencing", "lease_until"])
        party = relying_party(notice.client_id)
        is_event = notice.change is not None
        uri = _address(party, is_event=is_event) if party else ""
        token = _token(notice, party) if party and uri else ""
        return Claim(notice.pk, notice.client_id, notice.fencing, notice.attempts, uri, token, is_event)


def _on_their_way() -> list[str]:
    """Clients of which a worker is telling one now. Until the transaction ends no other worker claims one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('backchannel.claim', 0))")
    sending = LogoutNotice.objects.filter(state=LogoutState.SENDING, lease_until__gte=Now())
    return list(sending.values_list("client_id", flat=True))


def _address(party: RelyingParty, *, is_event: bool) -> str:
    return str(party.consent_events_uri if is_event else party.backchannel_logout_uri)


def _token(notice: LogoutNotice, party: RelyingParty) -> str:
    """Empty if the key is missing that the service can verify."""
    about = consent_events.claims(notice) if notice.change is not None else _logout(notice)
    typ = consent_events.TYPE if notice.change is not None else "logout+jwt"
    try:
        return keyring.sign(about, party.id_token_signed_response_alg, typ=typ)
    except keyring.NoKey:
        return ""


def _logout(notice: LogoutNotice) -> dict[str, Any]:
    """Section 2.4."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": settings.IDENTITY_URL,
        "aud": notice.client_id,
        "sub": notice.subject,
        "iat": now,
        "exp": now + TOKEN_LIFE,
        "jti": f"{notice.pk}-{notice.attempts}",
        "events": {EVENT: {}},
    }
    if notice.sid:
        claims["sid"] = notice.sid
    return claims


def _carry_out(claimed: Claim) -> bool:
    """Whether the service heard it, or need not."""
    if not claimed.uri:
        _end(claimed, LogoutState.DEAD, "no_address")
        return True
    told = push if claimed.is_event else tell
    error = told(claimed.uri, claimed.token) if claimed.token else "no_key"
    if not error:
        _end(claimed, LogoutState.DELIVERED)
        return True
    _postpone(claimed, error)
    return False


def tell(uri: str, token: str) -> str:
    """POST to the address that the service registered; empty, or why it did not hear (section 2.8).

    No redirect is followed, no private address asked (consortium.sso.outbound).
    """
    return _posted(uri, data={"logout_token": token})


def push(uri: str, token: str) -> str:
    """As `tell`, of a security event token (RFC 8935, section 2.1)."""
    headers = {"Content-Type": consent_events.MEDIA_TYPE, "Accept": "application/json"}
    return _posted(uri, data=token, headers=headers)


def _posted(uri: str, **message: Any) -> str:
    try:
        with requests.Session() as session:
            outbound.guard(session)
            answer = session.post(uri, allow_redirects=False, **message)
    except requests.Timeout:
        return "timeout"
    except requests.RequestException:
        return "unreachable"
    return "" if answer.status_code in {200, 202, 204} else str(answer.status_code)


def _postpone(claimed: Claim, error: str) -> None:
    """Ever longer, at most an hour; after a day it is given up."""
    log.warning("logout_not_delivered", client=claimed.client_id, error=error, attempts=claimed.attempts)
    with context.worker():
        too_old = timezone.now() - GIVEN_UP_AFTER
        if LogoutNotice.objects.filter(pk=claimed.notice_id, created_at__lt=too_old).exists():
            _end(claimed, LogoutState.DEAD, error)
            return
        pause = min(FIRST_PAUSE * 4 ** min(claimed.attempts - 1, 6), LONGEST_PAUSE)
        _held(claimed).update(state=LogoutState.QUEUED, due_at=Now() + pause, error=error, lease_until=None)


def _end(claimed: Claim, state: LogoutState, error: str = "") -> None:
    """Nothing happens if another worker has it by now."""
    with context.worker():
        _held(claimed).update(state=state, ended_at=Now(), error=error, lease_until=None)


def _held(claimed: Claim) -> Any:
    return LogoutNotice.objects.filter(
        pk=claimed.notice_id, fencing=claimed.fencing, state=LogoutState.SENDING
    )
