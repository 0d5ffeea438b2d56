"""What happens in a resident's life, recorded at the counter by two clerks; what stood before is kept."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference
from consortium.tenancy.policies import INSERT, OWN_MUNICIPALITY, READ, SELECT, UPDATE, Rule
from consortium.tenancy.roles import APP

from .base import LIVES_HERE, ResidentModel, lives_here
from .fields import EncryptedTextField
from .handover import KNOWS_MOVE_CODE

_UNDECIDED = "confirmed_at IS NULL AND declined_at IS NULL"
_TABLE = "identity_lifeevent"
_BY_CODE = KNOWS_MOVE_CODE.format(table=_TABLE)


class LifeEventKind(models.TextChoices):
    MOVE_IN = "move_in", _("転入")
    MOVE_OUT = "move_out", _("転出")
    ADDRESS = "address", _("転居（自治体内の住所変更）")
    NAME = "name", _("氏名の変更")
    CORRECTION = "correction", _("記録の訂正")
    DEATH = "death", _("死亡")


class LifeEvidence(models.TextChoices):
    """What the clerks saw."""

    RESIDENT_RECORD = "resident_record", _("住民票の記載")
    FAMILY_REGISTER = "family_register", _("戸籍の記載")
    MY_NUMBER_CARD = "my_number_card", _("マイナンバーカード")
    NOTIFICATION = "notification", _("届書")


class LifeEvent(ResidentModel):
    """values: JSON of the columns that change; previous: what stood there before, once it is confirmed.

    effective_on: the first day of the new state. evidence: a LifeEvidence, or of a 転入 an Evidence, since
    it is a proofing as well. code_hash: of the code by which a new municipality reaches
    a resident who does not live there yet.
    """

    keeps = READ
    rules = (
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {_UNDECIDED} AND {lives_here(_TABLE)}"),
        Rule(
            APP,
            (INSERT,),
            f"{OWN_MUNICIPALITY} AND {_UNDECIDED} AND kind = 'move_in' AND {_BY_CODE}",
        ),
        Rule(
            APP,
            (SELECT, UPDATE),
            f"{OWN_MUNICIPALITY} AND ({LIVES_HERE} OR kind = 'move_in' AND code_hash <> '')",
            columns=(
                "confirmed_by",
                "confirmed_by_name",
                "confirmed_at",
                "declined_at",
                "previous",
                "code_hash",
            ),
        ),
    )

    municipality = Reference("tenancy.Municipality", related_name="+")
    kind = models.CharField(max_length=12, choices=LifeEventKind.choices)
    effective_on = models.DateField()
    values = EncryptedTextField()
    previous = EncryptedTextField(default="")
    evidence = models.CharField(max_length=20)
    reason = EncryptedTextField(default="")
    code_hash = models.CharField(max_length=64, blank=True)
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=60)
    prepared_persons = models.JSONField(default=list)
    prepared_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-prepared_at"]
        constraints = [
            models.CheckConstraint(
                name="life_event_four_eyes",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("prepared_by")),
            ),
            models.UniqueConstraint(
                fields=["citizen", "municipality"],
                condition=Q(confirmed_at=None, declined_at=None),
                name="life_event_one_undecided",
            ),
        ]
        indexes = [models.Index(fields=["citizen", "-prepared_at"], name="life_event_citizen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.citizen_id}"
