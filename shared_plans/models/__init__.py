from .adoption import AdoptionFact, AdoptionState, How, PlanAdoption
from .attachment import PlanAttachment, manifest_entry
from .case import CaseStatus, Direction, SuccessCase
from .choices import Phase, PlanStatus, ReasonKind, Visibility
from .framework import FrameworkEdition, NationalItem
from .maturity import MaturityCheck
from .phase import PlanPhase
from .plan import PUBLIC_COLUMNS, Plan, PlanRevision
from .private import PlanRevisionPrivate
from .profile import MunicipalProfile
from .proposal import Outcome, PlanProposal, ProposalAnswer

__all__ = [
    "PUBLIC_COLUMNS",
    "AdoptionFact",
    "AdoptionState",
    "CaseStatus",
    "Direction",
    "FrameworkEdition",
    "How",
    "MaturityCheck",
    "MunicipalProfile",
    "NationalItem",
    "Outcome",
    "Phase",
    "Plan",
    "PlanAdoption",
    "PlanAttachment",
    "PlanPhase",
    "PlanProposal",
    "PlanRevision",
    "PlanRevisionPrivate",
    "PlanStatus",
    "ProposalAnswer",
    "ReasonKind",
    "SuccessCase",
    "Visibility",
    "manifest_entry",
]
