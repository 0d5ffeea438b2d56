"""Changing and ending posts."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.membership.actions import change_role, end_post
from consortium.membership.models import StaffPost
from consortium.membership.queries import current
from consortium.tenancy import context


@pytest.fixture
def administrator(staff, maebashi):
    return staff(maebashi, "administrator")


@pytest.fixture
def editor(staff, maebashi):
    return staff(maebashi, "editor")


def post_of(user, municipality):
    with context.tenant(municipality.pk):
        return current(StaffPost.objects.filter(user=user)).first()


def test_of_another_municipality_is_not_found(client_for, staff, maebashi, takasaki, editor):
    client = client_for(staff(takasaki, "administrator"))
    post = post_of(editor, maebashi)
    assert client.get(f"/m/102024/staff/{post.pk}/").status_code == 404
    assert client.post(f"/m/102024/staff/{post.pk}/end/").status_code == 404


def test_member_may_not(client_for, maebashi, editor, administrator, acting):
    post = post_of(administrator, maebashi)
    assert client_for(editor).post(f"/m/102016/staff/{post.pk}/end/").status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        end_post(by=actor, post=post)


def test_administrator_changes_a_role(client_for, maebashi, editor, administrator):
    client, post = client_for(administrator), post_of(editor, maebashi)
    assert client.get(f"/m/102016/staff/{post.pk}/").status_code == 200
    assert client.post(f"/m/102016/staff/{post.pk}/", {"role": "approver"}).status_code == 302
    assert post_of(editor, maebashi).role == "approver"


def test_administrator_ends_a_post(client_for, maebashi, editor, administrator):
    client, post = client_for(administrator), post_of(editor, maebashi)
    asked = client.get(f"/m/102016/staff/{post.pk}/end/").content.decode()
    assert f"{editor.name}さんの任を終了しますか" in asked
    assert post_of(editor, maebashi) is not None
    assert client.post(f"/m/102016/staff/{post.pk}/end/").status_code == 302
    assert post_of(editor, maebashi) is None


def test_post_may_be_given_again_on_the_same_day(maebashi, editor, administrator, acting):
    with acting(administrator, maebashi) as actor:
        end_post(by=actor, post=StaffPost.objects.get(user=editor))
        StaffPost.objects.create(user=editor, role="editor")
        assert current(StaffPost.objects.filter(user=editor)).count() == 1


class TestLastAdministrator:
    def test_cannot_be_removed(self, client_for, maebashi, administrator):
        post = post_of(administrator, maebashi)
        response = client_for(administrator).post(f"/m/102016/staff/{post.pk}/end/", follow=True)
        assert "管理者がいなくなるため変更できません" in response.content.decode()
        assert post_of(administrator, maebashi) is not None

    def test_cannot_become_something_else(self, client_for, maebashi, administrator):
        post = post_of(administrator, maebashi)
        response = client_for(administrator).post(f"/m/102016/staff/{post.pk}/", {"role": "editor"})
        assert response.status_code == 422
        assert post_of(administrator, maebashi).role == "administrator"

    def test_may_go_once_there_is_another(self, maebashi, administrator, staff, acting):
        staff(maebashi, "administrator")
        with acting(administrator, maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=administrator))

    def test_one_who_has_left_does_not_count(self, maebashi, administrator, staff, acting):
        other = staff(maebashi, "administrator")
        with acting(administrator, maebashi) as actor:
            end_post(by=actor, post=StaffPost.objects.get(user=other))
            with pytest.raises(ValidationError):
                end_post(by=actor, post=StaffPost.objects.get(user=administrator))


def test_role_held_already_is_refused(maebashi, administrator, staff, acting, editor):
    staff(maebashi, "approver", user=editor)
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError):
        change_role(by=actor, post=StaffPost.objects.get(user=editor, role="editor"), role="approver")


def test_atomic(maebashi, administrator, editor, acting, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.membership.actions.posts.record", fail)
    with acting(administrator, maebashi) as actor, pytest.raises(RuntimeError):
        end_post(by=actor, post=StaffPost.objects.get(user=editor))
    assert post_of(editor, maebashi) is not None
