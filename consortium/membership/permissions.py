"""What may be done here; roles.py says by whom. Views and actions name these members."""

from enum import StrEnum


class MembershipPermission(StrEnum):
    MANAGE_STAFF = "membership.manage_staff"
    MANAGE_BRANDING = "membership.manage_branding"
    MANAGE_CALENDAR = "membership.manage_calendar"
    MANAGE_TOKENS = "membership.manage_tokens"
    RECOVER_ACCOUNTS = "membership.recover_accounts"
    ADMIT = "membership.admit"
    MANAGE_SECRETARIAT = "membership.manage_secretariat"


class PortalPermission(StrEnum):
    VIEW = "portal.view"
