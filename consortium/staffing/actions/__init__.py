from .changes import Change, cancel_change, plan_change, plan_changes, take_effect
from .inviting import MOST, Invited, invite_many
from .reviews import decide, finish_review, open_access_review, set_interval

__all__ = [
    "MOST",
    "Change",
    "Invited",
    "cancel_change",
    "decide",
    "finish_review",
    "invite_many",
    "open_access_review",
    "plan_change",
    "plan_changes",
    "set_interval",
    "take_effect",
]
