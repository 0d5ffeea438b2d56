"""A municipality's standing in the consortium: application, then dated membership."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.tenancy.models import ConsortiumModel, Municipality, Reference
from consortium.tenancy.policies import INSERT, READ, Rule, setting
from consortium.tenancy.roles import CITIZEN, PORTAL_BASE, REPORT


class Standing(models.TextChoices):
    ACTIVE = "active", _("会員")
    OBSERVER = "observer", _("オブザーバー")
    SUSPENDED = "suspended", _("資格停止")


class Membership(ConsortiumModel):
    """One period of one standing; a change ends it and begins another."""

    rules = tuple(Rule(role, READ) for role in (PORTAL_BASE, CITIZEN, REPORT))

    municipality = Reference(Municipality, related_name="+")
    standing = models.CharField(max_length=20, choices=Standing.choices, default=Standing.ACTIVE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    resolution = models.CharField(_("議決番号"), max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(ends_on=None), name="membership_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.standing}"


_SELF = setting("municipality", "integer")
HOLDS_TODAY = (
    "(standing <> 'suspended' AND starts_on <= (now() AT TIME ZONE 'Asia/Tokyo')::date"
    " AND (ends_on IS NULL OR ends_on > (now() AT TIME ZONE 'Asia/Tokyo')::date))"
)
"""SQL over a Membership: its municipality belongs to the consortium today."""
BELONGS_TODAY = (
    f"{_SELF} = ANY (ARRAY(SELECT municipality_id FROM membership_membership"  # noqa: S608  # constants only
    f" WHERE municipality_id = {_SELF} AND {HOLDS_TODAY}))"
)
"""SQL for a rule on what members share: the open municipality belongs to the consortium today.

The suspended and those who left keep their own rows and see no others. ARRAY makes it one look-up for each
statement, not for each row."""


class ApplicationStatus(models.TextChoices):
    RECEIVED = "received", _("受付済")
    ADMITTED = "admitted", pgettext_lazy("state", "承認")
    DECLINED = "declined", _("不承認")


class MembershipApplication(ConsortiumModel):
    """Sent in by a municipality that has no account yet: anybody may insert, the secretariat reads.

    Several may be open for one municipality: a stranger's must not keep the municipality's own out. The
    secretariat sees them together and admits one; that answers the others.
    """

    rules = (Rule(PORTAL_BASE, (INSERT,), "status = 'received'"),)
    members_read = False

    municipality = Reference(Municipality, related_name="+", verbose_name=_("自治体"))
    contact_name = models.CharField(_("担当者氏名"), max_length=60)
    contact_email = models.EmailField(_("担当者メールアドレス"))
    reason = models.TextField(_("参画の目的"), max_length=2000, blank=True)
    status = models.CharField(
        max_length=20, choices=ApplicationStatus.choices, default=ApplicationStatus.RECEIVED
    )
    received_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decision_reason = models.TextField(_("理由"), max_length=2000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["municipality"], condition=Q(status="received"), name="application_open")
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.status}"
