"""Whether what a resident once authorized still holds: asked at redemption, refresh and introspection."""

from consortium.tenancy import context
from identity.models import Authorization
from identity.queries.basis import basis

from .clients import Client


def stands(authorization: Authorization, client: Client) -> bool:
    """Whether she could sign in to the service as she did then: active, living where it is in use, proofed as
    its sector demands, and still consenting to what it states as its purpose today.

    Inside `context.person(None)`. That the authorization itself is live the caller has seen.
    """
    with context.speaking_for(authorization.citizen_id):
        found = basis(authorization.citizen_id, client.party)
    if found is None or not (found.is_active and found.consents):
        return False
    return found.meets(test=client.is_test) and client.sector.admits(
        proofing=found.proofing, authentication=authorization.level
    )
