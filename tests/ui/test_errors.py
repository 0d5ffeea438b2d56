"""Error pages work without database, session or context processors; no test here has `db`."""

import pytest
from django.conf import LazySettings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory

from consortium.ui import errors
from consortium.ui.middleware import ErrorPages
from tests.ui.support import SHELL

pytestmark = pytest.mark.urls("tests.ui.urls")
EXACT = {
    400: lambda request: errors.handler400(request, SuspiciousOperation()),
    403: lambda request: errors.handler403(request, Exception()),
    404: lambda request: errors.handler404(request, Exception()),
    405: errors.method_not_allowed,
    409: errors.conflict,
    413: lambda request: errors.handler400(request, RequestDataTooBig()),
    422: errors.unprocessable,
    429: errors.too_many,
    500: errors.handler500,
    503: errors.unavailable,
}


def get(path: str = "/x/", **extra: str) -> HttpRequest:
    return RequestFactory().get(path, **{"HTTP_ACCEPT": "text/html", **extra})


def test_every_page_has_its_trial():
    assert set(EXACT) == set(errors.PAGES)


@pytest.mark.parametrize("status", EXACT)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_page(status: int, language: str):
    answer = EXACT[status](get(HTTP_ACCEPT_LANGUAGE=language))
    html = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}">' in html
    assert "Traceback" not in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("status", [403, 404])
def test_frame_of_the_surface_where_it_is_known(status: int):
    request = get()
    request.shell = SHELL
    assert "前橋市" in EXACT[status](request).content.decode()


def test_a_broken_server_shows_no_shell():
    request = get()
    request.shell = SHELL
    assert "前橋市" not in errors.handler500(request).content.decode()


def test_unknown_host_says_so_and_links_nowhere():
    answer = errors.handler400(get(HTTP_HOST="evil.example"), SuspiciousOperation())
    assert answer.status_code == 400
    assert "このアドレスでは利用できません" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()
    assert "button--primary" not in answer.content.decode()


def test_csrf_failure():
    answer = errors.csrf_failure(get(), reason="CSRF cookie not set.")
    assert answer.status_code == 403
    assert "送信内容を確認できませんでした" in answer.content.decode()


def test_retry_after():
    assert errors.too_many(get(), retry_after=30)["Retry-After"] == "30"
    assert "Retry-After" not in errors.too_many(get())


@pytest.mark.parametrize("request_", [get("/api/v1/x"), get(HTTP_ACCEPT="application/json")])
def test_clients_get_problem_json(request_: HttpRequest):
    answer = errors.handler404(request_, Exception())
    assert answer["Content-Type"] == "application/problem+json"
    assert '"status": 404' in answer.content.decode()


def test_a_broken_error_page_still_answers(monkeypatch: pytest.MonkeyPatch):
    def fail(*args: object, **kwargs: object) -> HttpResponse:
        raise ValueError

    monkeypatch.setattr(errors, "error_page", fail)
    answer = errors.handler500(get())
    assert answer.status_code == 500
    assert "システムでエラーが発生しました" in answer.content.decode()


def test_empty_errors_get_a_page():
    pages = ErrorPages(lambda request: HttpResponseNotAllowed(["POST"]))
    answer = pages(get())
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "この操作はできません" in answer.content.decode()
    for whole in (HttpResponse("x", status=405), HttpResponse(status=204)):
        assert ErrorPages(lambda request, kept=whole: kept)(get()) is whole


def test_missing_static_files_do_not_break_the_last_page(settings: LazySettings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    assert errors.handler500(get()).status_code == 500
