"""What may be done here; consortium.membership.roles says by whom."""

from enum import StrEnum


class PlansPermission(StrEnum):
    WRITE = "shared_plans.write"
    ADOPT = "shared_plans.adopt"
    APPROVE = "shared_plans.approve"
    COMMENT = "shared_plans.comment"
