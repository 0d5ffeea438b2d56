from .adopting import adopt_initiatives, adopt_plan
from .attaching import PLAN_ATTACHMENT, attach_file, detach_file
from .blockers import raise_blocker, reopen_blocker, resolve_blocker, step_blocker
from .cases import draft_case, publish_case, reopen_case, return_case, save_case, submit_case
from .clauses import Meanwhile, remove_clause, save_clause
from .commenting import (
    answer_comment,
    reopen_comment,
    resolve_comment,
    withdraw_comment,
    write_comment,
)
from .deciding import publish_plan, return_plan
from .drafting import draft_plan, recall_plan, revise_plan, save_draft, save_head, submit_plan
from .maturity import check_maturity
from .ordering import move_clause
from .phases import enter_phase
from .printing import PLAN_PAPER, print_revision
from .proposing import answer_proposal, decline_proposal, propose_changes, withdraw_proposal
from .recording import record_actual, record_milestone, record_spending
from .remapping import move_to_edition
from .reminding import remind_of_deadlines
from .restoring import abandon_revision, restore_revision
from .reviewing import end_review_cycle, remind_of_reviews, set_review_cycle, settle_review
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
    "answer_comment",
    "answer_proposal",
    "attach_file",
    "check_maturity",
    "decline_proposal",
    "detach_file",
    "draft_case",
    "draft_plan",
    "end_review_cycle",
    "enter_phase",
    "finish_sync",
    "keep_answers",
    "move_clause",
    "move_to_edition",
    "print_revision",
    "propose_changes",
    "propose_sharing",
    "publish_case",
    "publish_plan",
    "raise_blocker",
    "recall_plan",
    "record_actual",
    "record_milestone",
    "record_spending",
    "remind_of_deadlines",
    "remind_of_reviews",
    "remove_clause",
    "reopen_blocker",
    "reopen_case",
    "reopen_comment",
    "resolve_blocker",
    "resolve_comment",
    "restore_revision",
    "return_case",
    "return_plan",
    "revise_plan",
    "save_case",
    "save_clause",
    "save_draft",
    "save_head",
    "set_review_cycle",
    "set_sizes",
    "settle_figures",
    "settle_review",
    "share_plan",
    "start_plan",
    "step_blocker",
    "submit_case",
    "submit_plan",
    "withdraw_comment",
    "withdraw_proposal",
    "write_comment",
]
