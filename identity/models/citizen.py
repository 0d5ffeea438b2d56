"""Who a resident is, where she lives, and how the municipality convinced itself of it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Right, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, SubjectModel, uuid7
from consortium.tenancy.policies import (
    APPEND,
    INSERT,
    OWN_CITIZEN,
    OWN_MUNICIPALITY,
    READ,
    SELECT,
    UPDATE,
    Rule,
    setting,
)
from consortium.tenancy.roles import APP, CITIZEN, IDENTITY_BASE, WORKER

from .base import LIVES_HERE, ResidentModel, lives_here
from .fields import EncryptedTextField
from .handover import KNOWS_MOVE_CODE
from .proofing import JUST_PROVED, NAMED_LIKE_PROVED

RECEIPT = Upper(Right(Cast("citizen_id", models.TextField()), 8))
"""What clerks and slips call a resident by, without the hyphen (queries.counter.receipt_number)."""


PERSONAL = ("family_name", "given_name", "kana", "birth_date", "sex", "address")
"""Columns that a life event changes: actions.life_events."""


_STATUS = ("status", "suspended_by", "person_index", "name_index")
NO_MUNICIPALITY = f"{setting('municipality', 'integer')} IS NULL"
"""SQL: the worker at the consortium's own work, which asks whether somebody may be written to."""
_NO_CLERK = "suspended_by <@ jsonb_build_array(citizen_id::text)"
"""SQL: nobody but herself stands behind a suspension."""


class CitizenStatus(models.TextChoices):
    ACTIVE = "active", _("有効")
    SUSPENDED = "suspended", _("一時停止")
    CLOSED = "closed", _("廃止")


class Sex(models.TextChoices):
    FEMALE = "female", _("女")
    MALE = "male", _("男")
    UNSTATED = "unstated", _("記載なし")


