"""Reads about getting into an account: changes of address, recoveries, who may help whom."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from .models import (
    EmailChange,
    Recovery,
    SecretariatPost,
    SecretariatRecovery,
    StaffPost,
    StaffRecovery,
    User,
)
from .models.email_change import SETTLES_AFTER
from .queries import current, hashed
from .roles import Administrator

SHOWN = 50


def administrators_in(municipality_ids: Collection[int]) -> dict[int, set[UUID]]:
    """The accounts that administer each, by key; the secretariat sees those of every municipality."""
    found: dict[int, set[UUID]] = {key: set() for key in municipality_ids}
    posts = StaffPost.visible.filter(
        municipality__in=municipality_ids, role=Administrator.key, user__is_active=True
    )
    for place, user in current(posts).values_list("municipality_id", "user_id"):
        found[place].add(user)
    return found


def administers_alone(user: User) -> int | None:
    """The municipality whose only administrator the user is."""
    posts = current(StaffPost.visible.filter(user=user, role=Administrator.key))
    people = administrators_in(set(posts.values_list("municipality_id", flat=True)))
    return next((place for place, found in people.items() if len(found) == 1), None)


def recoverable_by_secretariat(by: User) -> QuerySet[User]:
    """The other members of the secretariat, and administrators without a second one."""
    posts = current(StaffPost.visible.filter(role=Administrator.key))
    places = posts.values("municipality_id").annotate(count=Count("user_id", distinct=True))
    lonely = posts.filter(municipality_id__in=places.filter(count=1).values("municipality_id"))
    secretaries = current(SecretariatPost.objects.all()).values("user_id")
    people = User.objects.filter(Q(pk__in=secretaries) | Q(pk__in=lonely.values("user_id")), is_active=True)
    return people.exclude(pk=by.pk).order_by("name")


def recoveries(*, in_municipality: bool) -> list[Recovery]:
    """The latest of the open municipality, or of those in which the secretariat decides; newest first."""
    found = [one for rows in _recoveries(in_municipality) for one in rows.order_by("-opened_at")[:SHOWN]]
    return sorted(found, key=lambda one: one.opened_at, reverse=True)[:SHOWN]


def recovery(pk: Any, *, in_municipality: bool) -> Recovery | None:
    return next((one for rows in _recoveries(in_municipality) if (one := rows.filter(pk=pk).first())), None)


def recovery_by_token(token: str, *, in_municipality: bool) -> Recovery | None:
    """Under the path that its kind belongs to only."""
    rows: Any = StaffRecovery.objects if in_municipality else SecretariatRecovery.objects
    found: Recovery | None = rows.select_related("user").filter(token_hash=hashed(token)).first()
    return found


def own_recoveries(user: User) -> list[Recovery]:
    """Those under way for an account, which its holder may stop."""
    kinds = (StaffRecovery.visible.select_related("municipality"), SecretariatRecovery.objects)
    under_way = Q(used_at=None, stopped_at=None)
    found = [one for rows in kinds for one in rows.filter(under_way, user=user)]
    return [one for one in found if one.waits or one.can_be_used]


def _recoveries(in_municipality: bool) -> list[Any]:
    if in_municipality:
        return [StaffRecovery.objects.select_related("user", "municipality")]
    staff = StaffRecovery.visible.select_related("user", "municipality")
    return [staff.filter(needs_secretariat=True), SecretariatRecovery.objects.select_related("user")]


def email_change(**hash_: str) -> EmailChange | None:
    """By proof_hash= or stop_hash=."""
    return EmailChange.objects.select_related("user").filter(**hash_).first()


def address_settles_at(user: User) -> datetime | None:
    """When the latest change of the address is old enough to trust in; None if it is, or there was none."""
    recent = EmailChange.objects.filter(
        user=user, stopped_at=None, proved_at__gt=timezone.now() - SETTLES_AFTER
    )
    latest = recent.order_by("-proved_at").first()
    return latest.proved_at + SETTLES_AFTER if latest and latest.proved_at else None


def open_email_change(user: User) -> EmailChange | None:
    change = EmailChange.objects.filter(user=user, proved_at=None, stopped_at=None).first()
    return change if change and change.can_be_proved else None
