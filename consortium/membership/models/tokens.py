"""How a municipality's own systems are known to the API."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import TenantModel
from consortium.tenancy.policies import APPEND, OWN_MUNICIPALITY, READ, UPDATE, Rule
from consortium.tenancy.roles import APP


class ApiToken(TenantModel):
    """It belongs to the municipality, not to a person: staff move on each April, systems stay.

    Only the SHA-256 of the token is kept, and its last four characters to tell it from others. scopes:
    permissions (membership.scopes). A token is never deleted: what it did stays explainable.
    """

    keeps = READ
    rules = (
        Rule(APP, APPEND, OWN_MUNICIPALITY),
        Rule(APP, (UPDATE,), OWN_MUNICIPALITY, columns=("last_used_at", "revoked_at", "revoked_by")),
    )

    name = models.CharField(_("使うシステムの名前"), max_length=60)
    scopes = models.JSONField(default=list)
    token_hash = models.CharField(max_length=64)
    ending = models.CharField(max_length=4)
    created_by = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("有効期限"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "token_hash"], name="api_token_hash")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
