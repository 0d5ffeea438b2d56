from .adopting import adopt_plan
from .attaching import PLAN_ATTACHMENT, attach_file, detach_file
from .deciding import publish_plan, return_plan, share_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, submit_plan
from .printing import PLAN_PAPER, print_revision

__all__ = [
    "PLAN_ATTACHMENT",
    "PLAN_PAPER",
    "adopt_plan",
    "attach_file",
    "detach_file",
    "draft_plan",
    "print_revision",
    "publish_plan",
    "recall_plan",
    "return_plan",
    "revise_plan",
    "save_draft",
    "share_plan",
    "submit_plan",
]
