"""What identity reports to the consortium's indicators."""

from decimal import Decimal

from django.utils import timezone

from consortium.domain.calendar import FiscalYear
from consortium.reporting.actions import Figure, record_observations
from consortium.reporting.models import Indicator, Observation
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.queries.figures import proofed_residents

RESIDENTS = "identity.residents"


@action(kinds=(ActorKind.SYSTEM,))
def report_residents(*, by: Actor) -> bool:
    """Enter this fiscal year's count for the open municipality; False if nothing has changed.

    Needs a worker's context of one municipality. record_observations writes the audit row.
    """
    year, count = FiscalYear.of(timezone.localdate()).year, Decimal(proofed_residents())
    known = Observation.objects.filter(indicator__key=RESIDENTS, fiscal_year=year)
    if not Indicator.objects.filter(key=RESIDENTS).exists() or known.filter(value=count).exists():
        return False
    record_observations(by=by, figures=[Figure(RESIDENTS, year, count, source="identity")])
    return True
