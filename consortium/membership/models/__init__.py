from .posts import SecretariatInvitation, SecretariatPost, StaffInvitation, StaffPost, today
from .standing import ApplicationStatus, Membership, MembershipApplication, Standing
from .user import User, UserKind

__all__ = [
    "ApplicationStatus",
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
