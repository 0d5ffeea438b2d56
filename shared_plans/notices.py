"""What people are told about plans."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consortium.dates import calendar_date
from consortium.notifications.kinds import Category, Kind, Values, register

from .models import Outcome

PLANS: Final = Category(
    "plans", _("DX推進計画"), _("決裁の依頼、差戻し、公表、採用した計画の改訂など。"), order=20
)
SUBMITTED: Final = Kind(
    key="plan.submitted",
    category=PLANS,
    label=_("計画の決裁の依頼"),
    sentence=_("%(author)sさんから「%(title)s」の決裁を依頼されました。"),
    url="shared_plans:review",
)
RETURNED: Final = Kind(
    key="plan.returned",
    category=PLANS,
    label=_("計画の差戻し"),
    sentence=_("「%(title)s」が差し戻されました。理由: %(reason)s"),
    url="shared_plans:edit",
)
PUBLISHED: Final = Kind(
    key="plan.published",
    category=PLANS,
    label=_("計画の決裁の完了"),
    sentence=_("「%(title)s」第%(number)s版が決裁され、公表されました。"),
    url="shared_plans:plan",
)
SOURCE_REVISED: Final = Kind(
    key="plan.source_revised",
    category=PLANS,
    label=_("採用した計画の改訂"),
    sentence=_("採用した計画の元となった%(source)s「%(title)s」に、第%(number)s版が公開されました。"),
    url="shared_plans:library_plan",
)
PROPOSAL_RECEIVED: Final = Kind(
    key="plan.proposed",
    category=PLANS,
    label=_("計画への改善提案"),
    sentence=_("%(proposer)sから「%(title)s」への改善提案(%(count)s件の変更)が届きました。"),
    url="shared_plans:proposal",
)
PROPOSAL_WITHDRAWN: Final = Kind(
    key="plan.proposal_withdrawn",
    category=PLANS,
    label=_("改善提案の取下げ"),
    sentence=_("%(proposer)sが「%(title)s」への改善提案を取り下げました。"),
    url="shared_plans:proposal",
)
PROPOSAL_ANSWERED: Final = Kind(
    key="plan.proposal_answered",
    category=PLANS,
    label=_("改善提案への回答"),
    sentence=_("%(owner)sが「%(title)s」への改善提案に回答しました: %(outcome)s"),
    url="shared_plans:proposal",
    words=lambda values: {**values, "outcome": Outcome(values["outcome"]).label},
)
COMMENT_MENTIONED: Final = Kind(
    key="plan.comment_mentioned",
    category=PLANS,
    label=_("計画へのコメントでの呼びかけ"),
    sentence=_("%(author)sさんが「%(title)s」の「%(clause)s」へのコメントで、あなたに呼びかけています。"),
    url="shared_plans:clause_comments",
)
COMMENT_ANSWERED: Final = Kind(
    key="plan.comment_answered",
    category=PLANS,
    label=_("計画へのコメントへの返信"),
    sentence=_("%(author)sさんが「%(title)s」の「%(clause)s」へのコメントに返信しました。"),
    url="shared_plans:clause_comments",
)
REVIEW_DUE: Final = Kind(
    key="plan.review_due",
    category=PLANS,
    label=_("計画の見直しの時期"),
    sentence=_("「%(title)s」の見直しの日(%(day)s)が近づいています。"),
    url="shared_plans:review_cycle",
    words=lambda values: {**values, "day": calendar_date(date.fromisoformat(values["day"]))},
)


def _with_day(values: Values) -> dict[str, Any]:
    return {**values, "due": calendar_date(date.fromisoformat(values["due"]))}


DEADLINES_NEAR: Final = Kind(
    key="plan.deadlines_near",
    category=PLANS,
    label=_("計画の期日の予告"),
    sentence=_(
        "「%(title)s」の節目や阻害要因のうち%(count)s件の期日が近づいています。最初の期日は%(due)sです。"
    ),
    url="shared_plans:board",
    words=_with_day,
)
DEADLINES_PASSED: Final = Kind(
    key="plan.deadlines_passed",
    category=PLANS,
    label=_("計画の期日の超過"),
    sentence=_(
        "「%(title)s」の節目や阻害要因のうち%(count)s件が期日を過ぎました。最初の期日は%(due)sでした。"
    ),
    url="shared_plans:board",
    words=_with_day,
)
DECISION_NEAR: Final = Kind(
    key="plan.decision_near",
    category=PLANS,
    label=_("計画の決裁の期日の予告"),
    sentence=_("「%(title)s」の決裁の期日が近づいています。首長の約束による期日は%(due)sです。"),
    url="shared_plans:review",
    words=_with_day,
)
DECISION_PASSED: Final = Kind(
    key="plan.decision_passed",
    category=PLANS,
    label=_("計画の決裁の期日の超過"),
    sentence=_("「%(title)s」の決裁が、首長の約束による期日(%(due)s)を過ぎています。"),
    url="shared_plans:review",
    words=_with_day,
)
register(
    [
        DEADLINES_NEAR,
        DEADLINES_PASSED,
        DECISION_NEAR,
        DECISION_PASSED,
        SUBMITTED,
        RETURNED,
        PUBLISHED,
        SOURCE_REVISED,
        PROPOSAL_RECEIVED,
        PROPOSAL_WITHDRAWN,
        PROPOSAL_ANSWERED,
        COMMENT_MENTIONED,
        COMMENT_ANSWERED,
        REVIEW_DUE,
    ]
)


def topic_of(plan_id: object, reader_id: int | None = None) -> str:
    """What adopters of a plan watch: what all may read of it, and with the own key what is named to them."""
    return f"shared_plans.plan:{plan_id}" + (f":{reader_id}" if reader_id else "")


def proposals_topic(plan_id: object) -> str:
    """What the owner of a plan watches."""
    return f"shared_plans.proposals:{plan_id}"


def answers_topic(proposal_id: object) -> str:
    """What the proposer watches."""
    return f"shared_plans.answers:{proposal_id}"
