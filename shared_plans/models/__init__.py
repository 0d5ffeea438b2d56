from .attachment import PlanAttachment, manifest_entry
from .framework import FrameworkEdition, NationalItem
from .plan import Plan, PlanAdoption, PlanRevision, PlanStatus, Visibility

__all__ = [
    "FrameworkEdition",
    "NationalItem",
    "Plan",
    "PlanAdoption",
    "PlanAttachment",
    "PlanRevision",
    "PlanStatus",
    "Visibility",
    "manifest_entry",
]
