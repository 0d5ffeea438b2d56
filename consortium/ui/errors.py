"""Error pages. They use neither session nor database, so that they work when those don't.

URLconfs name the handlers by string: `handler404 = "consortium.ui.errors.handler404"`.
"""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from structlog import get_logger

from consortium import logs
from consortium.problems import OF_STATUS, problem_response
from consortium.ui.context_processors import shell

log = get_logger()


@dataclass(frozen=True, slots=True)
class Page:
    title: Promise
    advice: Promise
    """What the reader can do now."""


PAGES: Final[dict[int, Page]] = {
    400: Page(
        _("リクエストを処理できません"),
        _("アドレスまたは送信内容に誤りがあります。前のページに戻り、入力し直してください。"),
    ),
    403: Page(
        _("このページを表示する権限がありません"),
        _("必要な権限がある場合は、所属する団体の管理者に連絡してください。"),
    ),
    404: Page(
        _("ページが見つかりません"),
        _("アドレスに誤りがあるか、ページが移動または削除されています。トップページから探してください。"),
    ),
    405: Page(_("この操作はできません"), _("前のページに戻り、画面のボタンから操作してください。")),
    409: Page(
        _("処理が重なりました"),
        _("同じ内容を処理しています。しばらく待ってから、結果を一覧で確かめてください。"),
    ),
    413: Page(
        _("送信内容が大きすぎます"), _("ファイルまたは入力内容を小さくして、もう一度送信してください。")
    ),
    422: Page(_("入力内容に誤りがあります"), _("前のページに戻り、入力内容を確認してください。")),
    429: Page(_("操作の回数が多すぎます"), _("しばらく待ってから、もう一度操作してください。")),
    500: Page(
        _("システムでエラーが発生しました"),
        _("入力した内容は保存されていないことがあります。しばらく待ってから、もう一度操作してください。"),
    ),
    503: Page(
        _("ただいま利用できません"),
        _("メンテナンス中または混み合っています。しばらく待ってから、もう一度開いてください。"),
    ),
}
CSRF: Final = Page(
    _("送信内容を確認できませんでした"),
    _(
        "ページを開いてから時間が経過したか、Cookieが無効です。Cookieを有効にし、ページを開き直して送信してください。"
    ),
)
HOST: Final = Page(
    _("このアドレスでは利用できません"), _("アドレスを確認し、正しいアドレスから開いてください。")
)
LAST_RESORT: Final = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>500</title>
<h1>システムでエラーが発生しました</h1><p>しばらく待ってから、もう一度操作してください。</p>
<p lang="en">Something went wrong. Please wait a moment and try again.</p></html>"""


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
        return error_page(request, 413)
    return error_page(request, 400, page=PAGES[400] if _known_host(request) else HOST)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    try:
        return error_page(request, 500)
    except Exception:  # whatever broke the page may break its error page too
        log.exception("error_page_failed")
        return HttpResponse(LAST_RESORT, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(request, 403, page=CSRF)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return error_page(request, 405)


def conflict(request: HttpRequest) -> HttpResponse:
    return error_page(request, 409)


def too_large(request: HttpRequest) -> HttpResponse:
    return error_page(request, 413)


def unprocessable(request: HttpRequest) -> HttpResponse:
    return error_page(request, 422)


def too_many(
    request: HttpRequest, *, retry_after: int | None = None, page: Page | None = None
) -> HttpResponse:
    """`retry_after` in seconds."""
    return _retry_later(error_page(request, 429, page=page), retry_after)


def handler429(request: HttpRequest) -> HttpResponse:
    """allauth's own limits are of a minute."""
    return too_many(request, retry_after=60)


def unavailable(request: HttpRequest, *, retry_after: int | None = None) -> HttpResponse:
    """`retry_after` in seconds."""
    return _retry_later(error_page(request, 503), retry_after)


def error_page(request: HttpRequest, status: int, *, page: Page | None = None) -> HttpResponse:
    """In the frame of the surface if its shell is already there, else in a frame that needs nothing."""
    page = page or PAGES[status]
    with translation.override(translation.get_language_from_request(request)):
        if _wants_problem(request):
            return _problem(status, page)
        context = {
            "status": status,
            "page": page,
            "accessible": _known_host(request),
            "request_id": logs.request_id(),
        }
        if status < 500 and getattr(request, "shell", None):
            return render(request, "ui/errors/error.html", context, status=status)
        context = {**shell(request), **context, "frame": "ui/errors/plain.html"}
        return HttpResponse(render_to_string("ui/errors/error.html", context), status=status)


def _known_host(request: HttpRequest) -> bool:
    try:
        request.get_host()
    except Exception:  # DisallowedHost, or a header that isn't one
        return False
    return True


def _wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or not request.accepts("text/html")


def _problem(status: int, page: Page) -> HttpResponse:
    return problem_response(OF_STATUS[status], "" if page is PAGES[status] else str(page.advice))


def _retry_later(response: HttpResponse, seconds: int | None) -> HttpResponse:
    if seconds is not None:
        response["Retry-After"] = str(seconds)
    return response
