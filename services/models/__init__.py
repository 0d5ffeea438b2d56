from .catalogue import Adoption, Component, Release, Sector
from .registration_change import ChangeOutcome, RegistrationChange
from .relying_party import (
    AuthMethod,
    ClientSecret,
    GrantTypes,
    MachineScopes,
    RelyingParty,
    RelyingPartyStatus,
    SigningAlgorithm,
    new_client_id,
)

__all__ = [
    "Adoption",
    "AuthMethod",
    "ChangeOutcome",
    "ClientSecret",
    "Component",
    "GrantTypes",
    "MachineScopes",
    "RegistrationChange",
    "Release",
    "RelyingParty",
    "RelyingPartyStatus",
    "Sector",
    "SigningAlgorithm",
    "new_client_id",
]
