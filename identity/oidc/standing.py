"""Whether what a resident once authorized still holds: asked at each refresh and introspection."""

from identity.context import NotActive, resident_within
from identity.domain.assurance import Assurance
from identity.models import Authorization
from identity.queries.consents import live_consents
from identity.queries.standing import proofing_level

from . import policy
from .clients import Client


def stands(authorization: Authorization, client: Client) -> bool:
    """Whether she could sign in to the service as she did then: active, living where it is in use, proofed as
    its sector demands, and still consenting to what it states as its purpose today.

    Inside `context.person(None)`. That the authorization itself is live the caller has seen.
    """
    try:
        with resident_within(authorization.citizen_id) as her:
            assurance = Assurance(proofing_level(authorization.citizen_id), authorization.level)
            return policy.refusal(client, her, assurance) is None and _consents(authorization, client)
    except NotActive:
        return False


def _consents(authorization: Authorization, client: Client) -> bool:
    live = live_consents(authorization.citizen_id, client.client_id)
    return any(consent.purpose == client.party.purpose_ja for consent in live)
