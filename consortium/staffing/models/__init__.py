from .changes import PlannedChange, State
from .reviews import AccessReview, AccessReviewItem, Decision, ReviewInterval

__all__ = [
    "AccessReview",
    "AccessReviewItem",
    "Decision",
    "PlannedChange",
    "ReviewInterval",
    "State",
]
