"""How it goes with telling a service of ended sign-ins; in the secretariat's context."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from identity.models import LogoutNotice, LogoutState
from identity.models.logout import STATUS


def logout_notices(client_id: str) -> QuerySet[LogoutNotice]:
    """Of the last month, without whom they are about."""
    return LogoutNotice.objects.filter(client_id=client_id).only(*STATUS)


def unheard(client_id: str) -> int:
    """How many of the last week the service did not hear, or has not heard yet."""
    lately = logout_notices(client_id).filter(created_at__gt=timezone.now() - timedelta(days=7))
    failed = lately.filter(state=LogoutState.DEAD) | lately.filter(state=LogoutState.QUEUED, attempts__gt=0)
    return failed.count()
