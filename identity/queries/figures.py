"""Counts for the consortium's indicators: numbers only."""

from django.db.models import Exists, OuterRef
from django.utils import timezone

from identity.models import Citizen, CitizenStatus, Proofing, Residence

from .standing import in_force


def proofed_residents() -> int:
    """Who lives in the open context's municipality today, is proofed and may use her identity.

    Test residents are not counted.
    """
    mine = OuterRef("citizen_id")
    active = Citizen.objects.filter(pk=mine, status=CitizenStatus.ACTIVE, test=False).values("pk")
    proofed = Proofing.objects.filter(
        citizen=mine, confirmed_at__isnull=False, declined_at=None, expires_on__gt=timezone.localdate()
    )
    return int(
        Residence.objects.filter(in_force()).filter(Exists(active), Exists(proofed.values("pk"))).count()
    )
