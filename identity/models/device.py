"""Keys in residents' phones: their certificates, the leave to add one, and sign-ins that wait for one.

A phone shows a key before anybody knows whose it is, and anybody at all asks whether a certificate is good:
system tables, with rights for the surface that answers, and none for it to write a certificate.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, INSERT, READ, SELECT, UPDATE, WRITE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, IDENTITY_BASE, WORKER

from .base import LIVES_HERE
from .fields import EncryptedTextField


class DeviceState(models.TextChoices):
    REQUESTED = "requested", _("発行待ち")
    ACTIVE = "active", _("有効")
    SUSPENDED = "suspended", _("一時停止")
    REVOKED = "revoked", _("失効")


_STANDING = ("state", "state_at", "state_by", "state_persons", "reason", "held_at")
_ISSUED = ("serial", "certificate", "issuer", "issued_at", "expires_at")
_LEAVE_ENDED = ("id", "citizen_id", "used_at")
_SEEN = ("id", "citizen_id", "requested_at", *_STANDING, "serial", "issued_at", "expires_at")


class DeviceCertificate(SystemModel):
    """One key of one phone, from the request to the end. Each key is certified once, ever.

    name: what she calls the phone. request: the PKCS#10, DER. level: the highest that signing in with it
    reaches (当人認証保証レベル), which is that of how it was added. subject: random, the only name in the
    certificate. serial: hexadecimal. issuer: generation of the CA (pki.authority). renews: the one
    whose place it takes. state_by: the actor's id. held_at:
    since when the whole digital ID is suspended, whatever its own state is. The surface that takes requests
    cannot write a certificate; the worker, who issues it, can read no name.
    """

    rules = (
        Rule(IDENTITY_BASE, (INSERT,), "state = 'requested' AND certificate IS NULL"),
        Rule(IDENTITY_BASE, (SELECT, UPDATE), columns=(*_STANDING, "name", "last_used_at")),
        Rule(WORKER, (SELECT,), read_columns=(*_SEEN, "request", "key_hash", "subject", "renews", "issuer")),
        Rule(WORKER, (UPDATE,), columns=(*_STANDING, *_ISSUED)),
        Rule(
            APP,
            (SELECT, UPDATE),
            LIVES_HERE,
            columns=_STANDING,
            read_columns=(*_SEEN, "name", "last_used_at", "level", "renews"),
        ),
    )

    citizen_id = models.UUIDField(db_index=True)
    name = EncryptedTextField(_("端末の名前"))
    request = models.BinaryField()
    key_hash = models.CharField(max_length=64, unique=True)
    level = models.SmallIntegerField()
    subject = models.CharField(max_length=32, unique=True)
    renews = models.UUIDField(null=True)
    requested_at = models.DateTimeField(default=timezone.now)
    serial = models.CharField(max_length=40, unique=True, null=True)
    certificate = models.BinaryField(null=True)
    issuer = models.CharField(max_length=10, blank=True)
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.REQUESTED)
    state_at = models.DateTimeField(default=timezone.now)
    state_by = models.CharField(max_length=80, blank=True)
    state_persons = models.JSONField(default=list)
    reason = models.CharField(max_length=20, blank=True)
    held_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.CheckConstraint(name="device_level_range", condition=Q(level__range=(1, 3))),
            models.CheckConstraint(
                name="device_issued_whole",
                condition=Q(serial=None, certificate=None, issued_at=None, expires_at=None)
                | Q(
                    serial__isnull=False,
                    certificate__isnull=False,
                    issued_at__isnull=False,
                    expires_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="device_good_when_issued",
                condition=Q(state__in=["active", "suspended"], serial__isnull=False)
                | Q(state="requested", serial=None)
                | Q(state="revoked"),
            ),
            models.UniqueConstraint(
                fields=["renews"], condition=Q(state="requested"), name="device_one_renewal_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="device_requested", condition=Q(state="requested")),
            models.Index(
                fields=["expires_at"],
                name="device_listed",
                condition=Q(state__in=["suspended", "revoked"]) | Q(held_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_usable(self) -> bool:
        """Whether what it signs now counts."""
        ends = self.expires_at
        active = self.state == DeviceState.ACTIVE and self.held_at is None
        return active and ends is not None and ends > timezone.now()

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class DeviceLeave(SystemModel):
    """A signed-in resident's leave to add one device, as a one-time code. level: of her sign-in."""

    rules = (
        Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("used_at",)),
        *(
            Rule(role, (SELECT, UPDATE), LIVES_HERE, columns=("used_at",), read_columns=_LEAVE_ENDED)
            for role in (APP, WORKER)
        ),
    )
    retention = Retention("expires_at", timedelta(days=1))

    code_hash = models.CharField(max_length=64, unique=True)
    citizen_id = models.UUIDField()
    level = models.SmallIntegerField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class ChallengeState(models.TextChoices):
    OPEN = "open", _("確認待ち")
    CONFIRMED = "confirmed", _("確認済")
    REFUSED = "refused", _("拒否")


class DeviceChallenge(SystemModel):
    """A sign-in that a browser began and a phone is to confirm.

    code_hash: of what the QR code carries. browser: hash of the secret in the session that began it, which
    alone may end it. network: keyed hash of where the browser is. service: where she is about to go on to,
    empty for her own pages. number: what browser and person show each other. near: whether the phone answered
    from the same network. used_at: when the browser went in.
    """

    rules = (Rule(IDENTITY_BASE, WRITE),)
    retention = Retention("expires_at", timedelta(days=1))

    code_hash = models.CharField(max_length=64, unique=True)
    browser = models.CharField(max_length=64)
    browser_name = models.CharField(max_length=100, blank=True)
    network = models.CharField(max_length=64, blank=True)
    service = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=ChallengeState.choices, default=ChallengeState.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    device_id = models.UUIDField(null=True)
    citizen_id = models.UUIDField(null=True)
    near = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class CertificateList(SystemModel):
    """A revocation list (DER) as it was published. The worker signs, the identity surface hands out.
    issuer: generation of the CA whose certificates it is about."""

    rules = (Rule(WORKER, APPEND), Rule(IDENTITY_BASE, READ))
    retention = Retention("next_update", timedelta(days=30))

    issuer = models.CharField(max_length=10, blank=True)
    number = models.BigIntegerField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["issuer", "number"], name="list_number")]

    def __str__(self) -> str:
        return str(self.number)


class OcspResponder(SystemModel):
    """A short-lived certificate (DER) that lets the identity surface answer for a CA (issuer: generation);
    its key, sealed."""

    rules = (Rule(WORKER, (SELECT, INSERT)), Rule(IDENTITY_BASE, READ))
    retention = Retention("expires_at", timedelta(days=7))

    issuer = models.CharField(max_length=10, blank=True)
    certificate = models.BinaryField()
    private = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.pk)
