from .framework import FrameworkEdition, NationalItem
from .plan import Plan, PlanAdoption, PlanRevision, PlanStatus, Visibility

__all__ = [
    "FrameworkEdition",
    "NationalItem",
    "Plan",
    "PlanAdoption",
    "PlanRevision",
    "PlanStatus",
    "Visibility",
]
