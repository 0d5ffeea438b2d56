"""Attributes on their way into an answer of the provider; the one way out is identity.actions.disclose."""

from collections.abc import Collection
from typing import Any

from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.disclose import disclose
from identity.context import resident_within
from identity.models import Authorization

from .clients import Client


def disclosed(
    authorization: Authorization, client: Client, requested: Collection[str], *, path: str
) -> dict[str, Any]:
    """Claims by name. Inside `context.person(None)`. Raises DisclosureRefused, NotActive."""
    with resident_within(authorization.citizen_id) as her:
        service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
        given = disclose(by=service, relying_party=client.party, requested=requested, path=path)
    return {str(name): value for name, value in given.items()}
