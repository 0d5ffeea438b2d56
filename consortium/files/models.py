"""Files kept in private storage. The rows say what they are; contents lie encrypted under `key`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.domain.file_types import TYPES, FileKind
from consortium.membership.models import BELONGS_TODAY
from consortium.tenancy.models import ConsortiumModel, TenantModel
from consortium.tenancy.policies import (
    APPEND,
    DELETE,
    INSERT,
    OWN_MUNICIPALITY,
    READ,
    SELECT,
    UPDATE,
    Rule,
    setting,
)
from consortium.tenancy.roles import APP, REPORT, WORKER


class Kind(models.TextChoices):
    PDF = FileKind.PDF.value, "PDF"
    PNG = FileKind.PNG.value, _("画像(PNG)")
    JPEG = FileKind.JPEG.value, _("画像(JPEG)")
    XLSX = FileKind.XLSX.value, "Excel"
    DOCX = FileKind.DOCX.value, "Word"
    PPTX = FileKind.PPTX.value, "PowerPoint"
    CSV = FileKind.CSV.value, "CSV"
    TXT = FileKind.TXT.value, _("テキスト")


class File(models.Model):
    """name: cleaned for display and download. kind: what the content was found to be, never what it claimed.

    key: unguessable name in the storage; content_key: of this content alone (consortium.crypto.seal).
    sha256 is the plain content's. about: id of the row it was made of, where it was made and not uploaded.
    """

    name = models.CharField(_("ファイル名"), max_length=150)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    size = models.PositiveIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    about = models.UUIDField(null=True)
    language = models.CharField(max_length=5, blank=True)
    key = models.CharField(max_length=80)
    content_key = models.CharField(max_length=200)
    created_by_id = models.CharField(max_length=80)
    created_by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def mime(self) -> str:
        return TYPES[FileKind(self.kind)].mime


_FOR_READER = f"(reader_ids IS NULL OR reader_ids @> ARRAY[{setting('municipality', 'integer')}])"


class StoredFile(File, TenantModel):
    """A municipality's. What is `kept` belongs to something published and can't be deleted, in the database
    either; what is `shared` other members may read, as long as it is: all, or those of `reader_ids` alone.
    """

    keeps = APPEND
    rules = (
        Rule(APP, READ, f"shared AND {_FOR_READER} AND {BELONGS_TODAY}"),
        Rule(APP, (UPDATE,), OWN_MUNICIPALITY, columns=("kept", "shared", "reader_ids")),
        Rule(APP, (DELETE,), f"{OWN_MUNICIPALITY} AND NOT kept"),
    )

    kept = models.BooleanField(default=False)
    shared = models.BooleanField(default=False)
    reader_ids = ArrayField(models.IntegerField(), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "key"], name="stored_file_key"),
            models.CheckConstraint(
                condition=Q(shared=False) | Q(kept=True), name="stored_file_shared_is_kept"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "purpose", "about"], name="stored_file_about")]


class BodyFile(File, ConsortiumModel):
    """The consortium body's, out of members' reach: results of reports. It ends when `expires_at` is over."""

    members_read = False
    rules = (
        Rule(REPORT, (INSERT,)),
        Rule(WORKER, (SELECT,)),
        Rule(WORKER, (DELETE,), "expires_at < now()"),
    )

    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="body_file_key")]
        indexes = [
            models.Index(fields=["purpose", "about"], name="body_file_about"),
            models.Index(fields=["expires_at"], name="body_file_expiry"),
        ]
