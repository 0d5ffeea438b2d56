"""Reads about people, posts and members."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import BooleanField, Count, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import timezone

from consortium.domain.periods import first_gap
from consortium.search import by_reading
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality, MunicipalityCode

from .models import (
    HOLDS_TODAY,
    ApiToken,
    ApplicationStatus,
    Branding,
    Deputy,
    Membership,
    MembershipApplication,
    SecretariatInvitation,
    SecretariatPost,
    StaffInvitation,
    StaffPost,
    Standing,
    User,
    UserKind,
    today,
)
from .permissions import PortalPermission
from .roles import ROLES, Administrator
from .scopes import KEYS

LOOK_SECONDS = 600


def municipality_by_code(code: str) -> Municipality:
    """The municipality that has, or once had, this code. Raises Http404."""
    found = Municipality.objects.select_related("prefecture").filter(code=code).first()
    if found is None:
        past = MunicipalityCode.objects.select_related("municipality").filter(code=code).last()
        if past is None:
            raise Http404("Unknown municipality code.")
        found = past.municipality
    return found


def current(posts: Any, on: date | None = None) -> Any:
    """Posts that hold on a day (today): the first day counts, the last day does not."""
    day = on or today()
    return posts.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


def running(deputies: Any) -> Any:
    """Those in force today."""
    day = today()
    return deputies.filter(withdrawn_at=None, starts_on__lte=day, ends_on__gte=day)


def deputies(of: str = "") -> QuerySet[Deputy]:
    """The open municipality's appointments that are not over, soonest first; `of`: one account's only."""
    found: QuerySet[Deputy] = Deputy.objects.select_related("user", "principal")
    found = found.filter(withdrawn_at=None, ends_on__gte=today()).order_by("starts_on", "pk")
    return found.filter(Q(user=of) | Q(principal=of)) if of else found


def colleagues(user: User) -> QuerySet[User]:
    """Everybody else who serves in the open municipality today."""
    ids = current(StaffPost.objects.all()).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True).exclude(pk=user.pk).order_by("name")


def administrators() -> QuerySet[User]:
    """Those of the open municipality."""
    ids = current(StaffPost.objects.filter(role=Administrator.key)).values("user_id")
    return User.objects.filter(pk__in=ids, is_active=True)


def first_day_without_administrator() -> date | None:
    """From today on, by the dates of the posts of the open municipality; None if there is none."""
    posts = StaffPost.objects.filter(role=Administrator.key, user__is_active=True)
    return first_gap(posts.values_list("starts_on", "ends_on"), today())


def token_actor(token: ApiToken, municipality: Municipality) -> Actor:
    """A system of the municipality; it may look, and do what its scopes say."""
    permissions = frozenset({PortalPermission.VIEW.value, *(KEYS & set(token.scopes))})
    return Actor(
        ActorKind.SERVICE,
        id=str(token.pk),
        label=token.name,
        municipality_id=municipality.pk,
        permissions=permissions,
    )


def api_tokens() -> QuerySet[ApiToken]:
    """The open municipality's, the newest first, whatever has become of them."""
    found: QuerySet[ApiToken] = ApiToken.objects.order_by("-id")
    return found


def valid_token(secret: str) -> ApiToken | None:
    """The open municipality's token with this secret, if it holds now."""
    found = ApiToken.objects.filter(
        token_hash=hashed(secret), revoked_at=None, expires_at__gt=timezone.now()
    ).first()
    return cast(ApiToken | None, found)


def account_actor(user: User | AnonymousUser) -> Actor:
    """Somebody who speaks for nobody but the own account; a visitor has neither id nor name."""
    return Actor(ActorKind.STAFF, id=str(user.pk or ""), label=label_of(user))


def label_of(user: User | AnonymousUser) -> str:
    return str(user) if user.is_authenticated else ""


NOBODY = account_actor(AnonymousUser())


def has_second_factor(user: User) -> bool:
    return bool(second_factors(user).exists())


