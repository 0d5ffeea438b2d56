from .access import EnrolmentCode, Passkey, ResidentSession
from .citizen import Citizen, CitizenStatus, Evidence, Proofing, ProofingMethod, Residence, Sex
from .logout import LogoutCause, LogoutNotice, LogoutState
from .notice import ResidentNotice
from .oidc import AccessToken, Authorization, AuthorizationCode, MachineToken, RefreshToken, SigningKey
from .pushed import PushedRequest
from .sharing import ConsentEvent, ConsentKind, Disclosure, LegalBasis, Pseudonym

__all__ = [
    "AccessToken",
    "Authorization",
    "AuthorizationCode",
    "Citizen",
    "CitizenStatus",
    "ConsentEvent",
    "ConsentKind",
    "Disclosure",
    "EnrolmentCode",
    "Evidence",
    "LegalBasis",
    "LogoutCause",
    "LogoutNotice",
    "LogoutState",
    "MachineToken",
    "Passkey",
    "Proofing",
    "ProofingMethod",
    "Pseudonym",
    "PushedRequest",
    "RefreshToken",
    "Residence",
    "ResidentNotice",
    "ResidentSession",
    "Sex",
    "SigningKey",
]
