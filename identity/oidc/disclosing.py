"""Attributes on their way into an answer of the provider; the one way out is identity.actions.disclose."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.disclose import disclose
from identity.actions.optin import ask_again
from identity.context import resident
from identity.models import Authorization
from identity.queries.consents import consent

from .clients import Client


def disclosed(
    authorization: Authorization, client: Client, requested: Collection[str], *, path: str
) -> dict[str, Any]:
    """Claims by name. Inside `context.person(None)`. Raises DisclosureRefused."""
    citizen_id = authorization.citizen_id
    service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=citizen_id)
    with context.speaking_for(citizen_id):
        given = disclose(by=service, relying_party=client.party, requested=requested, path=path)
    return {str(name): value for name, value in given.items()}


def ask_for_approval(authorization: Authorization, client: Client, consent_id: UUID) -> None:
    """She is told that the service waits for her word, in a transaction of its own: that of the disclosure,
    which was refused, is gone. Raises NotActive."""
    with resident(authorization.citizen_id) as her:
        service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
        if found := consent(authorization.citizen_id, consent_id):
            ask_again(by=service, party=client.party, consent=found)
