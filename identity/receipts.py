"""Consent receipts: a resident's copy of what she agreed to, signed, and on paper.

The members are those of the consent record of ISO/IEC TS 27560:2023 that this platform can fill; the mapping
is in docs/transparency.md.
"""

from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.dates import calendar_time
from consortium.documents.letters import letter
from consortium.documents.paper import Paper
from identity import keyring
from identity.labels import listed
from identity.models import ConsentEvent
from identity.queries.consents import ConsentView
from services.models import RelyingParty

SCHEMA: Final = "ISO/IEC TS 27560:2023"
TYPE: Final = "consent-receipt+jwt"


def signed_receipt(
    consent: ConsentView, events: list[ConsentEvent], party: RelyingParty | None, subject: str
) -> dict[str, Any]:
    """The receipt in clear, and as a JWS over the same. subject: her pseudonym at the service.

    Raises keyring.NoKey.
    """
    receipt = {
        "record_metadata": {
            "schema_version": SCHEMA,
            "record_id": str(consent.consent_id),
            "pii_principal_id": subject,
        },
        "pii_processing": _processing(consent, party),
        "party_identification": _parties(consent, party),
        "event": [_event(one) for one in events],
    }
    claims = {"iss": settings.IDENTITY_URL, "iat": int(timezone.now().timestamp()), "receipt": receipt}
    return {"receipt": receipt, "jws": keyring.sign(claims, typ=TYPE)}


def _processing(consent: ConsentView, party: RelyingParty | None) -> dict[str, Any]:
    granted = [{"pii_type": name, "pii_optional": True, "granted": True} for name in consent.attributes]
    refused = [{"pii_type": name, "pii_optional": True, "granted": False} for name in consent.refused]
    taken_back = [{"pii_type": name, "pii_optional": True, "granted": False} for name in consent.withdrawn]
    return {
        "privacy_notice": party.privacy_url if party else "",
        "language": "ja",
        "purposes": [
            {
                "purpose": consent.purpose,
                "lawful_basis": "consent",
                "pii_information": [*granted, *refused, *taken_back],
                "pii_controllers": [consent.client_id],
                "collection_method": consent.source or "screen",
                "processing_condition": consent.condition,
                "validity": {"from": consent.given_at.isoformat(), "until": consent.until.isoformat()},
                "withdrawal_method": f"{settings.IDENTITY_URL}/me/consents/{consent.consent_id}/",
                "jurisdiction": "JP",
            }
        ],
    }


def _parties(consent: ConsentView, party: RelyingParty | None) -> list[dict[str, str]]:
    service = {
        "party_id": consent.client_id,
        "party_role": "pii_controller",
        "party_name": consent.recipient,
        "party_contact": party.contact if party else "",
    }
    issuer = {
        "party_id": settings.IDENTITY_URL,
        "party_role": "consent_recorder",
        "party_name": settings.SITE_NAME,
        "party_contact": "",
    }
    return [service, issuer]


def _event(one: ConsentEvent) -> dict[str, Any]:
    return {
        "event_time": one.occurred_at.isoformat(),
        "event_type": one.event,
        "entity_id": str(one.request_id or ""),
        "pii_types": list(one.attributes),
    }


def receipt_paper(consent: ConsentView, party: RelyingParty | None) -> bytes:
    """PDF, in the language of the thread."""
    facts = [
        (_("提供先"), consent.recipient),
        (_("利用目的"), consent.purpose),
        (_("提供する情報"), listed(consent.attributes)),
        (_("同意した日時"), calendar_time(consent.given_at)),
        (_("有効期限"), calendar_time(consent.until)),
        (_("終了した日時"), calendar_time(consent.ended_at)),
        (_("連絡先"), party.contact if party else ""),
        (_("同意の番号"), str(consent.consent_id)),
    ]
    paper = Paper(
        title=_("同意の控え"),
        issuer=settings.SITE_NAME,
        issued_on=timezone.localdate(),
        facts=[fact for fact in facts if fact[1]],
    )
    text = _("あなたが同意した内容は、下記のとおりです。")
    after = _("同意は、デジタルIDのページでいつでも撤回できます。署名のある控えもそこにあります。")
    return letter(paper, body=[text], after=[after])
