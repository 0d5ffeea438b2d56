"""What was imported, when and by whom; the files themselves are not kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, TenantModel
from consortium.tenancy.policies import APPEND


class Import(models.Model):
    """One file that was confirmed. The primary key is the upload's: confirmed twice it is applied once.

    digest: SHA-256 of the file in hex, by which the same file is recognised when it comes again.
    """

    kind = models.CharField(max_length=60)
    file_name = models.CharField(_("ファイル名"), max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(_("件数"))
    imported_at = models.DateTimeField(_("取込日時"), auto_now_add=True)
    imported_by = models.CharField(_("取込者"), max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class TenantImport(Import, TenantModel):
    keeps = APPEND

    class Meta:
        indexes = [models.Index(fields=["municipality", "kind", "digest"], name="tenant_import_same_file")]


class SecretariatImport(Import, ConsortiumModel):
    keeps = APPEND
    members_read = False

    class Meta:
        indexes = [models.Index(fields=["kind", "digest"], name="secretariat_import_same_file")]
