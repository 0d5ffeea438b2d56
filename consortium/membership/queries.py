"""Reads about people, posts and members."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404

from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality, MunicipalityCode

from .models import SecretariatPost, StaffPost, User, today
from .roles import permissions_of


def municipality_by_code(code: str) -> Municipality:
    """The municipality that has, or once had, this code. Raises Http404."""
    found = Municipality.objects.select_related("prefecture").filter(code=code).first()
    if found is None:
        past = MunicipalityCode.objects.select_related("municipality").filter(code=code).last()
        if past is None:
            raise Http404("Unknown municipality code.")
        found = past.municipality
    return found


@dataclass(frozen=True)
class Posts:
    """What one account may do today: role keys by municipality id, and role keys in the secretariat."""

    municipal: dict[int, list[str]]
    secretariat: list[str]

    @property
    def roles(self) -> list[str]:
        return [*self.secretariat, *(key for keys in self.municipal.values() for key in keys)]

    def municipalities(self) -> list[Municipality]:
        return list(Municipality.objects.filter(pk__in=self.municipal))


def posts_of(user: User | AnonymousUser) -> Posts:
    """Read at every request, so that leaving ends access at once."""
    if not user.is_authenticated:
        return Posts({}, [])
    municipal: dict[int, list[str]] = defaultdict(list)
    for post in current(StaffPost.visible.filter(user=user)):
        municipal[post.municipality_id].append(post.role)
    return Posts(dict(municipal), [post.role for post in current(SecretariatPost.objects.filter(user=user))])


def current(posts: Any, on: date | None = None) -> Any:
    """Posts that hold on a day (today): the first day counts, the last day does not."""
    day = on or today()
    return posts.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


def staff_actor(user: User | AnonymousUser, posts: Posts, municipality: Municipality) -> Actor:
    permissions = permissions_of(posts.municipal.get(municipality.pk, []))
    return Actor(
        ActorKind.STAFF,
        id=str(user.pk or ""),
        label=str(user),
        municipality_id=municipality.pk,
        permissions=permissions,
    )


def secretariat_actor(user: User | AnonymousUser, posts: Posts) -> Actor:
    return Actor(
        ActorKind.SECRETARIAT,
        id=str(user.pk or ""),
        label=str(user),
        permissions=permissions_of(posts.secretariat),
    )


def account_actor(user: User | AnonymousUser) -> Actor:
    """Somebody who speaks for nobody but the own account."""
    return Actor(ActorKind.STAFF, id=str(user.pk or ""), label=str(user))


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
