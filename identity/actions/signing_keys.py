"""The life of the issuer's signing keys: created, rotated with overlap, retired at once, encrypted anew.

The database's owner may do all of it (commands); the worker (schedule) may publish a key ahead of its use and
let an old one run out, and no more: see SigningKey.rules. The surface that signs can add no key.
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from joserfc.jwk import ECKey, Key, KeyParameters, OKPKey, RSAKey

from consortium.audit.record import record
from consortium.crypto import encrypt, is_current, reencrypt
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import SigningKey
from identity.models.oidc import LEAD

LAST_TOKEN: Final = timedelta(days=1)
"""How long a key stays published after it signed last: longer than any ID token lives."""
RSA_BITS: Final = 2048
"""Enough for keys that are replaced every few months (until 2030); a longer one signs five times slower."""

_MAKE: Final[dict[str, Callable[[KeyParameters], Key]]] = {
    "ES256": lambda names: ECKey.generate_key("P-256", parameters=names),
    "EdDSA": lambda names: OKPKey.generate_key("Ed25519", parameters=names),
    "PS256": lambda names: RSAKey.generate_key(RSA_BITS, parameters=names),
    "RS256": lambda names: RSAKey.generate_key(RSA_BITS, parameters=names),
}
ALGORITHMS: Final = tuple(_MAKE)


class NoSuchKey(Exception):
    """No key of this id, or one that is retired already."""


@action(kinds=(ActorKind.SYSTEM,))
def create_signing_keys(*, by: Actor, algorithms: Collection[str] = ALGORITHMS) -> list[SigningKey]:
    """Make the first key of each algorithm that has none, signing at once; returns what was made."""
    present = set(SigningKey.objects.signing().values_list("algorithm", flat=True))
    return [_create(by, algorithm) for algorithm in algorithms if algorithm not in present]


@action(kinds=(ActorKind.SYSTEM,))
def rotate_signing_keys(
    *,
    by: Actor,
    algorithms: Collection[str] = ALGORITHMS,
    lead: timedelta = LEAD,
    active_before: datetime | None = None,
) -> list[SigningKey]:
    """Publish a successor for each key in use, which signs after `lead`; the old ones leave the JWKS when
    their last tokens are over. active_before: only of keys that took over before then. Two at once make one.
    """
    held = SigningKey.objects.select_for_update().filter(expires_at=None, algorithm__in=algorithms)
    if active_before:
        held = held.filter(activates_at__lt=active_before)
    found = list(held.order_by("algorithm"))
    held.filter(pk__in=[key.pk for key in found]).update(expires_at=timezone.now() + lead + LAST_TOKEN)
    return [_create(by, key.algorithm, lead) for key in found]


@action(kinds=(ActorKind.SYSTEM,))
def retire_signing_key(*, by: Actor, kid: str) -> SigningKey | None:
    """In an emergency: out of the JWKS, its private part destroyed, nothing it signed is believed again.

    A process that holds the keys acts on it within keyring.TTL; a service may go by its copy of the JWKS for
    as long as the answer says (oidc.metadata.MAX_AGE).
    Returns the key that signs in its place, None if it did not sign. Raises NoSuchKey.
    """
    now = timezone.now()
    key = SigningKey.objects.select_for_update().filter(kid=kid, retired_at=None).first()
    if key is None:
        raise NoSuchKey(kid)
    was_current = key.is_published(now)
    key.retired_at = key.expires_at = now
    key.private = ""
    key.save(update_fields=["retired_at", "expires_at", "private"])
    record(by=by, action="signing_key.retired", target=key, detail={"algorithm": key.algorithm})
    signing = SigningKey.objects.signing().filter(algorithm=key.algorithm)
    return _take_over(by, key.algorithm, now) if was_current and not signing.exists() else None


@action(kinds=(ActorKind.SYSTEM,))
def reencrypt_signing_keys(*, by: Actor) -> int:
    """After FIELD_KEYS changed: keys sealed with an older one are sealed with the first. Returns how many."""
    stale = [key for key in SigningKey.objects.exclude(private="") if not is_current(key.private)]
    for key in stale:
        key.private = reencrypt(key.private)
        key.save(update_fields=["private"])
    if stale:
        record(by=by, action="signing_key.reencrypted", detail={"count": len(stale)})
    return len(stale)


def _take_over(by: Actor, algorithm: str, now: datetime) -> SigningKey:
    """A successor that waits already signs from now on; else a new one does."""
    waiting: SigningKey | None = SigningKey.objects.filter(expires_at=None, algorithm=algorithm).first()
    if waiting is None:
        return _create(by, algorithm)
    waiting.activates_at = now
    waiting.save(update_fields=["activates_at"])
    return waiting


def _create(by: Actor, algorithm: str, lead: timedelta = timedelta(0)) -> SigningKey:
    key = _MAKE[algorithm]({"use": "sig", "alg": algorithm})
    kid = key.thumbprint()
    made = SigningKey.objects.create(
        kid=kid,
        algorithm=algorithm,
        public={**key.as_dict(private=False), "kid": kid},
        private=encrypt(json.dumps({**key.as_dict(private=True), "kid": kid})),
        activates_at=timezone.now() + lead,
    )
    detail = {"algorithm": algorithm, "signs_from": made.activates_at.isoformat()}
    record(by=by, action="signing_key.created", target=made, detail=detail)
    return made
