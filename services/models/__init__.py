from .catalogue import Adoption, Component, Release, Sector
from .relying_party import AuthMethod, ClientSecret, RelyingParty, RelyingPartyStatus, new_client_id

__all__ = [
    "Adoption",
    "AuthMethod",
    "ClientSecret",
    "Component",
    "Release",
    "RelyingParty",
    "RelyingPartyStatus",
    "Sector",
    "new_client_id",
]
