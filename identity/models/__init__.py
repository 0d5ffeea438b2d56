from .access import EnrolmentCode, Passkey, ResidentSession
from .attested import Attestation, AttestationBatch, AttestationRow, BatchState, RevocationReason
from .citizen import Citizen, CitizenStatus, Evidence, Proofing, ProofingMethod, Residence, Sex
from .delegation import Basis, DelegateAct, Delegation, DelegationEvidence, Ending
from .device import (
    CertificateList,
    ChallengeState,
    DeviceCertificate,
    DeviceChallenge,
    DeviceLeave,
    DeviceState,
    OcspResponder,
)
from .field_keys import FieldKeyCount
from .handover import HandoverCode, HandoverKind
from .inquiry import Inquiry, InquiryAuthor, InquiryLink, InquiryMessage, InquiryState, InquirySubject
from .legal import EntryState, LegalEntry
from .life import LifeEvent, LifeEventKind, LifeEvidence
from .logout import LogoutCause, LogoutNotice, LogoutState
from .merkle import DailyRoot, DisclosureLeaf
from .notice import ResidentNotice
from .oidc import AccessToken, Authorization, AuthorizationCode, MachineToken, RefreshToken, SigningKey
from .optin import Answer, ConsentRequest, ContactAddress, RequestKind
from .proofing import ProofingAttempt
from .pushed import PushedRequest
from .sharing import (
    ConsentCondition,
    ConsentEvent,
    ConsentKind,
    ConsentSource,
    Disclosure,
    LegalBasis,
    Pseudonym,
    ReasonCode,
)
from .signature import Signature, SignatureRequest, SignatureState
from .staff_access import AccessReason

__all__ = [
    "AccessReason",
    "AccessToken",
    "Answer",
    "Attestation",
    "AttestationBatch",
    "AttestationRow",
    "Authorization",
    "AuthorizationCode",
    "Basis",
    "BatchState",
    "CertificateList",
    "ChallengeState",
    "Citizen",
    "CitizenStatus",
    "ConsentCondition",
    "ConsentEvent",
    "ConsentKind",
    "ConsentRequest",
    "ConsentSource",
    "ContactAddress",
    "DailyRoot",
    "DelegateAct",
    "Delegation",
    "DelegationEvidence",
    "DeviceCertificate",
    "DeviceChallenge",
    "DeviceLeave",
    "DeviceState",
    "Disclosure",
    "DisclosureLeaf",
    "Ending",
    "EnrolmentCode",
    "EntryState",
    "Evidence",
    "FieldKeyCount",
    "HandoverCode",
    "HandoverKind",
    "Inquiry",
    "InquiryAuthor",
    "InquiryLink",
    "InquiryMessage",
    "InquiryState",
    "InquirySubject",
    "LegalBasis",
    "LegalEntry",
    "LifeEvent",
    "LifeEventKind",
    "LifeEvidence",
    "LogoutCause",
    "LogoutNotice",
    "LogoutState",
    "MachineToken",
    "OcspResponder",
    "Passkey",
    "Proofing",
    "ProofingAttempt",
    "ProofingMethod",
    "Pseudonym",
    "PushedRequest",
    "ReasonCode",
    "RefreshToken",
    "RequestKind",
    "Residence",
    "ResidentNotice",
    "ResidentSession",
    "RevocationReason",
    "Sex",
    "Signature",
    "SignatureRequest",
    "SignatureState",
    "SigningKey",
]
