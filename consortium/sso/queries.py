"""Reads about providers, links and who must use them."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from consortium.domain.mail_domains import named
from consortium.membership.models import StaffInvitation, StaffPost, User
from consortium.membership.posts import Posts
from consortium.membership.queries import current, second_factors
from consortium.membership.roles import Administrator
from consortium.tenancy.models import Kind, Municipality

from .models import (
    BreakGlass,
    DomainState,
    Policy,
    SsoConnection,
    SsoDomain,
    SsoEntrance,
    SsoLink,
)

KINDS: Final = {
    "city": (Kind.CITY, Kind.DESIGNATED_CITY, Kind.SPECIAL_WARD),
    "town": (Kind.TOWN,),
    "vill": (Kind.VILLAGE,),
}
"""What the label of a domain says of the kind of municipality."""


def connection() -> SsoConnection | None:
    """The open municipality's."""
    found: SsoConnection | None = SsoConnection.objects.first()
    return found


def entrance() -> SsoEntrance:
    """The open municipality's; one that is shut where none has been set up."""
    return SsoEntrance.objects.first() or SsoEntrance(policy=Policy.OFF)


def entrances_for(domain: str) -> list[Municipality]:
    """The municipality whose open entrance is for addresses of this domain, if there is one."""
    owners = SsoDomain.visible.filter(domain=domain.lower(), state=DomainState.CONFIRMED)
    found = SsoEntrance.visible.exclude(policy=Policy.OFF).filter(
        municipality_id__in=owners.values("municipality_id")
    )
    return list(Municipality.objects.filter(pk__in=found.values("municipality_id")))


def domains() -> QuerySet[SsoDomain]:
    """Those that the open municipality has asked for."""
    found: QuerySet[SsoDomain] = SsoDomain.objects.order_by("domain")
    return found


def state_of(email: str) -> str:
    """Of the address's domain in the open municipality: a DomainState, or empty if it hasn't asked for it."""
    found = SsoDomain.objects.filter(domain=email.rpartition("@")[2].lower())
    return found.values_list("state", flat=True).first() or ""


def asked_domains(state: str) -> QuerySet[SsoDomain]:
    """Of all municipalities, for the secretariat; the oldest first."""
    found: QuerySet[SsoDomain] = SsoDomain.visible.filter(state=state)
    return found.select_related("municipality__prefecture").order_by("asked_at", "pk")


def asked_domain(pk: Any) -> SsoDomain | None:
    found: SsoDomain | None = (
        SsoDomain.visible.select_related("municipality__prefecture").filter(pk=pk).first()
    )
    return found


def also_asked_by(asked: SsoDomain) -> list[SsoDomain]:
    """The same domain, asked for by other municipalities, whatever was answered."""
    others = SsoDomain.visible.filter(domain=asked.domain).exclude(pk=asked.pk)
    return list(others.select_related("municipality").order_by("asked_at"))


def named_by(domain: str) -> list[Municipality]:
    """Municipalities of the kind and name that the domain holds, as in city.maebashi.lg.jp.

    Several only under lg.jp; elsewhere the domain names the prefecture too.
    """
    said = named(domain)
    if said is None:
        return []
    found = Municipality.objects.filter(romaji__istartswith=f"{said.place}-", kind__in=KINDS[said.kind])
    if said.prefecture:
        found = found.filter(prefecture__romaji__iexact=said.prefecture)
    return list(found.select_related("prefecture").order_by("code"))


def is_open_at(municipality: Municipality) -> bool:
    found = SsoEntrance.visible.filter(municipality=municipality).exclude(policy=Policy.OFF)
    return bool(found.exists())


def required_instead(user: User, posts: Posts) -> int | None:
    """The municipality whose provider this person has to use, if there is no place to enter otherwise.

    Needs the person's own context, in which her posts and exceptions are seen.
    """
    if posts.secretariat or not posts.municipal:
        return None
    required = SsoEntrance.visible.filter(policy=Policy.REQUIRED, municipality_id__in=list(posts.municipal))
    excepted = BreakGlass.visible.filter(user=user).values_list("municipality_id", flat=True)
    shut = set(required.values_list("municipality_id", flat=True)) - set(excepted)
    return min(shut) if shut == set(posts.municipal) else None


def is_excepted(user: User) -> bool:
    """Whether the open municipality lets this person in without its provider."""
    return bool(exceptions_in_office().filter(user=user).exists())


def link_of(issuer: str, subject: str) -> SsoLink | None:
    found: SsoLink | None = (
        SsoLink.objects.select_related("user").filter(issuer=issuer, subject=subject).first()
    )
    return found


def links() -> QuerySet[SsoLink]:
    found: QuerySet[SsoLink] = SsoLink.objects.select_related("user")
    return found.order_by("user__name", "linked_at")


def exceptions() -> QuerySet[BreakGlass]:
    found: QuerySet[BreakGlass] = BreakGlass.objects.select_related("user")
    return found.order_by("user__name")


def exceptions_in_office() -> QuerySet[BreakGlass]:
    """Of those who administer today: nobody keeps the way in after her post, or counts as one who has it."""
    administrators = current(StaffPost.objects.filter(role=Administrator.key)).values("user_id")
    found: QuerySet[BreakGlass] = BreakGlass.objects.filter(user__in=administrators)
    return found


def possible_exceptions() -> list[User]:
    """Administrators who could get in without the provider, by a second factor of ours."""
    posts = current(StaffPost.objects.filter(role=Administrator.key))
    people = User.objects.filter(Exists(second_factors(OuterRef("pk"))), pk__in=posts.values("user_id"))
    return list(people.exclude(pk__in=BreakGlass.objects.values("user_id")).order_by("name"))


def held_roles(user: User) -> list[str]:
    return list(current(StaffPost.objects.filter(user=user)).values_list("role", flat=True))


def open_invitations(email: str) -> list[StaffInvitation]:
    return list(
        StaffInvitation.objects.filter(
            email=email.lower(), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        ).order_by("created_at")
    )


def mapped_roles(found: SsoConnection) -> Iterable[str]:
    """Roles that groups decide about."""
    return [role for role, groups in found.groups_of_role.items() if groups]
