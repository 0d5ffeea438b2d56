"""Refusals and failures in words, each saying what the reader can do."""

from typing import Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.ui.errors import Page, error_page

from .actions import Refusal
from .provider import ProviderError

REFUSALS: Final[dict[str, Page]] = {
    Refusal.NO_EMAIL: Page(
        _("メールアドレスが届きませんでした"),
        _(
            "自治体のアカウントから、確認済みのメールアドレスを受け取れませんでした。自治体の情報システム担当者に連絡してください。"
        ),
    ),
    Refusal.FOREIGN_ADDRESS: Page(
        _("このメールアドレスではサインインできません"),
        _(
            "自治体のアカウントのメールアドレスが、この自治体に登録されたドメインのものではありません。自治体の管理者に連絡してください。"
        ),
    ),
    Refusal.UNCONFIRMED: Page(
        _("メールアドレスのドメインが、まだ確認されていません"),
        _(
            "このメールアドレスのドメインが自治体のものであることを、事務局が確認しています。確認が済むまで待つか、自治体の管理者に連絡してください。"
        ),
    ),
    Refusal.NOT_INVITED: Page(
        _("まだ招待されていません"),
        _(
            "自治体のアカウントは確認できましたが、このプラットフォームの利用者として登録されていません。自治体の管理者に招待を依頼してください。"
        ),
    ),
    Refusal.NO_ROLE: Page(
        _("このプラットフォームでの役割がありません"),
        _(
            "自治体のアカウントは確認できましたが、役割に対応するグループに属していません。異動などで変わった場合は、自治体の管理者または情報システム担当者に連絡してください。"
        ),
    ),
    Refusal.INACTIVE: Page(_("このアカウントは停止されています"), _("自治体の管理者に連絡してください。")),
}
FAILURES: Final[dict[str, Page]] = {
    "unreachable": Page(
        _("自治体のサインインに接続できません"),
        _(
            "自治体の認証サーバーから応答がありません。しばらく待ってから、もう一度操作してください。続く場合は、自治体の情報システム担当者に連絡してください。"
        ),
    ),
    "state": Page(
        _("サインインをやり直してください"),
        _(
            "時間が経過したか、別のタブで操作したため、サインインを続けられません。サインインのページから、もう一度始めてください。"
        ),
    ),
    "denied": Page(
        _("サインインを取りやめました"),
        _("自治体の認証サーバーで、サインインが取り消されたか、許可されませんでした。"),
    ),
    "token": Page(
        _("自治体のアカウントを確認できませんでした"),
        _(
            "自治体の認証サーバーからの応答が正しくないため、サインインを中止しました。自治体の情報システム担当者に連絡してください。"
        ),
    ),
    "shut": Page(
        _("この自治体では、自治体のアカウントでのサインインを使っていません"),
        _("メールアドレスとパスワード、またはパスキーでサインインしてください。"),
    ),
}
REASONS: Final = {
    "unreachable": _(
        "発行者に接続できません。URLを確かめてください。庁内のアドレスの場合は、システムの運用担当者に許可(SSO_INTERNAL_ISSUERS)を依頼してください。"
    ),
    "not_discovered": _(
        "このURLにOpenID Connectの設定(/.well-known/openid-configuration)がありません。確かめてください。"
    ),
    "other_issuer": _(
        "設定に書かれた発行者が入力したURLと異なります。末尾の「/」まで同じURLを入力してください。"
    ),
    "endpoints": _("httpsのURLを入力してください。設定に含まれるURLもすべてhttpsである必要があります。"),
    "algorithms": _("IDトークンの署名方式に、使えるもの(RS256、ES256など)がありません。"),
}
"""Why a provider cannot be connected, at the issuer's field."""
FORBIDDEN, BAD, UNAVAILABLE = 403, 400, 503


def refused(request: HttpRequest, refusal: str) -> HttpResponse:
    return error_page(request, FORBIDDEN, page=REFUSALS[refusal])


def not_connected(error: ProviderError) -> ValidationError:
    """At the issuer's field."""
    message = str(REASONS[error.code])
    if error.code == "other_issuer" and error.detail:
        message += " " + gettext("設定に書かれた発行者: %(issuer)s") % {"issuer": error.detail}
    return ValidationError({"issuer": ValidationError(message, code=error.code)})


def failed(request: HttpRequest, code: str) -> HttpResponse:
    """code: of a ProviderError or of FAILURES; what is wrong with the provider itself reads alike."""
    if code in {"unreachable", "not_discovered"}:
        return error_page(request, UNAVAILABLE, page=FAILURES["unreachable"])
    return error_page(request, BAD, page=FAILURES.get(code, FAILURES["token"]))