def second_factors(user: User | OuterRef) -> QuerySet[Authenticator]:
    """An account's own; recovery codes only stand in for one."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=user)
    return found.exclude(type=Authenticator.Type.RECOVERY_CODES)


def account_by_email(email: str) -> User | None:
    return User.objects.filter(kind=UserKind.STAFF, email=email.lower()).first()


def has_account(email: str) -> bool:
    """Asked only on behalf of somebody who has proved that the address is hers."""
    return account_by_email(email) is not None


def holders(municipality_id: int | None, permission: str) -> set[UUID]:
    """Accounts that may do this here today (None: in the secretariat), deputies too; "": all who serve."""
    keys = [key for key, role in ROLES.items() if not permission or permission in role.permissions]
    if municipality_id is None:
        return set(current(SecretariatPost.objects.filter(role__in=keys)).values_list("user_id", flat=True))
    held = current(StaffPost.objects.filter(role__in=keys))
    acting = running(Deputy.objects.filter(role__in=keys, principal__in=held.values("user_id")))
    return {*held.values_list("user_id", flat=True), *acting.values_list("user_id", flat=True)}


def staff_invitation(token: str) -> StaffInvitation | None:
    """The open municipality's invitation with this token, whatever has become of it."""
    found: StaffInvitation | None = StaffInvitation.objects.filter(token_hash=hashed(token)).first()
    return found


def secretariat_invitation(token: str) -> SecretariatInvitation | None:
    found: SecretariatInvitation | None = SecretariatInvitation.objects.filter(
        token_hash=hashed(token)
    ).first()
    return found


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def staff_posts() -> QuerySet[StaffPost]:
    """Current posts of the open municipality with their holders."""
    posts: QuerySet[StaffPost] = current(StaffPost.objects.select_related("user"))
    return posts.order_by("user__name", "starts_on")


def coming_posts() -> QuerySet[StaffPost]:
    """Posts of the open municipality that have not begun."""
    posts: QuerySet[StaffPost] = StaffPost.objects.select_related("user").filter(starts_on__gt=today())
    return posts.order_by("starts_on", "user__name")


def open_staff_invitations() -> QuerySet[StaffInvitation]:
    invitations: QuerySet[StaffInvitation] = StaffInvitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    return invitations.order_by("-created_at")


@dataclass(frozen=True)
class Look:
    """How a municipality's pages look; empty is the platform's own."""

    colour: str = ""
    short_name: str = ""


def look(municipality_id: int) -> Look:
    """Of the open municipality. Kept in the cache: every page asks for it."""
    key = _look_key(municipality_id)
    kept: Look | None = cache.get(key)
    if kept is None:
        own = Branding.objects.values_list("colour", "short_name").first()
        kept = Look(*own) if own else Look()
        cache.set(key, kept, LOOK_SECONDS)
    return kept


def forget_look(municipality_id: int) -> None:
    cache.delete(_look_key(municipality_id))


def _look_key(municipality_id: int) -> str:
    return f"look:{municipality_id}"


def applications(status: str | None = None) -> QuerySet[MembershipApplication]:
    """Oldest first."""
    found: QuerySet[MembershipApplication] = MembershipApplication.objects.select_related(
        "municipality__prefecture"
    )
    return (found.filter(status=status) if status else found).order_by("received_at")


def admission_of(application: MembershipApplication) -> Membership | None:
    """The membership that an admitted application led to: the last that began as a member's."""
    found: Membership | None = (
        Membership.objects.filter(municipality=application.municipality_id, standing=Standing.ACTIVE)
        .select_related("municipality__prefecture")
        .order_by("-starts_on")
        .first()
    )
    return found


def open_beside(application: MembershipApplication) -> QuerySet[MembershipApplication]:
    """Other open applications of the same municipality, oldest first."""
    same = applications(ApplicationStatus.RECEIVED).filter(municipality=application.municipality_id)
    return same.exclude(pk=application.pk)


def application_counts() -> dict[str, int]:
    rows = MembershipApplication.objects.values_list("status").annotate(count=Count("pk"))
    return dict(rows)


def belonging() -> list[int]:
    """Keys of the municipalities that belong to the consortium today; the suspended don't."""
    holds = RawSQL(HOLDS_TODAY, [], output_field=BooleanField())  # noqa: S611  # a constant
    return list(Membership.objects.filter(holds).values_list("municipality_id", flat=True))


def members(on: date | None = None) -> QuerySet[Membership]:
    """Memberships that hold on a day (today), by prefecture and reading."""
    found: QuerySet[Membership] = current(Membership.objects.select_related("municipality__prefecture"), on)
    return found.order_by("municipality__prefecture_id", *by_reading("municipality__kana"))
