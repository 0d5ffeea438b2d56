"""Names of what events are about, and what is never named."""

from uuid import uuid4

import pytest

from consortium.audit.models import Event
from consortium.audit.targets import describe, named
from consortium.membership.models import StaffPost
from consortium.tenancy import context


def event(target_type: str, target_id: object) -> Event:
    return Event(target_type=target_type, target_id=str(target_id))


@pytest.fixture
def post(maebashi, staff) -> StaffPost:
    user = staff(maebashi, "editor")
    with context.tenant(maebashi.pk):
        return StaffPost.objects.get(user=user)


def text(one: Event) -> str:
    return describe(one, named([one]))


def test_what_the_reader_may_see_is_named(maebashi, post):
    with context.tenant(maebashi.pk):
        assert text(event("membership.staffpost", post.pk)) == f"職員 {post.user.name}"


def test_another_municipality_sees_an_identifier(takasaki, post):
    with context.tenant(takasaki.pk):
        assert text(event("membership.staffpost", post.pk)) == f"職員 {str(post.pk)[-8:]}"


@pytest.mark.parametrize("target_id", ["", "gone", uuid4()])
def test_what_is_gone_keeps_its_identifier(maebashi, target_id):
    with context.tenant(maebashi.pk):
        assert text(event("membership.staffpost", target_id)).startswith("職員")


def test_a_table_that_may_not_be_read_breaks_nothing(maebashi, post):
    with context.tenant(maebashi.pk):
        assert text(event("membership.membershipapplication", uuid4())).startswith("参画申請")
        assert StaffPost.objects.filter(pk=post.pk).exists()


def test_residents_are_not_named(maebashi):
    with context.tenant(maebashi.pk):
        assert text(event("identity.citizen", "01234567")) == "住民 01234567"
        assert text(event("", "")) == ""


def test_one_query_for_each_kind(maebashi, post, django_assert_num_queries):
    several = [
        event("membership.staffpost", post.pk),
        *(event("membership.staffpost", uuid4()) for _ in "abc"),
    ]
    with context.tenant(maebashi.pk), django_assert_num_queries(3):  # the read and its savepoint
        named(several)
