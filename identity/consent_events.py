"""What services hear of changes of consent: security event tokens (RFC 8417), pushed as RFC 8935 has it.

The shape is that of CAEP: the subject apart from the event (`sub_id`, RFC 9493), the event under an address
of its own with its time. The events themselves are ours: neither CAEP nor RISC knows consents.
"""

import time
from typing import Any, Final

from django.conf import settings

from identity.models import LogoutNotice

MEDIA_TYPE: Final = "application/secevent+jwt"
TYPE: Final = "secevent+jwt"
WITHDRAWN: Final = "consent-withdrawn"
NARROWED: Final = "consent-narrowed"
ANSWERED: Final = "consent-request-answered"


def event_uri(name: str) -> str:
    return f"{settings.IDENTITY_URL}/events/{name}"


def claims(notice: LogoutNotice) -> dict[str, Any]:
    """Of the token. Its `jti` stays the same however often it is sent (RFC 8935, section 2)."""
    change = dict(notice.change or {})
    name = change.pop("event")
    happened = int(notice.created_at.timestamp())
    return {
        "iss": settings.IDENTITY_URL,
        "aud": notice.client_id,
        "iat": int(time.time()),
        "jti": str(notice.pk),
        "toe": happened,
        "sub_id": {"format": "iss_sub", "iss": settings.IDENTITY_URL, "sub": notice.subject},
        "events": {event_uri(name): {"event_timestamp": happened, **change}},
    }
