from .attachment import PlanAttachment, manifest_entry
from .framework import FrameworkEdition, NationalItem
from .plan import Plan, PlanAdoption, PlanRevision, PlanStatus, Visibility
from .profile import MunicipalProfile

__all__ = [
    "FrameworkEdition",
    "MunicipalProfile",
    "NationalItem",
    "Plan",
    "PlanAdoption",
    "PlanAttachment",
    "PlanRevision",
    "PlanStatus",
    "Visibility",
    "manifest_entry",
]
