from .adopting import adopt_plan
from .attaching import PLAN_ATTACHMENT, attach_file, detach_file
from .clauses import Meanwhile, remove_clause, save_clause
from .deciding import publish_plan, return_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, save_head, submit_plan
from .phases import enter_phase
from .printing import PLAN_PAPER, print_revision
from .remapping import move_to_edition
from .restoring import abandon_revision, restore_revision
from .sharing import Sharing, propose_sharing, share_plan

__all__ = [
    "PLAN_ATTACHMENT",
    "PLAN_PAPER",
    "Meanwhile",
    "Sharing",
    "abandon_revision",
    "adopt_plan",
    "attach_file",
    "detach_file",
    "draft_plan",
    "enter_phase",
    "move_to_edition",
    "print_revision",
    "propose_sharing",
    "publish_plan",
    "recall_plan",
    "remove_clause",
    "restore_revision",
    "return_plan",
    "revise_plan",
    "save_clause",
    "save_draft",
    "save_head",
    "share_plan",
    "submit_plan",
]
