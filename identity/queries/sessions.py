"""Where a resident is signed in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac

from consortium.membership.timeouts import ACTIVE, BEGUN, ends
from identity.models import ResidentSession

DEVICE = "device"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """id: names the session in addresses without giving its key away. device: empty if unknown."""

    key: str = field(repr=False)
    id: str
    device: str
    begun_at: datetime
    active_at: datetime


def sessions(citizen_id: UUID) -> list[SignedIn]:
    """Those that are still open, the one used last first."""
    now = timezone.now()
    rows = ResidentSession.objects.filter(citizen_id=citizen_id, expire_date__gt=now)
    found = [_signed_in(row, int(now.timestamp())) for row in rows]
    return sorted((one for one in found if one), key=lambda one: one.active_at, reverse=True)


def _signed_in(row: ResidentSession, now: int) -> SignedIn | None:
    data = row.get_decoded()
    if ends(data, now) <= now:
        return None
    begun = int(data.get(BEGUN, now))
    return SignedIn(
        key=row.session_key,
        id=salted_hmac("identity.session", row.session_key).hexdigest()[:32],
        device=str(data.get(DEVICE, "")),
        begun_at=datetime.fromtimestamp(begun, UTC),
        active_at=datetime.fromtimestamp(int(data.get(ACTIVE, begun)), UTC),
    )
