from .adopting import adopt_plan
from .deciding import publish_plan, return_plan, share_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, submit_plan

__all__ = [
    "adopt_plan",
    "draft_plan",
    "publish_plan",
    "recall_plan",
    "return_plan",
    "revise_plan",
    "save_draft",
    "share_plan",
    "submit_plan",
]
