from .branding import Branding
from .deputies import Deputy
from .posts import SecretariatInvitation, SecretariatPost, StaffInvitation, StaffPost, today
from .standing import BELONGS_TODAY, ApplicationStatus, Membership, MembershipApplication, Standing
from .tokens import ApiToken
from .user import User, UserKind

__all__ = [
    "BELONGS_TODAY",
    "ApiToken",
    "ApplicationStatus",
    "Branding",
    "Deputy",
    "Membership",
    "MembershipApplication",
    "SecretariatInvitation",
    "SecretariatPost",
    "StaffInvitation",
    "StaffPost",
    "Standing",
    "User",
    "UserKind",
    "today",
]
