from .branding import Branding
from .closing_days import ClosingDay
from .deputies import Deputy
from .email_change import EmailChange
from .posts import SecretariatInvitation, SecretariatPost, StaffInvitation, StaffPost, today
from .recoveries import Recovery, SecretariatRecovery, StaffRecovery
from .standing import (
    BELONGS_TODAY,
    HOLDS_TODAY,
    ApplicationStatus,
    Membership,
    MembershipApplication,
    Standing,
)
from .tokens import ApiToken
from .user import User, UserKind

__all__ = [
    "BELONGS_TODAY",
    "HOLDS_TODAY",
    "ApiToken",
    "ApplicationStatus",
    "Branding",
    "ClosingDay",
    "Deputy",
    "EmailChange",
    "Membership",
    "MembershipApplication",
    "Recovery",
    "SecretariatInvitation",
    "SecretariatPost",
    "SecretariatRecovery",
    "StaffInvitation",
    "StaffPost",
    "StaffRecovery",
    "Standing",
    "User",
    "UserKind",
    "today",
]
