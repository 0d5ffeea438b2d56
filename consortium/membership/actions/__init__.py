from .accounts import choose_language, record_security_change, record_sign_in, refuse_sign_in
from .branding import change_branding, readable
from .closing_days import add_closing_day, remove_closing_day
from .deputies import appoint_deputy, withdraw_deputy
from .email import ask_email_change, prove_email_change, stop_email_change
from .invitations import (
    Accepted,
    InvitationClosed,
    accept_invitation,
    invite_first_administrator,
    invite_secretary,
    invite_staff,
    revoke_invitation,
)
from .posts import begin_post, change_role, end_post
from .recoveries import (
    RecoveryClosed,
    confirm_recovery,
    confirmable,
    open_recovery,
    stop_recovery,
    use_recovery,
    why_not,
)
from .sessions import end_own_sessions, sign_out_colleague
from .standing import admit_municipality, apply_for_membership, decline_application
from .tokens import Issued, issue_token, revoke_token

__all__ = [
    "Accepted",
    "InvitationClosed",
    "Issued",
    "RecoveryClosed",
    "accept_invitation",
    "add_closing_day",
    "admit_municipality",
    "apply_for_membership",
    "appoint_deputy",
    "ask_email_change",
    "begin_post",
    "change_branding",
    "change_role",
    "choose_language",
    "confirm_recovery",
    "confirmable",
    "decline_application",
    "end_own_sessions",
    "end_post",
    "invite_first_administrator",
    "invite_secretary",
    "invite_staff",
    "issue_token",
    "open_recovery",
    "prove_email_change",
    "readable",
    "record_security_change",
    "record_sign_in",
    "refuse_sign_in",
    "remove_closing_day",
    "revoke_invitation",
    "revoke_token",
    "sign_out_colleague",
    "stop_email_change",
    "stop_recovery",
    "use_recovery",
    "why_not",
    "withdraw_deputy",
]
