"""What the OpenID Provider stores between two requests: signing keys; authorizations, their codes and tokens.

Codes and tokens arrive before anybody knows whose they are: they are how the resident is found. A table of
the subject class shows no row to a process that speaks for no resident, so these are system tables, with
rights for the identity surface alone. They hold identifiers, hashes and times, and nothing that says who a
resident is: her attributes are read at the moment of disclosure, in her own context.
"""

from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from consortium.tenancy.models import Reference, SystemModel
from consortium.tenancy.policies import APPEND, INSERT, READ, SELECT, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, IDENTITY_BASE, WORKER

from .base import LIVES_HERE

LEAD = timedelta(hours=1)
"""How long a new key is published before it signs: longer than any client may cache the JWKS."""
_AHEAD = "activates_at > now() + interval '50 minutes' AND expires_at IS NULL"
"""What the schedule may add: a key that everybody can see before it signs."""


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def published(self) -> "SigningKeyQuerySet":
        """Keys of the JWKS: also those that will sign soon, and those whose last tokens still live."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def signing(self) -> "SigningKeyQuerySet":
        """Keys that may sign now; of one algorithm the one to use first."""
        return self.published().filter(activates_at__lte=timezone.now()).order_by("-activates_at", "-id")

    def trusted(self) -> "SigningKeyQuerySet":
        """All whose signatures are believed, also those long out of use."""
        return self.filter(retired_at=None)


class SigningKey(SystemModel):
    """A key of the issuer. `public` is a JWK; `private` the private JWK, encrypted with the field keys.

    Of each algorithm the newest key that is active signs. It is published before it activates, and after
    another one took over until `expires_at`, so that no cached JWKS meets a signature it does not know.
    retired_at: of one that was taken out in an emergency. The surface that signs may add and change none.
    """

    rules = (
        Rule(IDENTITY_BASE, READ),
        Rule(WORKER, READ),
        Rule(WORKER, (INSERT,), _AHEAD),
        Rule(WORKER, (UPDATE,), "retired_at IS NULL", columns=("expires_at", "private")),
    )

    kid = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=10)
    public = models.JSONField()
    private = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    activates_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-activates_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=Q(expires_at=None), name="signingkey_one_without_end"
            ),
            models.CheckConstraint(
                name="signingkey_retired_whole",
                condition=Q(retired_at=None)
                | Q(retired_at__isnull=False, private="", expires_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    def is_published(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at > now


_ENDING = ("revoked_at", "ended_for")
_WHOSE = ("citizen_id", "revoked_at")
_UNTOLD = "ended_for <> '' AND (told_at IS NULL OR told_at = now())"
"""The second half: what an UPDATE writes has to be visible to it, hence in its own transaction."""


class Authorization(SystemModel):
    """What a resident let one service do at one sign-in: the family of all codes and tokens that come of it.

    They are worth something only while it is not revoked, so that one write ends them all, also those that
    are being issued at that moment. None outlives expires_at. subject: the sector pseudonym, the only name
    the client knows. sid: the sign-in session, for back-channel logout. acr, amr, auth_time and level
    (当人認証保証レベル): of the sign-in. claims: the `claims` parameter, parsed. ended_for: why
    all of hers ended at once; told_at: since when the service's notice of that is queued. Staff and worker
    can end what they cannot read.
    """

    rules = (
        Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=_ENDING),
        Rule(APP, (SELECT, UPDATE), LIVES_HERE, columns=_ENDING, read_columns=_WHOSE),
        Rule(WORKER, (SELECT, UPDATE), LIVES_HERE, columns=_ENDING, read_columns=_WHOSE),
        Rule(
            WORKER,
            (SELECT, UPDATE),
            _UNTOLD,
            columns=("told_at",),
            read_columns=("id", "client_id", "subject", "sid", "ended_for", "told_at"),
        ),
    )
    retention = Retention("expires_at", timedelta(days=8))

    client_id = models.CharField(max_length=40)
    citizen_id = models.UUIDField()
    subject = models.CharField(max_length=64)
    sid = models.CharField(max_length=43, db_index=True)
    scope = models.CharField(max_length=500)
    claims = models.JSONField(default=dict)
    acr = models.CharField(max_length=40)
    amr = models.JSONField(default=list)
    level = models.SmallIntegerField()
    auth_time = models.BigIntegerField()
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    ended_for = models.CharField(max_length=20, default="", db_default="")
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["citizen_id", "client_id"], name="authorization_owner"),
            models.Index(
                fields=["id"], name="authorization_untold", condition=~Q(ended_for="") & Q(told_at=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Issued(SystemModel):
    """What codes and tokens have in common: a SHA-256 of the secret, an end, and the family."""

    retention = Retention("expires_at", timedelta(days=7))

    authorization = Reference(Authorization, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    client_stamp: tuple[str, list[str]] | None = None
    """What its client is known by (services.queries.client_stamp), where that was asked with it."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    def is_expired(self) -> bool:
        return bool(min(self.expires_at, self.authorization.expires_at) <= timezone.now())

    def is_revoked(self) -> bool:
        return self.authorization.revoked_at is not None

    def check_client(self, client: ClientMixin) -> bool:
        return bool(self.authorization.client_id == client.get_client_id())

    def is_live(self, client: Any) -> bool:
        """client: identity.oidc's, which remembers since when its tokens count."""
        return not (self.is_expired() or self.is_revoked()) and bool(client.honours(self.issued_at))


