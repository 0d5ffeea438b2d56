from .catalogue import Adoption, Component, Release, Sector
from .relying_party import (
    AuthMethod,
    ClientSecret,
    GrantTypes,
    RelyingParty,
    RelyingPartyStatus,
    SigningAlgorithm,
    new_client_id,
)

__all__ = [
    "Adoption",
    "AuthMethod",
    "ClientSecret",
    "Component",
    "GrantTypes",
    "Release",
    "RelyingParty",
    "RelyingPartyStatus",
    "Sector",
    "SigningAlgorithm",
    "new_client_id",
]
