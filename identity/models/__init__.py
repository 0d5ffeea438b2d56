from .access import EnrolmentCode, Passkey, ResidentSession
from .citizen import Citizen, CitizenStatus, Evidence, Proofing, ProofingMethod, Residence, Sex
from .notice import ResidentNotice
from .oidc import AccessToken, AuthorizationCode, SigningKey
from .sharing import ConsentEvent, ConsentKind, Disclosure, LegalBasis, Pseudonym

__all__ = [
    "AccessToken",
    "AuthorizationCode",
    "Citizen",
    "CitizenStatus",
    "ConsentEvent",
    "ConsentKind",
    "Disclosure",
    "EnrolmentCode",
    "Evidence",
    "LegalBasis",
    "Passkey",
    "Proofing",
    "ProofingMethod",
    "Pseudonym",
    "Residence",
    "ResidentNotice",
    "ResidentSession",
    "Sex",
    "SigningKey",
]
