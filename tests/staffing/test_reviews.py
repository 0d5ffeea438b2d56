"""Access reviews: a record of who has what, a decision about each, deeds at the end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.audit.models import Event
from consortium.domain.calendar import deadline, next_open
from consortium.membership.actions import add_closing_day, appoint_deputy
from consortium.membership.models import ClosingDay, StaffPost, today
from consortium.membership.queries import current
from consortium.staffing.actions import decide, finish_review, open_access_review, set_interval
from consortium.staffing.actions.reviews import DAYS_TO_REVIEW
from consortium.staffing.models import AccessReview, AccessReviewItem
from consortium.staffing.queries import after, last_review, review_due_on
from consortium.tenancy import context
from tests import factories

REVIEWS = "/m/102016/staff/reviews/"


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor", "approver")


@pytest.fixture
def review(acting, administrator, editor, maebashi):
    with acting(administrator, maebashi) as actor:
        return open_access_review(by=actor)


def item_of(user, municipality):
    with context.tenant(municipality.pk):
        return AccessReviewItem.objects.select_related("review", "user").get(user=user)


def roles_of(user, municipality):
    with context.tenant(municipality.pk):
        return sorted(current(StaffPost.objects.filter(user=user)).values_list("role", flat=True))


def test_member_may_not(client_for, maebashi, acting, editor):
    assert client_for(editor).get(REVIEWS).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        open_access_review(by=actor)


def test_of_another_municipality_is_not_found(review, client_for, staff, takasaki, editor, maebashi):
    client = client_for(staff(takasaki, "administrator"))
    item = item_of(editor, maebashi)
    assert client.get(f"/m/102024/staff/reviews/{review.pk}/").status_code == 404
    assert client.post(f"/m/102024/staff/reviews/{review.pk}/{item.pk}/keep/").status_code == 404


def test_holds_everybody_with_what_they_have(review, administrator, editor, maebashi):
    item = item_of(administrator, maebashi)
    assert (item.roles, item.factors, item.sso, item.decision) == (["administrator"], ["totp"], False, "")
    assert sorted(item_of(editor, maebashi).roles) == ["approver", "editor"]


def test_only_one_is_open(review, acting, administrator, maebashi):
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError):
        open_access_review(by=actor)


def test_way_through_the_pages(client_for, administrator, editor, staff, maebashi):
    third = staff(maebashi, "counter")
    client = client_for(administrator)
    assert "棚卸しを始める" in client.get(REVIEWS).content.decode()
    url = client.post(f"{REVIEWS}open/")["Location"]
    item, other = item_of(editor, maebashi), item_of(third, maebashi)
    decided = client.post(f"{url}{item.pk}/", {"decision": "change", "new_roles": ["editor"], "note": "異動"})
    assert decided["Location"].startswith(url)
    assert client.post(f"{url}{item.pk}/", {"decision": "change"}).status_code == 422
    client.post(f"{url}{other.pk}/keep/")
    assert roles_of(editor, maebashi) == ["approver", "editor"]
    page = client.get(url).content.decode()
    assert "1人が未確認です" in page
    assert client.post(url, {}).status_code == 422
    client.post(url, {"confirmed": "on"})
    assert roles_of(editor, maebashi) == ["editor"]
    assert roles_of(third, maebashi) == ["counter"]
    page = client.get(url).content.decode()
    assert "が完了しました" in page and "完了する" not in page
    export = client.get(f"{url}?export=csv").content.decode("utf-8-sig")
    assert editor.email in export and "変更" in export and "未確認" in export


def test_ends_are_carried_out_and_recorded(review, acting, administrator, editor, maebashi, client_for):
    client = client_for(editor)
    with acting(administrator, maebashi) as actor:
        decide(by=actor, item=item_of_open(editor), decision="end")
        finish_review(by=actor, review=review)
        assert Event.objects.filter(action="staff_post.ended").count() == 2
        with pytest.raises(ValidationError):
            finish_review(by=actor, review=review)
    assert client.get("/m/102016/").status_code == 404


def item_of_open(user):
    return AccessReviewItem.objects.select_related("review", "user").get(user=user)


def test_last_administrator_is_not_ended(review, acting, administrator, maebashi):
    with acting(administrator, maebashi) as actor:
        decide(by=actor, item=item_of_open(administrator), decision="end")
        with pytest.raises(ValidationError):
            finish_review(by=actor, review=review)
        assert AccessReview.objects.get().finished_at is None


def test_own_access_is_decided_by_another(acting, administrator, staff, maebashi):
    staff(maebashi, "administrator")
    with acting(administrator, maebashi) as actor:
        open_access_review(by=actor)
        with pytest.raises(ValidationError):
            decide(by=actor, item=item_of_open(administrator), decision="keep")


def test_a_deputy_does_not_decide_for_whom_she_stands_in(acting, administrator, editor, staff, maebashi):
    staff(maebashi, "administrator")
    with acting(administrator, maebashi) as actor:
        open_access_review(by=actor)
        appoint_deputy(
            by=actor, role="administrator", user=editor, starts_on=today(), ends_on=today(), reason="出張"
        )
    with acting(editor, maebashi) as actor, pytest.raises(ValidationError):
        decide(by=actor, item=item_of_open(administrator), decision="keep")


def test_nothing_is_decided_once_it_is_finished(review, acting, administrator, editor, maebashi):
    """Also by who had the page open, and read the review before it ended."""
    with acting(administrator, maebashi) as actor:
        read_before = item_of_open(editor)
        finish_review(by=actor, review=review)
        with pytest.raises(ValidationError):
            decide(by=actor, item=read_before, decision="end")
        assert item_of_open(editor).decision == ""


def test_is_a_task_when_it_is_due(client_for, administrator, maebashi, acting):
    home = "/m/102016/"
    factories.make_member(maebashi, since=today() - timedelta(days=30))
    assert "棚卸しを始める" not in client_for(administrator).get(home).content.decode()
    with acting(administrator, maebashi) as actor:
        set_interval(by=actor, months=1)
    assert "アクセス権の棚卸しを始める" in client_for(administrator).get(home).content.decode()
    with acting(administrator, maebashi) as actor:
        open_access_review(by=actor)
    assert "職員1人のアクセス権を確認する" in client_for(administrator).get(home).content.decode()


def test_its_end_falls_on_a_day_when_the_office_is_open(maebashi, administrator, acting):
    usual = deadline(today(), DAYS_TO_REVIEW)
    with acting(administrator, maebashi) as actor:
        add_closing_day(by=actor, day=usual, reason="停電")
        assert open_access_review(by=actor).due_on == next_open(usual + timedelta(days=1))


def test_half_yearly_by_default(maebashi):
    factories.make_member(maebashi, since=date(2026, 8, 31))
    with context.tenant(maebashi.pk):
        assert review_due_on(maebashi.pk, last_review()) == date(2027, 3, 1), "28 February is a Sunday"
        ClosingDay(day=date(2027, 3, 1), reason="停電").save()
        assert review_due_on(maebashi.pk, last_review()) == date(2027, 3, 2)
    assert after(date(2026, 11, 23), 6) == date(2027, 5, 23)


def test_atomic(review, acting, administrator, editor, maebashi, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("audit is down")

    with acting(administrator, maebashi) as actor:
        decide(by=actor, item=item_of_open(editor), decision="end")
        monkeypatch.setattr("consortium.staffing.actions.reviews.record", fail)
        with pytest.raises(RuntimeError):
            finish_review(by=actor, review=review)
    assert roles_of(editor, maebashi) == ["approver", "editor"]
