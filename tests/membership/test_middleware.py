"""Which context a path opens, and who is let in."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from consortium.membership.actions import end_post
from consortium.membership.models import StaffPost
from consortium.membership.queries import current
from consortium.tenancy import context
from tests import factories

pytestmark = pytest.mark.urls("tests.membership.urls_for_middleware")


def posts(municipality, **wanted):
    with context.tenant(municipality.pk):
        return StaffPost.objects.filter(**wanted).count()


def test_anonymous_is_asked_to_sign_in(client, maebashi):
    response = client.get("/m/102016/light/")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/m/102016/light/"


def test_anonymous_call_of_the_api_is_a_problem(client, maebashi):
    response = client.get("/api/v1/m/102016/light/")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_stranger_finds_nothing(client_for, stranger, maebashi):
    assert client_for(stranger).get("/m/102016/light/").status_code == 404


def test_staff_of_another_municipality_finds_nothing(client_for, staff, maebashi, takasaki):
    assert client_for(staff(takasaki, "editor")).get("/m/102016/light/").status_code == 404


def test_member_without_the_permission_is_refused(client_for, staff, maebashi):
    assert client_for(staff(maebashi, "editor")).get("/m/102016/staff/").status_code == 403


def test_view_without_declaration_is_refused(client_for, staff, maebashi):
    assert client_for(staff(maebashi, "editor")).get("/m/102016/undeclared/").status_code == 403


def test_member_acts_for_the_municipality_of_the_path(client_for, staff, maebashi):
    response = client_for(staff(maebashi, "editor")).get("/m/102016/light/")
    assert response.content.decode() == str(maebashi.pk)


@pytest.mark.parametrize("code", ["102017", "abc", "10201", "1020160", "999999"])
def test_malformed_code_is_explained(client, db, code):
    response = client.get(f"/m/{code}/")
    assert response.status_code == 404
    assert "団体コードの形が正しくありません" in response.content.decode()


def test_unknown_code_is_explained(client, db):
    response = client.get("/m/000019/")
    assert response.status_code == 404
    assert "この団体コードの自治体はありません" in response.content.decode()


def test_unknown_code_on_the_api_is_a_problem(client, db):
    response = client.get("/api/v1/m/000019/light/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_past_code_leads_to_the_present_one(client, db):
    """滝沢村 became 滝沢市 and got another code."""
    response = client.get("/m/033057/plans/?page=2")
    assert response.status_code == 302
    assert response.url == "/m/032166/plans/?page=2"


def test_past_code_keeps_what_is_sent(client, db):
    assert client.post("/m/033057/plans/").status_code == 307


class TestStaleTab:
    @pytest.fixture
    def both(self, staff, client_for, maebashi, takasaki):
        user = staff(maebashi, "editor")
        staff(takasaki, "editor", user=user)
        return client_for(user)

    def test_page_of_the_other_municipality_says_so(self, both):
        assert both.get("/m/102016/light/").status_code == 200
        response = both.get("/m/102024/light/")
        assert response.status_code == 409
        assert "別の自治体で作業しています" in response.content.decode()

    def test_nothing_is_saved(self, both, takasaki):
        both.get("/m/102016/light/")
        response = both.post("/m/102024/works/")
        assert response.status_code == 409
        assert "送信した内容は保存していません" in response.content.decode()
        assert posts(takasaki, role="written") == 0

    def test_switch_leads_back_to_the_page(self, both):
        both.get("/m/102016/light/")
        response = both.post("/switch/", {"code": "102024", "next": "/m/102024/light/"})
        assert response.url == "/m/102024/light/"
        assert both.get(response.url).status_code == 200

    def test_after_leaving_the_first_no_switch_is_needed(self, both, maebashi):
        both.get("/m/102016/light/")
        with context.tenant(maebashi.pk):
            StaffPost.objects.update(ends_on="2020-01-01")
        assert both.get("/m/102024/light/").status_code == 200


def test_leaving_ends_access_at_the_next_request(client_for, staff, maebashi, acting):
    administrator, editor = staff(maebashi, "administrator"), staff(maebashi, "editor")
    client = client_for(editor)
    assert client.get("/m/102016/light/").status_code == 200
    with acting(administrator, maebashi) as actor:
        end_post(by=actor, post=StaffPost.objects.get(user=editor))
    assert client.get("/m/102016/light/").url == "/accounts/login/"


def test_post_begins_on_its_first_day(maebashi, staff, client_for):
    editor = staff(maebashi, "editor")
    with context.tenant(maebashi.pk):
        StaffPost.objects.update(starts_on="2999-01-01")
        assert not current(StaffPost.objects.all()).exists()
    assert client_for(editor).get("/m/102016/light/").status_code == 404


class TestSecondFactor:
    def test_privileged_role_is_led_to_register_one(self, client_for, staff, maebashi):
        administrator = staff(maebashi, "administrator")
        Authenticator.objects.all().delete()
        response = client_for(administrator).get("/m/102016/light/")
        assert response.url == "/accounts/2fa/?required=1"

    def test_secretariat_is_led_to_register_one(self, client_for, db):
        response = client_for(factories.make_secretary(second_factor=False)).get("/secretariat/")
        assert response.url == "/accounts/2fa/?required=1"

    def test_recovery_codes_do_not_suffice(self, client_for, staff, maebashi):
        administrator = staff(maebashi, "administrator")
        Authenticator.objects.update(type=Authenticator.Type.RECOVERY_CODES)
        assert client_for(administrator).get("/m/102016/light/").status_code == 302

    def test_api_answers_a_problem(self, client_for, staff, maebashi):
        administrator = staff(maebashi, "administrator")
        Authenticator.objects.all().delete()
        assert client_for(administrator).get("/api/v1/m/102016/light/").status_code == 403

    def test_with_one_it_works(self, client_for, staff, maebashi):
        assert client_for(staff(maebashi, "administrator")).get("/m/102016/light/").status_code == 200


def test_failure_undoes_the_write(staff, maebashi):
    client = Client(raise_request_exception=False)
    client.force_login(staff(maebashi, "editor"))
    assert client.get("/m/102016/broken/").status_code == 500
    assert posts(maebashi, role="written") == 0


def test_success_keeps_the_write(client_for, staff, maebashi):
    assert client_for(staff(maebashi, "editor")).get("/m/102016/works/").status_code == 200
    assert posts(maebashi, role="written") == 1


def test_unknown_path_opens_no_context_for_visitors(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/no/such/page/").status_code == 404


def test_secretariat_is_closed_to_staff(client_for, staff, maebashi):
    assert client_for(staff(maebashi, "editor")).get("/secretariat/").status_code == 404


def test_body_is_open_to_the_secretary(client_for, secretary):
    assert client_for(secretary).get("/secretariat/").status_code == 200


def test_request_costs_few_statements(client_for, staff, maebashi, django_assert_num_queries):
    """Session, account, municipality, savepoint, context, posts with deputyships, how to enter, savepoint,
    context back."""
    client = client_for(staff(maebashi, "editor"))
    client.get("/m/102016/light/")
    with django_assert_num_queries(9):
        client.get("/m/102016/light/")
