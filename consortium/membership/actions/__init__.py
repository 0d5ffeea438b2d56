from .accounts import record_security_change, record_sign_in, refuse_sign_in
from .branding import change_branding, readable
from .deputies import appoint_deputy, withdraw_deputy
from .invitations import (
    Accepted,
    InvitationClosed,
    accept_invitation,
    invite_first_administrator,
    invite_secretary,
    invite_staff,
    revoke_invitation,
)
from .posts import change_role, end_post
from .standing import admit_municipality, apply_for_membership, decline_application
from .tokens import Issued, issue_token, revoke_token

__all__ = [
    "Accepted",
    "InvitationClosed",
    "Issued",
    "accept_invitation",
    "admit_municipality",
    "apply_for_membership",
    "appoint_deputy",
    "change_branding",
    "change_role",
    "decline_application",
    "end_post",
    "invite_first_administrator",
    "invite_secretary",
    "invite_staff",
    "issue_token",
    "readable",
    "record_security_change",
    "record_sign_in",
    "refuse_sign_in",
    "revoke_invitation",
    "revoke_token",
    "withdraw_deputy",
]
