from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from consortium.tenancy.ownership import owner_context
from identity.models import SigningKey


class Command(BaseCommand):
    """Shows the issuer's signing keys, the newest first. Runs as the owner."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with owner_context(connection):
            signing = {key.algorithm: key.pk for key in reversed(SigningKey.objects.signing())}
            for key in SigningKey.objects.order_by("algorithm", "-activates_at"):
                state = "signs" if signing.get(key.algorithm) == key.pk else _state(key, now)
                end = f"until {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else ""
                self.stdout.write(
                    f"{key.algorithm:6} {key} {state:9} from {key.activates_at:%Y-%m-%d %H:%M} {end}".rstrip()
                )


def _state(key: SigningKey, now: datetime) -> str:
    if key.retired_at:
        return "retired"
    if not key.is_published(now):
        return "past"
    return "waits" if key.activates_at > now else "published"
