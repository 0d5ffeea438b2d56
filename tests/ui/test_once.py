from concurrent.futures import ThreadPoolExecutor

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.handlers.exception import convert_exception_to_response
from django.core.signing import TimestampSigner
from django.db import connection, transaction
from django.test import RequestFactory

from consortium.ui import once
from consortium.ui.forms import Form
from consortium.ui.views import FormView

pytestmark = pytest.mark.urls("tests.ui.urls")


class Deed(Form):
    name = forms.CharField()


class DeedView(FormView):
    form_class = Deed
    template_name = "ui/forms/form.html"
    done: list[str] = []

    def perform(self, form: forms.BaseForm) -> str:
        name = form.cleaned_data["name"]
        if name == "refused":
            raise ValidationError("だめです")
        if name == "broken":
            raise RuntimeError
        self.done.append(name)
        return f"/deeds/{len(self.done)}/"


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def submit(done: list[str]):
    view = DeedView.as_view(done=done)

    def send(token: str | None, name: str = "a", path: str = "/new/", around=lambda view: view):
        data = {"name": name} | ({once.FIELD_NAME: token} if token is not None else {})
        answer = once.Settle(convert_exception_to_response(around(view)))
        return answer(RequestFactory().post(path, data))

    return send


def test_a_cache_that_fails_after_the_deed_does_not_deny_it(submit, done, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(once.cache, "set", fail)
    assert submit(once.issue("/new/")).url == "/deeds/1/"
    assert done == ["a"]


def test_a_second_submit_leads_where_the_first_led(submit, done):
    token = once.issue("/new/")
    first, second = submit(token), submit(token, "b")
    assert first.url == second.url == "/deeds/1/"
    assert done == ["a"]


def test_two_pages_are_two_deeds(submit, done):
    submit(once.issue("/new/"))
    submit(once.issue("/new/"), "b")
    assert done == ["a", "b"]


@pytest.mark.parametrize("failure", ["", "refused"])
def test_a_failed_submit_may_be_repeated(submit, done, failure):
    token = once.issue("/new/")
    assert submit(token, failure).status_code == 422
    assert submit(token).url == "/deeds/1/"


def test_a_crash_gives_the_claim_back(submit, done):
    token = once.issue("/new/")
    assert submit(token, "broken").status_code == 500
    assert submit(token).url == "/deeds/1/"


@pytest.mark.django_db(transaction=True)
def test_a_failed_commit_gives_the_claim_back(submit, done):
    """The view has answered with its redirect when the database refuses; nothing was written."""

    def around(view):
        def answer(request):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("CREATE TEMP TABLE deed (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
                cursor.execute("INSERT INTO deed VALUES (1), (1)")
                return view(request)

        return answer

    token = once.issue("/new/")
    assert submit(token, around=around).status_code == 500
    assert done == ["a"]  # the view went through
    assert submit(token, "again").url == "/deeds/2/"
    assert submit(token, "third").url == "/deeds/2/"


def test_forged_foreign_and_old_tokens_are_refused(submit, done, monkeypatch):
    old = once.issue("/new/")
    for token in ("nonsense", "", once.issue("/other/")):
        assert submit(token).status_code == 422
    monkeypatch.setattr(once, "TOKEN_SECONDS", -1)
    assert submit(old).status_code == 422
    assert done == []


def test_a_submit_while_the_first_still_runs_is_told_so(submit, monkeypatch):
    monkeypatch.setattr(once, "WAIT_SECONDS", 0.1)
    token = once.issue("/new/")
    once.claim(RequestFactory().post("/new/", {once.FIELD_NAME: token}))
    assert submit(token).status_code == 409


def test_of_many_at_once_one_is_carried_out(submit, done):
    token = once.issue("/new/")
    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(submit, token) for _ in range(8)]]
    assert {answer.url for answer in answers} == {"/deeds/1/"}
    assert done == ["a"]


def test_results_outlive_tokens():
    assert once.RESULT_SECONDS > once.TOKEN_SECONDS
    assert TimestampSigner(salt="ui.once:/new/").unsign(once.issue("/new/"), max_age=1)
