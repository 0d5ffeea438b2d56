"""What a member of staff wrote down as her reason for looking, where none of the purposes fitted."""

from django.db import models

from consortium.tenancy.models import Reference
from consortium.tenancy.policies import INSERT, OWN_MUNICIPALITY, READ, Rule
from consortium.tenancy.roles import APP

from .base import ResidentModel
from .fields import EncryptedTextField


class AccessReason(ResidentModel):
    """Free words, which may name people: kept beside the log, for the resident alone. event_id: of the audit
    event that says by its code that there is a reason."""

    keeps = READ
    rules = (Rule(APP, (INSERT,), OWN_MUNICIPALITY),)

    municipality = Reference("tenancy.Municipality", related_name="+")
    event_id = models.UUIDField(unique=True)
    text = EncryptedTextField()

    def __str__(self) -> str:
        return str(self.event_id)
