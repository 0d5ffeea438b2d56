from .adopting import adopt_plan
from .attaching import PLAN_ATTACHMENT, attach_file, detach_file
from .clauses import Meanwhile, remove_clause, save_clause
from .deciding import publish_plan, return_plan, share_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, save_head, submit_plan
from .printing import PLAN_PAPER, print_revision

__all__ = [
    "PLAN_ATTACHMENT",
    "PLAN_PAPER",
    "Meanwhile",
    "adopt_plan",
    "attach_file",
    "detach_file",
    "draft_plan",
    "print_revision",
    "publish_plan",
    "recall_plan",
    "remove_clause",
    "return_plan",
    "revise_plan",
    "save_clause",
    "save_draft",
    "save_head",
    "share_plan",
    "submit_plan",
]
