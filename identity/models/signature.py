"""What services ask residents to sign, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference
from consortium.tenancy.policies import APPEND, OWN_CITIZEN, UPDATE, Rule
from consortium.tenancy.roles import CITIZEN

from .base import ResidentModel
from .fields import EncryptedTextField


class SignatureState(models.TextChoices):
    OPEN = "open", _("署名待ち")
    SIGNED = "signed", _("署名済")
    DECLINED = "declined", _("辞退")


class SignatureRequest(ResidentModel):
    """digest: SHA-256 (hex) of the document, which we never see. client_id, recipient: the service that asks,
    and what it is called."""

    keeps = APPEND
    rules = (Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=("state",)),)

    client_id = models.CharField(max_length=40)
    recipient = models.CharField(max_length=100)
    document = EncryptedTextField(_("文書の名前"))
    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SignatureState.choices, default=SignatureState.OPEN)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["citizen", "-created_at"], name="signature_request_list")]

    def __str__(self) -> str:
        return str(self.pk)


class Signature(ResidentModel):
    """Never changed. content: the detached CMS, DER. digest: SHA-256 (hex) of it. proof: our OCSP answer at
    signed_at, the moment by our clock that the signature is judged by."""

    keeps = APPEND

    request = Reference(SignatureRequest, related_name="+")
    device_id = models.UUIDField()
    content = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    proof = models.BinaryField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["citizen", "request"], name="signature_one_per_request"),
            models.CheckConstraint(name="signature_digest_hex", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return str(self.pk)
