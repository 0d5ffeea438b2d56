from .adopting import adopt_initiatives, adopt_plan
from .attaching import PLAN_ATTACHMENT, attach_file, detach_file
from .cases import draft_case, publish_case, reopen_case, return_case, save_case, submit_case
from .clauses import Meanwhile, remove_clause, save_clause
from .deciding import publish_plan, return_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, save_head, submit_plan
from .maturity import check_maturity
from .phases import enter_phase
from .printing import PLAN_PAPER, print_revision
from .proposing import answer_proposal, decline_proposal, propose_changes, withdraw_proposal
from .remapping import move_to_edition
from .restoring import abandon_revision, restore_revision
from .scaling import Figure, Settled, set_sizes, settle_figures
from .sharing import Sharing, propose_sharing, share_plan
from .starting import start_plan
from .syncing import finish_sync, keep_answers

__all__ = [
    "PLAN_ATTACHMENT",
    "PLAN_PAPER",
    "Figure",
    "Meanwhile",
    "Settled",
    "Sharing",
    "abandon_revision",
    "adopt_initiatives",
    "adopt_plan",
    "answer_proposal",
    "attach_file",
    "check_maturity",
    "decline_proposal",
    "detach_file",
    "draft_case",
    "draft_plan",
    "enter_phase",
    "finish_sync",
    "keep_answers",
    "move_to_edition",
    "print_revision",
    "propose_changes",
    "propose_sharing",
    "publish_case",
    "publish_plan",
    "recall_plan",
    "remove_clause",
    "reopen_case",
    "restore_revision",
    "return_case",
    "return_plan",
    "revise_plan",
    "save_case",
    "save_clause",
    "save_draft",
    "save_head",
    "set_sizes",
    "settle_figures",
    "share_plan",
    "start_plan",
    "submit_case",
    "submit_plan",
    "withdraw_proposal",
]
