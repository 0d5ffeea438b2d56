"""What an account may do today: its posts, and whose deputy it is; and the actor that follows from them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, Exists, F, IntegerField, OuterRef, UUIDField, Value

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind, Principal
from consortium.tenancy.models import Municipality

from .models import Deputy, SecretariatPost, StaffPost, User
from .queries import current, label_of, running, second_factors
from .roles import permissions_of


@dataclass(frozen=True, slots=True)
class Workplace:
    """A municipality where an account has a post: what is shown of it, and how it is addressed."""

    pk: int
    code: str
    name: str
    romaji: str


@dataclass(frozen=True, slots=True)
class Deputyship:
    """A role that an account exercises today for its absent holder, in a municipality."""

    municipality_id: int
    role: str
    principal_id: UUID
    principal_name: str


@dataclass(frozen=True)
class Posts:
    """What one account may do today: role keys by municipality id, and role keys in the secretariat."""

    municipal: dict[int, list[str]]
    secretariat: list[str]
    places: tuple[Workplace, ...] = ()
    """Of the municipal posts, in the order of codes."""
    deputyships: tuple[Deputyship, ...] = ()
    """Those in the open municipality, the first appointed first."""
    has_second_factor: bool = False
    """Whether the account that holds them has registered one."""

    @property
    def roles(self) -> list[str]:
        return [*self.secretariat, *(key for keys in self.municipal.values() for key in keys)]

    def within(self, municipality_id: int) -> "Posts":
        """Those in one municipality, as if the others were not held."""
        places = tuple(one for one in self.places if one.pk == municipality_id)
        acting = tuple(one for one in self.deputyships if one.municipality_id == municipality_id)
        held = {key: roles for key, roles in self.municipal.items() if key == municipality_id}
        return replace(self, municipal=held, secretariat=[], places=places, deputyships=acting)


NO_POSTS = Posts({}, [])


def posts_of(user: User | AnonymousUser) -> Posts:
    """Read at every request, in one statement, so that leaving ends access at once."""
    if not user.is_authenticated:
        return NO_POSTS
    held = [_Held(*row) for row in _held(user)]
    own = [one for one in held if one.principal is None]
    municipal: dict[int, list[str]] = defaultdict(list)
    for one in own:
        if one.place is not None:
            municipal[one.place].append(one.role)
    places = {Workplace(one.place, one.code, one.name, one.romaji) for one in own if one.place is not None}
    return Posts(
        municipal=dict(municipal),
        secretariat=[one.role for one in own if one.place is None],
        places=tuple(sorted(places, key=lambda one: one.code)),
        deputyships=tuple(_deputyships(held)),
        has_second_factor=any(one.strong for one in held),
    )


class _Held(NamedTuple):
    """A role, own or as `principal`'s deputy. strong: whether the account has a second factor. place: None
    in the secretariat."""

    role: str
    strong: bool
    principal: UUID | None
    principal_name: str
    appointed_at: datetime | None
    place: int | None
    code: str
    name: str
    romaji: str


def _held(user: User) -> Any:
    """Rows of _Held: every post, and in a municipality what the account does there for others."""
    strong = Exists(second_factors(user))
    place = (F("municipality_id"), *(F(f"municipality__{name}") for name in ("code", "name", "romaji")))
    nowhere = (Value(None, IntegerField()), Value(""), Value(""), Value(""))
    own = (Value(None, UUIDField()), Value(""), Value(None, DateTimeField()))
    absent = (F("principal_id"), F("principal__name"), F("appointed_at"))
    here = current(StaffPost.visible.filter(user=user)).values_list("role", strong, *own, *place)
    body = current(SecretariatPost.objects.filter(user=user)).values_list("role", strong, *own, *nowhere)
    if context.require().municipality_id is None:
        return here.union(body, all=True)
    acting = _acting(user).values_list("role", strong, *absent, *place)
    return acting.union(here, body, all=True)  # the first gives the types of the columns


def _acting(user: User) -> Any:
    """In the open municipality, as long as the principal holds the role."""
    held = current(StaffPost.objects.filter(user=OuterRef("principal"), role=OuterRef("role")))
    return running(Deputy.objects.filter(Exists(held), user=user))


def _deputyships(held: list[_Held]) -> Iterator[Deputyship]:
    for one in sorted((one for one in held if one.appointed_at), key=attrgetter("appointed_at")):
        if one.place is not None and one.principal is not None:
            yield Deputyship(one.place, one.role, one.principal, one.principal_name or str(one.principal))


def staff_actor(user: User | AnonymousUser, posts: Posts, municipality: Municipality) -> Actor:
    """posts: the user's, as they are seen inside the municipality's context."""
    own = permissions_of(posts.municipal.get(municipality.pk, []))
    principals = principals_of(posts.within(municipality.pk), own) if own else ()
    return Actor(
        ActorKind.STAFF,
        id=str(user.pk or ""),
        label=label_of(user),
        municipality_id=municipality.pk,
        municipality_code=municipality.code,
        permissions=own.union(*(one.permissions for one in principals)),
        principals=principals,
    )


def principals_of(posts: Posts, own: frozenset[str]) -> tuple[Principal, ...]:
    """For whom one may act today, with what one may not do anyway (`own`)."""
    return tuple(
        Principal(str(one.principal_id), one.principal_name, one.role, permissions_of([one.role]) - own)
        for one in posts.deputyships
    )


def secretariat_actor(user: User | AnonymousUser, posts: Posts) -> Actor:
    return Actor(
        ActorKind.SECRETARIAT,
        id=str(user.pk or ""),
        label=label_of(user),
        permissions=permissions_of(posts.secretariat),
    )
