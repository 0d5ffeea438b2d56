from .adoptions import adopt_component, end_adoption
from .catalogue import publish_release, register_component
from .relying_parties import (
    Registration,
    approve_relying_party,
    register_relying_party,
    suspend_relying_party,
)

__all__ = [
    "Registration",
    "adopt_component",
    "approve_relying_party",
    "end_adoption",
    "publish_release",
    "register_component",
    "register_relying_party",
    "suspend_relying_party",
]
