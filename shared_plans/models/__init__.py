from .adoption import AdoptionFact, AdoptionState, How, PlanAdoption
from .attachment import PlanAttachment, manifest_entry
from .blocker import Blocker, BlockerCategory, BlockerStep, BlockerStepKind
from .case import CaseStatus, Direction, SuccessCase
from .choices import Phase, PlanStatus, ReasonKind, Visibility
from .comment import MAX_BODY, MAX_CLAUSE_TITLE, PlanComment
from .execution import DeadlineReminder, ExecutionRecord, RecordKind
from .framework import FrameworkEdition, NationalItem
from .maturity import MaturityCheck
from .phase import PlanPhase
from .plan import PUBLIC_COLUMNS, Plan, PlanRevision
from .private import PlanRevisionPrivate
from .profile import MunicipalProfile
from .proposal import Outcome, PlanProposal, ProposalAnswer
from .review import ReviewCycle

__all__ = [
    "MAX_BODY",
    "MAX_CLAUSE_TITLE",
    "PUBLIC_COLUMNS",
    "AdoptionFact",
    "AdoptionState",
    "Blocker",
    "BlockerCategory",
    "BlockerStep",
    "BlockerStepKind",
    "CaseStatus",
    "DeadlineReminder",
    "Direction",
    "ExecutionRecord",
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
    "PlanComment",
    "PlanPhase",
    "PlanProposal",
    "PlanRevision",
    "PlanRevisionPrivate",
    "PlanStatus",
    "ProposalAnswer",
    "ReasonKind",
    "RecordKind",
    "ReviewCycle",
    "SuccessCase",
    "Visibility",
    "manifest_entry",
]
