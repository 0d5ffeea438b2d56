"""Reviewing who has which access: a record of the day, a decision about each person, then the deeds."""

from collections.abc import Sequence
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.domain.calendar import deadline
from consortium.membership.actions import begin_post, end_post
from consortium.membership.actions.posts import require_municipal_role
from consortium.membership.closing_days import closing_days
from consortium.membership.models import Deputy, StaffPost, User, today
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import administrators, current, running
from consortium.sso.models import SsoLink
from consortium.staffing import queries
from consortium.staffing.models import AccessReview, AccessReviewItem, Decision, ReviewInterval
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

DAYS_TO_REVIEW: Final = 30
MOST_MONTHS: Final = 12


@action(MembershipPermission.MANAGE_STAFF)
def set_interval(*, by: Actor, months: int) -> None:
    """ValidationError outside 1 to 12 months."""
    if not 1 <= months <= MOST_MONTHS:
        raise ValidationError({"months": _("1から12までの月数を入力してください。")})
    interval = ReviewInterval.objects.first() or ReviewInterval()
    interval.months = months
    interval.save()
    record(by=by, action="access_review.interval_set", target=interval, detail={"months": months})


@action(MembershipPermission.MANAGE_STAFF)
def open_access_review(*, by: Actor) -> AccessReview:
    """Write down who has which access today. ValidationError while a review is open."""
    review = AccessReview(opened_by=by.label[:80], due_on=deadline(today(), DAYS_TO_REVIEW, closing_days()))
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("棚卸しは既に始まっています。"), code="open") from error
    found = _snapshot(review)
    AccessReviewItem.objects.bulk_create(found)
    record(by=by, action="access_review.opened", target=review, detail={"people": len(found)})
    return review


@action(MembershipPermission.MANAGE_STAFF)
def decide(
    *, by: Actor, item: AccessReviewItem, decision: str, new_roles: Sequence[str] = (), note: str = ""
) -> None:
    """Nothing happens to the person before the review is finished.

    ValidationError for an unknown decision or role, a review that is over, and for one's own access where
    another administrator could decide.
    """
    _require_open(AccessReview.objects.select_for_update().get(pk=item.review_id))
    if decision not in Decision.values or (decision == Decision.CHANGE and not new_roles):
        raise ValidationError(_("維持、変更、終了のいずれかを選んでください。"), code="decision")
    for role in new_roles:
        require_municipal_role(role)
    if str(item.user_id) in by.persons and administrators().exclude(pk=item.user_id).exists():
        raise ValidationError(_("自分のアクセス権は、ほかの管理者が確認します。"), code="own")
    item.decision, item.new_roles, item.note = decision, list(new_roles), note
    item.decided_by, item.decided_at = by.label[:80], timezone.now()
    item.save(update_fields=["decision", "new_roles", "note", "decided_by", "decided_at"])
    detail = {"user": str(item.user_id), "decision": decision, "new_roles": list(new_roles)}
    record(by=by, action="access_review.decided", target=item, detail=detail)


@action(MembershipPermission.MANAGE_STAFF)
def finish_review(*, by: Actor, review: AccessReview) -> None:
    """Carry out what was decided; who was not reviewed stays as she is, and is recorded as such.

    ValidationError if it is finished already, or would leave no administrator.
    """
    locked: AccessReview = AccessReview.objects.select_for_update().get(pk=review.pk)
    _require_open(locked)
    found = list(queries.items(locked))
    for item in found:
        _carry_out(by, item)
    locked.finished_at, locked.finished_by = timezone.now(), by.label[:80]
    locked.save(update_fields=["finished_at", "finished_by"])
    counts = {value or "undecided": sum(one.decision == value for one in found) for value in Decision.values}
    record(by=by, action="access_review.finished", target=locked, detail=counts)


def _carry_out(by: Actor, item: AccessReviewItem) -> None:
    if item.decision not in {Decision.END, Decision.CHANGE}:
        return
    wanted = set(item.new_roles) if item.decision == Decision.CHANGE else set()
    for role in sorted(wanted):
        begin_post(by=by, user=item.user, role=role, department=item.department)
    for post in queries.not_over(today()).filter(user=item.user).exclude(role__in=wanted):
        end_post(by=by, post=post)


def _require_open(review: AccessReview) -> None:
    if review.finished_at:
        raise ValidationError(_("この棚卸しは既に完了しています。"), code="finished")


def _snapshot(review: AccessReview) -> list[AccessReviewItem]:
    posts = list(current(StaffPost.objects.select_related("user")).order_by("starts_on"))
    people: dict[Any, User] = {post.user_id: post.user for post in posts}
    strong = Authenticator.objects.filter(user__in=people).exclude(type=Authenticator.Type.RECOVERY_CODES)
    factors = queries.by_user(strong.values_list("user_id", "type").distinct())
    linked = set(SsoLink.objects.values_list("user_id", flat=True))
    acting = running(Deputy.objects.select_related("principal"))
    deputies = queries.by_user((one.user_id, str(one.principal)) for one in acting)
    return [
        AccessReviewItem(
            municipality_id=review.municipality_id,
            review=review,
            user=user,
            name=user.name,
            email=user.email or "",
            department=next((p.department for p in posts if p.user_id == key and p.department), ""),
            roles=[post.role for post in posts if post.user_id == key],
            last_sign_in=user.last_login,
            factors=factors.get(str(key), []),
            sso=key in linked,
            deputies=deputies.get(str(key), []),
        )
        for key, user in people.items()
    ]
