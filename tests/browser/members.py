"""All members but Maebashi, which applies in the browser."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from consortium.membership.actions import admit_municipality, apply_for_membership
from consortium.reporting.actions import Figure, record_observations
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, system_actor
from consortium.tenancy.models import Municipality
from deploy.demo.facts import MAEBASHI, MEMBERS, Member

SECRETARY = Actor(
    ActorKind.SECRETARIAT, id=str(UUID(int=1)), label="事務局員", permissions=frozenset({"membership.admit"})
)
STRANGER = Actor(ActorKind.STAFF, id="")
INDICATORS = ("population", "identity.residents")


def admit_and_report(since: date, year: int, small: str, few: Decimal) -> None:
    for member in MEMBERS:
        if member != MAEBASHI:
            admit(member, since)
            report(member, [few if member.code == small else Decimal(member.population // 9)], year)


def admit(member: Member, since: date) -> None:
    municipality = Municipality.objects.get(code=member.code)
    with context.person(None):
        application = apply_for_membership(
            by=STRANGER,
            municipality=municipality,
            contact_name=f"{member.name} 管理 太郎(架空)",
            contact_email=f"admin@{member.key}.example",
        )
    with context.secretariat():
        admit_municipality(
            by=SECRETARY, application=application, resolution=f"架空 {member.name}", starts_on=since
        )


def report(member: Member, residents: list[Decimal], year: int) -> None:
    with context.tenant(Municipality.objects.get(code=member.code).pk):
        figures = list(figures_of(member, residents, year))
        record_observations(by=system_actor("seed"), figures=figures)


def figures_of(member: Member, residents: list[Decimal], year: int) -> Iterator[Figure]:
    for key, value in zip(INDICATORS, [Decimal(member.population), *residents], strict=True):
        yield Figure(key, year, value, "架空のデモデータ")
