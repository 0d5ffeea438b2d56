from .base import (
    Classed,
    ConsortiumModel,
    GuardedQuerySet,
    Identified,
    Reference,
    SubjectModel,
    SystemModel,
    TenantManager,
    TenantModel,
    VisibleManager,
    uuid7,
)
from .registry import PUBLIC, Kind, Municipality, MunicipalityCode, Prefecture

__all__ = [
    "PUBLIC",
    "Classed",
    "ConsortiumModel",
    "GuardedQuerySet",
    "Identified",
    "Kind",
    "Municipality",
    "MunicipalityCode",
    "Prefecture",
    "Reference",
    "SubjectModel",
    "SystemModel",
    "TenantManager",
    "TenantModel",
    "VisibleManager",
    "uuid7",
]
