from .adoptions import adopt_component, end_adoption
from .catalogue import publish_release, register_component
from .changes import approve_change, change_relying_party, decline_change, needs_two
from .credentials import issue_secret, replace_keys
from .relying_parties import (
    Registration,
    approve_relying_party,
    register_relying_party,
    resume_relying_party,
    suspend_relying_party,
)

__all__ = [
    "Registration",
    "adopt_component",
    "approve_change",
    "approve_relying_party",
    "change_relying_party",
    "decline_change",
    "end_adoption",
    "issue_secret",
    "needs_two",
    "publish_release",
    "register_component",
    "register_relying_party",
    "replace_keys",
    "resume_relying_party",
    "suspend_relying_party",
]
