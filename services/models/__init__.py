from .catalogue import Adoption, Component, Release, Sector, in_language
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
    "in_language",
    "new_client_id",
]