class Citizen(SubjectModel):
    """One person. Personal fields are encrypted; blind indexes alone find a second enrolment: `person_index`
    of reading and day of birth, unique, and `name_index` of the name as written, which namesakes share.

    The key's column is called citizen_id, so that every table of a resident has the same one.
    suspended_by: ids of all who stand behind a suspension that lasts; hers alone if she did it herself.
    birth_date is ISO 8601 text inside its encryption. The worker may count and change
    the status, and reads no personal field.
    reading_proofed: False while nobody but herself has said how her name is read, which no card tells.
    test: nobody real, for services under test, and for them alone; it never changes.
    """

    keeps = READ
    rules = (
        Rule(APP, (INSERT,), "status = 'active'"),
        Rule(APP, (SELECT, UPDATE), LIVES_HERE, columns=(*_STATUS, *PERSONAL, "reading_proofed")),
        Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=_STATUS, written=f"{OWN_CITIZEN} AND {_NO_CLERK}"),
        Rule(CITIZEN, (INSERT,), f"status = 'active' AND NOT test AND NOT reading_proofed AND {JUST_PROVED}"),
        Rule(IDENTITY_BASE, (SELECT,), NAMED_LIKE_PROVED, read_columns=("citizen_id", "name_index")),
        Rule(
            WORKER,
            READ,
            lives_here("identity_citizen"),
            read_columns=("citizen_id", "status", "test", "person_index", "reading_proofed"),
        ),
        Rule(WORKER, READ, NO_MUNICIPALITY, read_columns=("citizen_id", "status", "test")),
        Rule(WORKER, (UPDATE,), LIVES_HERE, columns=_STATUS),
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False, db_column="citizen_id")
    family_name = EncryptedTextField(_("氏"))
    given_name = EncryptedTextField(_("名"))
    kana = EncryptedTextField(_("氏名のふりがな"))
    reading_proofed = models.BooleanField(default=True)
    birth_date = EncryptedTextField(_("生年月日"))
    sex = EncryptedTextField(_("性別"))
    address = EncryptedTextField(_("住所"))
    person_index = models.CharField(max_length=64, unique=True)
    name_index = models.CharField(max_length=64, blank=True, db_index=True)
    status = models.CharField(max_length=10, choices=CitizenStatus.choices, default=CitizenStatus.ACTIVE)
    suspended_by = models.JSONField(default=list)
    test = models.BooleanField(_("試験用"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


class Residence(ResidentModel):
    """One period of living in one municipality; ends_on is the first day of no longer living there.

    Foreign-key checks see through row-level security, so a clerk can name anybody's id here: it is the
    exclusion constraint that keeps her from attaching someone who lives elsewhere.
    """

    keeps = READ
    rules = (
        Rule(APP, APPEND, OWN_MUNICIPALITY),
        Rule(APP, (UPDATE,), OWN_MUNICIPALITY, columns=("ends_on",)),
        Rule(CITIZEN, (INSERT,), f"ends_on IS NULL AND {JUST_PROVED}"),
        Rule(APP, (SELECT, UPDATE), KNOWS_MOVE_CODE.format(table="identity_residence"), columns=("ends_on",)),
        Rule(WORKER, READ, OWN_MUNICIPALITY),
    )

    municipality = Reference("tenancy.Municipality", related_name="+")
    starts_on = models.DateField(_("住民となった日"))
    ends_on = models.DateField(_("転出日"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="residence_ends_after_start", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
            ExclusionConstraint(
                name="residence_one_at_a_time",
                expressions=[
                    (F("citizen"), "="),
                    (Func(F("starts_on"), F("ends_on"), Value("[)"), function="daterange"), "&&"),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "citizen"], name="residence_municipality"),
            models.Index(F("municipality"), RECEIPT, name="residence_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.citizen_id} {self.municipality_id}"


class ProofingMethod(models.TextChoices):
    COUNTER = "counter", _("窓口")
    JPKI = "jpki", _("公的個人認証")
    APP = "ninsho_app", _("デジタル認証アプリ")


class Evidence(models.TextChoices):
    """What was shown. Numbers of documents are never kept."""

    MY_NUMBER_CARD = "my_number_card", _("マイナンバーカード")
    DRIVING_LICENCE = "driving_licence", _("運転免許証")
    PASSPORT = "passport", _("旅券（パスポート）")
    RESIDENCE_CARD = "residence_card", _("在留カード・特別永住者証明書")
    TWO_DOCUMENTS = "two_documents", _("写真のない本人確認書類2点")


_OUTCOME = ("confirmed_at", "declined_at", "expires_on")


class Proofing(ResidentModel):
    """One examination of identity (身元確認). At the counter it counts from a second clerk's confirmation,
    from afar at once. evidence_reference: keyed hash of what was shown, e.g. of a certificate's number.
    for_enrolment: made so that a code can be issued. examined_persons: ids of all who stand behind it."""

    keeps = READ
    rules = (
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {LIVES_HERE} AND confirmed_at IS NULL"),
        Rule(
            APP,
            (*READ, UPDATE),
            f"{OWN_MUNICIPALITY} AND {LIVES_HERE}",
            columns=("confirmed_by", "confirmed_by_name", "confirmed_at", "expires_on", "declined_at"),
        ),
        Rule(CITIZEN, (INSERT,), f"method <> 'counter' AND {JUST_PROVED}"),
        Rule(WORKER, READ, LIVES_HERE, read_columns=("id", "citizen_id", *_OUTCOME)),
    )

    municipality = Reference("tenancy.Municipality", related_name="+")
    method = models.CharField(max_length=20, choices=ProofingMethod.choices)
    level = models.SmallIntegerField()
    evidence = models.CharField(_("確認した書類"), max_length=20, choices=Evidence.choices)
    evidence_reference = models.CharField(max_length=64, blank=True)
    examined_by = models.UUIDField(null=True)
    examined_by_name = models.CharField(max_length=60, blank=True)
    examined_persons = models.JSONField(default=list)
    for_enrolment = models.BooleanField(default=False)
    examined_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    expires_on = models.DateField(null=True)

    class Meta:
        ordering = ["-examined_at"]
        constraints = [
            models.CheckConstraint(name="proofing_level_range", condition=Q(level__range=(1, 3))),
            models.CheckConstraint(
                name="proofing_four_eyes",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("examined_by")),
            ),
            models.CheckConstraint(
                name="proofing_confirmed_whole",
                condition=Q(confirmed_by=None, confirmed_at=None, expires_on=None)
                | Q(confirmed_at__isnull=False, expires_on__isnull=False),
            ),
            models.CheckConstraint(
                name="proofing_by_clerks_at_the_counter",
                condition=Q(method=ProofingMethod.COUNTER, examined_by__isnull=False)
                & (Q(confirmed_at=None) | Q(confirmed_by__isnull=False))
                | ~Q(method=ProofingMethod.COUNTER)
                & Q(examined_by=None, confirmed_by=None, confirmed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["citizen", "-confirmed_at"], name="proofing_citizen")]

    def __str__(self) -> str:
        return f"{self.method} {self.level}"
