from django.db import models

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import OWN_USER, SELECT, WRITE, Rule
from consortium.tenancy.roles import APP, PORTAL_BASE, SECRETARIAT, WORKER


class Draft(SystemModel):
    """What an account has entered into a wizard so far; seen by that account alone, wherever it works.

    `sealed` is ciphertext (consortium.crypto) of the answers. `key` names the wizard by its address, hence
    its tenant too. Nothing refers to a draft, and it goes when it is sent or has expired.
    """

    rules = (
        *(Rule(role, WRITE, OWN_USER) for role in (PORTAL_BASE, APP, SECRETARIAT)),
        Rule(WORKER, (SELECT, "DELETE"), "expires_at <= now()"),
    )

    user_id = models.UUIDField()
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    sealed = models.TextField()
    saved_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="draft_one_per_wizard")]

    def __str__(self) -> str:
        return self.key
