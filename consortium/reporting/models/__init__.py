from .figures import Indicator, Observation, Status, Unit
from .runs import ReportRun, Template

__all__ = ["Indicator", "Observation", "ReportRun", "Status", "Template", "Unit"]
