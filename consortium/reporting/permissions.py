"""What may be done here; membership/roles.py says by whom."""

from enum import StrEnum


class ReportingPermission(StrEnum):
    RECORD = "reporting.record"
    RUN = "reporting.run"
