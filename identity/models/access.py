"""How a resident gets in: one-time codes from the counter, passkeys, sessions."""

from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Classed, SystemModel
from consortium.tenancy.policies import (
    APPEND,
    DELETE,
    INSERT,
    OWN_CITIZEN,
    READ,
    SELECT,
    UPDATE,
    WRITE,
    Rule,
    TableClass,
)
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, CITIZEN, IDENTITY_BASE, WORKER

from .base import LIVES_HERE, ResidentModel
from .proofing import JUST_PROVED

_OF_PASSKEY = ("sign_count", "backup_state", "last_used_at", "revoked_at")


class EnrolmentCode(SystemModel):
    """One-time code, kept as a hash: of a counter's slip, or handed to browser or app after a proofing from
    afar (issued_by is empty then). Found before its holder is known: a system table.
    One that was used is kept: it tells that somebody has enrolled."""

    rules = (
        Rule(APP, APPEND, LIVES_HERE),
        Rule(APP, (UPDATE,), LIVES_HERE, columns=("revoked_at",)),
        Rule(IDENTITY_BASE, (*READ, UPDATE), columns=("used_at", "attempts")),
        Rule(CITIZEN, (INSERT, UPDATE), JUST_PROVED, columns=("revoked_at",)),
    )
    retention = Retention("expires_at", timedelta(days=30), "used_at IS NULL", ("used_at",))

    code_hash = models.CharField(max_length=64, unique=True)
    citizen_id = models.UUIDField(db_index=True)
    issued_by = models.UUIDField(null=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.pk)


class Passkey(ResidentModel):
    """A WebAuthn credential. public_key is the COSE key in CBOR; sign_count is the last one seen.
    attestation, aaguid: format and model as the device says; we ask for no attestation and verify none."""

    keeps = APPEND
    rules = (Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=_OF_PASSKEY),)

    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    aaguid = models.UUIDField()
    attestation = models.CharField(max_length=32, default="none")
    transports = models.JSONField(default=list)
    backup_eligible = models.BooleanField()
    backup_state = models.BooleanField()
    user_verified = models.BooleanField()
    name = models.CharField(_("名称"), max_length=60)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["citizen"], name="passkey_citizen")]

    def __str__(self) -> str:
        return self.name


class ResidentSession(AbstractBaseSession, Classed):
    """Sessions of the identity surface. Staff and worker can end a resident's, and read nothing of them."""

    table_class = TableClass.SYSTEM
    rules = (
        Rule(IDENTITY_BASE, WRITE),
        *(Rule(role, (SELECT, DELETE), LIVES_HERE, read_columns=("citizen_id",)) for role in (APP, WORKER)),
    )
    retention = Retention("expire_date", timedelta(days=1))

    citizen_id = models.UUIDField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_string("identity.sessions.SessionStore")  # type: ignore[no-any-return]  # by dotted name