class AuthorizationCode(Issued, AuthorizationCodeMixin):
    """RFC 6749 section 4.1.2. `redirect_uri` is what the token request must repeat.

    dpop_jkt: thumbprint of the key that must redeem it (RFC 9449 section 10); empty for none.
    """

    rules = (Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("redeemed_at",)),)

    code_hash = models.CharField(max_length=64, unique=True)
    redirect_uri = models.TextField(max_length=2000)
    nonce = models.CharField(max_length=512, blank=True)
    code_challenge = models.CharField(max_length=43)
    dpop_jkt = models.CharField(max_length=43, blank=True)
    redeemed_at = models.DateTimeField(null=True)

    @property
    def code_challenge_method(self) -> str:
        """Nothing else is accepted (Authlib asks for it)."""
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return str(self.authorization.scope)

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.authorization.auth_time)


class Token(Issued, TokenMixin):
    """Opaque, known by its hash. jkt: thumbprint of the key it is bound to (RFC 9449); empty for bearer."""

    token_hash = models.CharField(max_length=64, unique=True)
    jkt = models.CharField(max_length=43, blank=True)

    class Meta:
        abstract = True

    def get_expires_in(self) -> int:
        return int((self.expires_at - self.issued_at).total_seconds())

    def get_user(self) -> Any:
        return self.authorization

    def get_client(self) -> Any:
        return self.authorization.client_id


class AccessToken(Token):
    """Its scope may be narrower than the authorization's."""

    rules = (Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("revoked_at",)),)

    scope = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True)

    def get_scope(self) -> str:
        return self.scope

    def is_revoked(self) -> bool:
        return self.revoked_at is not None or super().is_revoked()


class RefreshToken(Token):
    """Has the authorization's whole scope. rotated_at: when another took its place; used again after that it
    was stolen, and the family ends. expires_at is pushed on with each use where it is not rotated."""

    rules = (Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("rotated_at", "expires_at")),)

    rotated_at = models.DateTimeField(null=True)

    def get_scope(self) -> str:
        return str(self.authorization.scope)


class MachineToken(SystemModel, TokenMixin):
    """That a client was given a token in its own name (client_credentials), a signed JWT of this `jti`.

    The row is the record of it, and where its revocation is looked up.
    """

    rules = (Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("revoked_at",)),)
    retention = Retention("expires_at", timedelta(hours=1))

    jti = models.CharField(max_length=43, unique=True)
    client_id = models.CharField(max_length=40)
    scope = models.CharField(max_length=500)
    jkt = models.CharField(max_length=43, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.jti

    def get_scope(self) -> str:
        return self.scope

    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    def is_revoked(self) -> bool:
        return self.revoked_at is not None
