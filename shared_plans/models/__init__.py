from .attachment import PlanAttachment, manifest_entry
from .choices import Phase, PlanStatus, ReasonKind, Visibility
from .framework import FrameworkEdition, NationalItem
from .phase import PlanPhase
from .plan import PUBLIC_COLUMNS, Plan, PlanAdoption, PlanRevision
from .private import PlanRevisionPrivate
from .profile import MunicipalProfile

__all__ = [
    "PUBLIC_COLUMNS",
    "FrameworkEdition",
    "MunicipalProfile",
    "NationalItem",
    "Phase",
    "Plan",
    "PlanAdoption",
    "PlanAttachment",
    "PlanPhase",
    "PlanRevision",
    "PlanRevisionPrivate",
    "PlanStatus",
    "ReasonKind",
    "Visibility",
    "manifest_entry",
]
