"""A registered service as Authlib wants to see a client."""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from authlib.oauth2.rfc6749 import ClientMixin
from django.db.models import Model
from joserfc.jwk import KeySet

from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.statements import insert
from services import queries
from services.domain.sectors import ClientAuth, GrantType, Sector, sector
from services.models import RelyingParty

OPENID: Final = "openid"
OFFLINE: Final = "offline_access"
"""OpenID Connect Core section 11: refresh tokens, for a service that goes on when she has left."""
CONFIDENTIAL_METHODS: Final = ("private_key_jwt", "client_secret_basic")
OFFERED_METHODS: Final = (*CONFIDENTIAL_METHODS, "none")
MOST_KNOWN: Final = 1000
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?(/[^#]*)?")


@dataclass(frozen=True)
class Client(ClientMixin):
    """Wraps the approved relying party, with the SHA-256 hex digests of the secrets that hold."""

    party: RelyingParty
    secret_hashes: tuple[str, ...] = field(default=(), repr=False)

    @property
    def client_id(self) -> str:
        return str(self.party.client_id)

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SERVICE, self.client_id)

    @cached_property
    def sector(self) -> Sector:
        return sector(self.party.sector)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """That both its registration and its sector allow."""
        return self.sector.attributes.intersection(self.party.attributes)

    @cached_property
    def scopes(self) -> frozenset[str]:
        """`openid`, one per attribute, and `offline_access` where it is registered for refresh tokens."""
        offline = {OFFLINE} if GrantType.REFRESH_TOKEN in self.grant_types else ()
        return frozenset({OPENID, *offline, *self.attributes})

    @property
    def machine_scopes(self) -> frozenset[str]:
        """What it may ask for in its own name (client_credentials)."""
        return frozenset(self.party.allowed_scopes)

    @property
    def grant_types(self) -> frozenset[str]:
        return frozenset(self.party.grant_types)

    @property
    def requires_par(self) -> bool:
        """By its sector or by its own registration (RFC 9126, section 6)."""
        return bool(self.sector.profile.require_par or self.party.require_pushed_authorization_requests)

    @property
    def requires_dpop(self) -> bool:
        """By its sector or its own registration (RFC 9449, section 5.2), or since it has no secret."""
        registered = self.party.dpop_bound_access_tokens
        return bool(self.sector.profile.require_dpop or registered or not self.is_confidential)

    @property
    def is_confidential(self) -> bool:
        return bool(self.party.auth_method != ClientAuth.NONE)

    @property
    def id_token_alg(self) -> str:
        return str(self.party.id_token_signed_response_alg)

    @property
    def userinfo_alg(self) -> str:
        """Empty: the answer is plain JSON."""
        return str(self.party.userinfo_signed_response_alg)

    @property
    def is_test(self) -> bool:
        """A sandbox client: it meets test residents and nobody else."""
        return bool(self.party.test)

    def honours(self, issued_at: datetime) -> bool:
        """Whether what was issued then still counts: a suspension ends all that came before it."""
        since: datetime | None = self.party.tokens_not_before
        return since is None or issued_at >= since

    @cached_property
    def keys(self) -> KeySet:
        """Public keys for private_key_jwt. Raises joserfc's errors for a set that cannot be read."""
        return KeySet.import_key_set(self.party.jwks)

    @property
    def client_metadata(self) -> dict[str, list[str]]:
        """What Authlib's logout endpoint asks for by this name."""
        return {"post_logout_redirect_uris": self.party.post_logout_redirect_uris}

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """None: every request names its own (OpenID Connect Core, 3.1.2.1)."""
        return ""

    def get_allowed_scope(self, scope: Any) -> Any:
        """The scope (text) as asked for; None, which becomes invalid_scope, if any part may not be had."""
        wanted = list(dict.fromkeys((scope or "").split()))
        return " ".join(wanted) if self.scopes.issuperset(wanted) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return any(matches(registered, redirect_uri) for registered in self.party.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        given = hashlib.sha256(client_secret.encode()).hexdigest()
        return any(secrets.compare_digest(given, held) for held in self.secret_hashes)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return bool(method == self.party.auth_method)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """None at all for a client below its sector's profile, however it came to be approved."""
        return grant_type in self.grant_types and not self.party.shortfalls


Stamp = tuple[str, list[str]]
"""As services.queries.client_stamp."""
_known: Final[dict[str, tuple[str, Client]]] = {}
_told: Final[ContextVar[tuple[str, Stamp] | None]] = ContextVar("client_told", default=None)


@contextmanager
def told(client_id: str, stamp: Stamp | None) -> Iterator[None]:
    """Inside the block `find` knows the stamp of this client, which was asked together with other things."""
    token = _told.set((client_id, stamp) if stamp else None)
    try:
        yield
    finally:
        _told.reset(token)


class OutdatedError(Exception):
    """A client is not what it was taken for: all that was done for it has to be done anew."""


@dataclass(slots=True)
class Assumption:
    """A client taken for what this process remembers, until a statement that is made anyway compares."""

    client_id: str = ""
    stamp: Stamp = ("", [])
    is_confirmed: bool = False

    def require(self) -> None:
        """Raises OutdatedError where something was taken for true that nothing has compared."""
        if self.client_id and not self.is_confirmed:
            raise OutdatedError

    def of(self, client_id: str) -> Stamp | None:
        held = _known.get(client_id)
        if held is None or self.client_id not in {"", client_id}:
            return None
        self.client_id, self.stamp = client_id, (held[0], list(held[1].secret_hashes))
        return self.stamp


_assumed: Final[ContextVar[Assumption | None]] = ContextVar("client_assumed", default=None)


@contextmanager
def assuming() -> Iterator[Assumption]:
    """Inside the block `find` asks nothing about one client that it knows. Nothing may come of it before
    `confirm` or `insert_for` has compared."""
    assumption = Assumption()
    token = _assumed.set(assumption)
    try:
        yield assumption
    finally:
        _assumed.reset(token)


def confirm(client_id: str, stamp: Stamp | None) -> None:
    """stamp: as it is. Raises OutdatedError where the client was taken for something else."""
    assumption = _assumed.get()
    if assumption and assumption.client_id == client_id:
        if assumption.stamp != stamp:
            raise OutdatedError
        assumption.is_confirmed = True


def insert_for(client: Client, row: Model) -> None:
    """On condition, where the client was assumed, that it is what it was. Raises OutdatedError."""
    assumption = _assumed.get()
    if assumption is None or assumption.client_id != client.client_id:
        insert(row)
        return
    version, hashes = assumption.stamp
    if not insert(row, only_if=(queries.UNCHANGED, [client.client_id, version, hashes])):
        raise OutdatedError
    assumption.is_confirmed = True


def find(client_id: str, stamp: Stamp | None = None) -> Client | None:
    """The client of this id if it is approved. Opens no context: one must be open. stamp: where it was asked
    together with other things.

    A process reads a registration and parses its keys once, and asks each time whether they are the same
    still: a suspension, a new key or secret counts at once.
    """
    known = _told.get()
    if stamp is None:
        stamp = known[1] if known and known[0] == client_id else _asked(client_id)
    if stamp is None:
        return None
    version, hashes = stamp[0], tuple(stamp[1])
    held = _known.get(client_id)
    if held is None or held[0] != version or held[1].secret_hashes != hashes:
        party = queries.relying_party(client_id)
        if party is None:
            return None
        held = (version, Client(party, hashes))
        _remember(client_id, held)
    return held[1] if held[1].party.is_approved else None


def _asked(client_id: str) -> Stamp | None:
    assumption = _assumed.get()
    return (assumption.of(client_id) if assumption else None) or queries.client_stamp(client_id)


def _remember(client_id: str, held: tuple[str, Client]) -> None:
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[client_id] = held


def matches(registered: str, asked: str) -> bool:
    """Exact, but for the port of a loopback address, which a native app cannot know (RFC 8252, 7.3)."""
    if registered == asked:
        return True
    known, new = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(asked)
    return bool(known and new) and (known[1], known[3]) == (new[1], new[3])  # type: ignore[index]  # both matched


def attributes_of(scope: str) -> list[str]:
    """Attributes that a scope asks for, in its order."""
    return [name for name in scope.split() if name not in {OPENID, OFFLINE}]
