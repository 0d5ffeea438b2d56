"""Creating and rotating the issuer's signing keys. Only the database's owner may: run from commands."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from joserfc.jwk import ECKey

from consortium.crypto import encrypt
from identity.models import SigningKey

ALGORITHM = "ES256"
LEAD = timedelta(hours=1)
"""How long a new key is published before it signs: longer than any client may cache the JWKS."""
LAST_TOKEN = timedelta(days=1)
"""How long a key stays published after it signed last: longer than any ID token lives."""


def create_signing_key() -> SigningKey | None:
    """Make the first key, signing at once. None when a key is there already."""
    return None if SigningKey.objects.signing().exists() else _create(lead=timedelta(0))


@transaction.atomic
def rotate_signing_key(*, lead: timedelta = LEAD) -> SigningKey:
    """Publish a new key that signs after `lead`; the others leave the JWKS when their tokens are over."""
    old = SigningKey.objects.filter(expires_at=None)
    old.update(expires_at=timezone.now() + lead + LAST_TOKEN)
    return _create(lead=lead)


def _create(*, lead: timedelta) -> SigningKey:
    key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return SigningKey.objects.create(
        kid=key.thumbprint(),
        algorithm=ALGORITHM,
        public=key.as_dict(private=False),
        private=encrypt(json.dumps(key.as_dict(private=True))),
        activates_at=timezone.now() + lead,
    )
