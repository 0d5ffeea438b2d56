"""What may be done here; consortium.membership.roles says by whom."""

from enum import StrEnum


class IdentityPermission(StrEnum):
    PROOF_RESIDENTS = "identity.proof_residents"
    ATTEST = "identity.attest"
    RECORD_BY_LAW = "identity.record_by_law"
