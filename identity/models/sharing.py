"""What leaves, for whom, by whose will: pseudonyms, consents, disclosures."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.audit.models import SealedLog
from consortium.audit.models.log import SEALER
from consortium.tenancy.policies import APPEND, INSERT, OWN_CITIZEN, READ, Rule
from consortium.tenancy.roles import APP, CITIZEN, WORKER

from .base import REPRESENTED, SEEN_BY_DELEGATE, WITHIN_SCOPE, ResidentModel, lives_here


class Pseudonym(ResidentModel):
    """Who she is to the services of one sector: a random value, never derived from anything.

    The worker finds by it for whom a service's request is (ConsentRequest)."""

    keeps = APPEND
    rules = (
        Rule(WORKER, READ),
        Rule(CITIZEN, APPEND, REPRESENTED % "jsonb_exists(d.sectors, identity_pseudonym.sector)"),
    )

    sector = models.CharField(max_length=20)
    value = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "sector"], name="pseudonym_per_sector")]

    def __str__(self) -> str:
        return self.sector


class ResidentLog(SealedLog):
    """An append-only log that belongs to the resident alone; staff have no rights in it."""

    rules: ClassVar[tuple[Rule, ...]] = (
        SEALER,
        Rule(CITIZEN, READ, OWN_CITIZEN),
        Rule(CITIZEN, (INSERT,), f"{OWN_CITIZEN} AND seal_number IS NULL"),
    )

    client_id = models.CharField(max_length=80)
    recipient = models.CharField(max_length=120)
    purpose = models.TextField(max_length=1000)
    attributes = models.JSONField(default=list)

    class Meta(SealedLog.Meta):
        abstract = True


class ConsentKind(models.TextChoices):
    GIVEN = "given", _("同意")
    APPROVED = "approved", _("1回分の確認")
    USED = "used", _("1回分の利用")
    NARROWED = "narrowed", _("一部の撤回")
    WITHDRAWN = "withdrawn", _("撤回")


class ConsentCondition(models.TextChoices):
    THIS_MONTH = "this_month", _("今月だけ")
    EACH_TIME = "each_time", _("毎回確認")


class ConsentSource(models.TextChoices):
    SCREEN = "screen", _("サインインの画面")
    REQUEST = "request", _("サービスからの依頼への回答")
    DELEGATE = "delegate", _("代理人")


class ConsentEvent(ResidentLog):
    """A consent is the events of one consent_id (see domain.consent); its state is derived, never stored.

    Each event repeats what it is about, so that each row can be read alone; `attributes` of NARROWED are
    those taken back. recipient and purpose are the words that the resident saw, in Japanese; purpose_key is
    the purpose's as the service stated it then (RelyingParty.purpose_key), which the present one has to
    equal. number: of an approval and of its use. refused: what was asked for and not granted. request_id: the
    request answered. replaced_by: the consent whose giving ended this one.
    """

    rules = (
        *ResidentLog.rules,
        Rule(CITIZEN, READ, SEEN_BY_DELEGATE.format(table="identity_consentevent")),
        Rule(
            CITIZEN,
            (INSERT,),
            REPRESENTED % f"d.may_consent AND {WITHIN_SCOPE.format(table='identity_consentevent')}"
            " AND seal_number IS NULL",
        ),
    )

    consent_id = models.UUIDField()
    purpose_key = models.CharField(max_length=32, blank=True)
    event = models.CharField(max_length=10, choices=ConsentKind.choices)
    until = models.DateTimeField()
    number = models.PositiveIntegerField(null=True)
    condition = models.CharField(max_length=20, choices=ConsentCondition.choices, blank=True)
    source = models.CharField(max_length=20, choices=ConsentSource.choices, blank=True)
    refused = models.JSONField(null=True)
    request_id = models.UUIDField(null=True)
    replaced_by = models.UUIDField(null=True)

    class Meta(ResidentLog.Meta):
        constraints = [
            *ResidentLog.Meta.constraints,
            models.UniqueConstraint(
                fields=["consent_id", "event", "number"],
                nulls_distinct=False,
                name="consent_event_once",
            ),
        ]
        indexes = [
            *ResidentLog.Meta.indexes,
            models.Index(fields=["citizen_id", "client_id"], name="consentevent_client"),
        ]


class LegalBasis(models.TextChoices):
    CONSENT = "consent", _("本人の同意")
    LAW = "law", _("法令の定め")


class ReasonCode(models.TextChoices):
    """Why she reads of a disclosure later, or less of it, than of others."""

    INVESTIGATION = "investigation", _("法令に基づく捜査・調査のため")
    SAFETY = "safety", _("生命・身体の安全を守るため")


def new_salt() -> str:
    """128 bits, hexadecimal."""
    return secrets.token_hex(16)


class Disclosure(ResidentLog):
    """What one service received at one moment: names of attributes, never their values.

    path: how it left ("id_token", "userinfo", …). salt: keeps who sees the row's hash in a published tree
    from guessing the row. Of what leaves by law there is no consent; she sees it from `visible_from` on.
    Staff write that down (LegalEntry), and can read nothing here.
    """

    rules = (
        SEALER,
        Rule(CITIZEN, READ, f"{OWN_CITIZEN} AND (visible_from IS NULL OR visible_from <= now())"),
        Rule(
            CITIZEN,
            READ,
            SEEN_BY_DELEGATE.format(table="identity_disclosure")
            + " AND (visible_from IS NULL OR visible_from <= now())",
        ),
        Rule(CITIZEN, (INSERT,), f"{OWN_CITIZEN} AND seal_number IS NULL"),
        Rule(
            APP,
            (INSERT,),
            f"{lives_here('identity_disclosure')} AND legal_basis = 'law' AND seal_number IS NULL",
        ),
    )

    consent_id = models.UUIDField(null=True)
    path = models.CharField(max_length=20)
    legal_basis = models.CharField(max_length=20, choices=LegalBasis.choices, default=LegalBasis.CONSENT)
    salt = models.CharField(max_length=32, default=new_salt)
    visible_from = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)

    class Meta(ResidentLog.Meta):
        constraints = [
            *ResidentLog.Meta.constraints,
            models.CheckConstraint(
                name="disclosure_by_consent_or_law",
                condition=Q(
                    legal_basis="consent", consent_id__isnull=False, visible_from=None, reason_code=""
                )
                | Q(legal_basis="law", consent_id=None),
            ),
            models.CheckConstraint(
                name="disclosure_delayed_for_a_reason",
                condition=Q(visible_from=None) | ~Q(reason_code=""),
            ),
        ]
