from .components import (
    ATTRIBUTE_LABELS,
    ComponentChoiceForm,
    ComponentFilter,
    ComponentForm,
    ReleaseForm,
    RelyingPartyFilter,
)
from .parties import ChangeDecisionForm, ChangeForm, ConnectionForm, KeysForm, PartyForm, SecretForm

__all__ = [
    "ATTRIBUTE_LABELS",
    "ChangeDecisionForm",
    "ChangeForm",
    "ComponentChoiceForm",
    "ComponentFilter",
    "ComponentForm",
    "ConnectionForm",
    "KeysForm",
    "PartyForm",
    "ReleaseForm",
    "RelyingPartyFilter",
    "SecretForm",
]
