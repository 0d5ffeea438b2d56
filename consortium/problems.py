"""Problem details (RFC 9457): every kind of refusal that a machine may be given, in one list.

`type` is an address on this site where the kind is explained: cause and cure.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

MEDIA_TYPE: Final = "application/problem+json"
PAGE: Final = "/developers/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """slug: the fragment of the type's address; it never changes. cure: what the caller does now."""

    slug: str
    status: int
    title: StrPromise
    cause: StrPromise
    cure: StrPromise

    @property
    def uri(self) -> str:
        return f"{settings.OWN_URL}{PAGE}#{self.slug}"


MALFORMED = Kind(
    "malformed-request",
    400,
    _("送信された内容を処理できません"),
    _("本文がJSONとして読めないか、同じ名前の項目の重複、NaN、深すぎる入れ子を含みます。"),
    _("UTF-8の正しいJSONにして送り直してください。"),
)
INVALID = Kind(
    "validation-error",
    400,
    _("項目の値に誤りがあります"),
    _(
        "必須の項目がない、定義されていない項目がある、値の形式や範囲が正しくない、または個人番号や制御文字を含みます。"
    ),
    _("errors の field が示す項目を、detail に従って直してください。"),
)
PARAMETER = Kind(
    "invalid-parameter",
    400,
    _("クエリパラメータに誤りがあります"),
    _("定義されていないパラメータか、許されない値が指定されました。"),
    _("errors が示すパラメータを直してください。使えるパラメータは allowed に示します。"),
)
CURSOR = Kind(
    "invalid-cursor",
    400,
    _("カーソルが正しくありません"),
    _("cursor が書き換えられたか、別の一覧または別の条件で発行されたものです。"),
    _("応答の next または previous をそのまま使うか、cursor を付けずに最初から取得してください。"),
)
KEY_MALFORMED = Kind(
    "idempotency-key-malformed",
    400,
    _("Idempotency-Key の形が正しくありません"),
    _("キーが空か、255文字を超えるか、使えない文字を含みます。"),
    _("UUIDなど、印字できるASCII文字255文字以内の一意の値を送ってください。"),
)
UNAUTHENTICATED = Kind(
    "authentication-required",
    401,
    _("認証が必要です"),
    _("APIトークンもサインイン済みのセッションもありません。"),
    _("Authorization: Bearer に続けてAPIトークンを送ってください。"),
)
TOKEN = Kind(
    "invalid-token",
    401,
    _("APIトークンが無効です"),
    _("トークンが誤っているか、期限が切れたか、管理者が失効させました。"),
    _("所属する自治体の管理者に、新しいトークンの発行を依頼してください。"),
)
ACCESS_TOKEN = Kind(
    "invalid-access-token",
    401,
    _("アクセストークンが無効です"),
    _("アクセストークンがないか、期限切れ、失効、同意の撤回、サービスの停止、または鍵の証明の誤りです。"),
    _("WWW-Authenticate の error に従い、トークンを取り直すか、DPoP の証明を付けて送り直してください。"),
)
DEVICE_PROOF = Kind(
    "invalid-device-proof",
    401,
    _("端末の証明が無効です"),
    _("端末の鍵による証明がないか、期限切れか、使用済みか、端末が一時停止または失効しています。"),
    _("要求ごとに新しい証明を Authorization: Device に付けてください。端末の時計も確かめてください。"),
)
STEP_UP = Kind(
    "insufficient-user-authentication",
    401,
    _("住民のサインインをやり直す必要があります"),
    _("住民のサインインが、この分野に必要な強さに足りないか、時間が経っています (RFC 9470)。"),
    _("WWW-Authenticate の acr_values と max_age を付けて、認可をやり直してください。"),
)
SCOPE = Kind(
    "insufficient-scope",
    403,
    _("アクセストークンの範囲が足りません"),
    _("トークンに、この操作の scope がないか、住民のトークンとサービス自身のトークンを取り違えています。"),
    _("WWW-Authenticate の scope を含めて、トークンを取り直してください。"),
)
CONSENT = Kind(
    "consent-required",
    403,
    _("住民の確認を待っています"),
    _("住民が、この同意では毎回の確認を求めています。確認の依頼は住民に届いています。"),
    _("住民が答えた後に、同じトークンで送り直してください。答えは同意の変更の通知で知らせます。"),
)
FORBIDDEN = Kind(
    "permission-denied",
    403,
    _("この操作は許可されていません"),
    _("役割またはトークンの範囲に、この操作の権限がありません。"),
    _("必要な権限を管理者に確認してください。権限は各操作の説明にあります。"),
)
CSRF = Kind(
    "csrf-failed",
    403,
    _("CSRFの検証に失敗しました"),
    _("セッションで書き込むのに、X-CSRFToken ヘッダーがないか、正しくありません。"),
    _("CSRFのCookieの値を X-CSRFToken に付けてください。APIトークンでの呼出しには不要です。"),
)
SECOND_FACTOR = Kind(
    "second-factor-required",
    403,
    _("二要素認証の登録が必要です"),
    _("この役割には二要素認証が必要ですが、まだ登録していません。"),
    _("画面でパスキーまたは認証アプリを登録してください。"),
)
REAUTHENTICATION = Kind(
    "reauthentication-required",
    403,
    _("もう一度本人の確認が必要です"),
    _("重要な操作なのに、サインインまたは本人の確認から時間が経っています。"),
    _("reauthenticate のアドレスを画面で開いて確認してから、送り直してください。"),
)
NOT_FOUND = Kind(
    "not-found",
    404,
    _("見つかりません"),
    _("アドレスに誤りがあるか、存在しないか、呼び出した人に見せられないものです。"),
    _("アドレスと識別子、団体コードを確かめてください。"),
)
METHOD = Kind(
    "method-not-allowed",
    405,
    _("この方法では呼び出せません"),
    _("このアドレスは、このHTTPメソッドを受け付けません。"),
    _("Allow ヘッダーが示すメソッドを使ってください。"),
)
NOT_ACCEPTABLE = Kind(
    "not-acceptable",
    406,
    _("求められた形式では返せません"),
    _("Accept ヘッダーが、このアドレスの返せない形式だけを求めています。"),
    _("Accept に application/json を含めてください。"),
)
CONFLICT = Kind(
    "state-conflict",
    409,
    _("現在の状態ではこの操作はできません"),
    _("対象が既に処理済みであるなど、状態がこの操作の前提と違います。"),
    _("対象を取得し直し、状態を確かめてください。理由は errors の code にあります。"),
)
IN_PROGRESS = Kind(
    "request-in-progress",
    409,
    _("同じ要求を処理しています"),
    _("同じ Idempotency-Key の要求がまだ終わっていません。"),
    _("少し待ってから、同じキーで送り直してください。"),
)
STALE = Kind(
    "precondition-failed",
    412,
    _("ほかの人が先に変更しました"),
    _("If-Match に示された版は、現在の版ではありません。"),
    _("対象を取得し直し、変更を現在の内容に合わせ、新しい ETag で送り直してください。"),
)
TOO_LARGE = Kind(
    "content-too-large",
    413,
    _("データが大きすぎます"),
    _("本文が上限を超えています。"),
    _("分けて送ってください。"),
)
UNSUPPORTED = Kind(
    "unsupported-media-type",
    415,
    _("この形式のデータは受け取れません"),
    _("Content-Type が application/json ではありません。"),
    _("JSONにして、Content-Type: application/json を付けてください。"),
)
KEY_REUSED = Kind(
    "idempotency-key-reused",
    422,
    _("同じキーで別の内容が送られました"),
    _("この Idempotency-Key は、別の内容の要求に使われています。"),
    _("新しい操作には新しいキーを使ってください。"),
)
UNPROCESSABLE = Kind(
    "unprocessable-content",
    422,
    _("内容を処理できません"),
    _("形式は正しいものの、求められた結果を作れません。"),
    _("detail に従って要求を変えてください。"),
)
CONDITION_REQUIRED = Kind(
    "precondition-required",
    428,
    _("If-Match が必要です"),
    _("ほかの人の変更を上書きしないよう、この操作には取得したときの版が要ります。"),
    _("対象を取得し、その ETag を If-Match に付けて送ってください。"),
)
RATE_LIMITED = Kind(
    "rate-limit-exceeded",
    429,
    _("呼び出しが多すぎます"),
    _("決められた時間あたりの回数を超えました。"),
    _("Retry-After の秒数だけ待ってから送り直してください。"),
)
INTERNAL = Kind(
    "internal-error",
    500,
    _("サーバーで問題が起きました"),
    _("こちらの不具合です。書き込みは行われていません。"),
    _("時間をおいて送り直し、続くときは X-Request-ID を添えて事務局に知らせてください。"),
)
UNAVAILABLE = Kind(
    "service-unavailable",
    503,
    _("ただいま利用できません"),
    _("保守中か、混み合っています。"),
    _("Retry-After があればその秒数だけ待ち、なければ時間をおいて送り直してください。"),
)
KINDS: Final = (
    MALFORMED, INVALID, PARAMETER, CURSOR, KEY_MALFORMED, UNAUTHENTICATED, TOKEN,
    ACCESS_TOKEN, DEVICE_PROOF, STEP_UP, SCOPE, CONSENT, FORBIDDEN, CSRF,
    SECOND_FACTOR, REAUTHENTICATION, NOT_FOUND, METHOD, NOT_ACCEPTABLE, CONFLICT, IN_PROGRESS, STALE,
    TOO_LARGE, UNSUPPORTED,
    KEY_REUSED, UNPROCESSABLE, CONDITION_REQUIRED, RATE_LIMITED, INTERNAL, UNAVAILABLE,
)  # fmt: skip
OF_STATUS: Final = {
    400: MALFORMED,
    401: UNAUTHENTICATED,
    403: FORBIDDEN,
    409: CONFLICT,
    422: UNPROCESSABLE,
} | {kind.status: kind for kind in KINDS if kind.status not in {400, 401, 403, 409, 422}}
"""The kind of an answer of which nothing but the status is known."""


def problem(kind: Kind, detail: str = "", **more: Any) -> dict[str, Any]:
    """Members of RFC 9457.

    more: ours, left out when empty: `errors`, a list of {field, code, detail}, and `allowed`, names.
    """
    body = {
        "type": kind.uri,
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.cure),
    }
    return body | {name: value for name, value in more.items() if value}


def problem_response(kind: Kind, detail: str = "", **more: Any) -> JsonResponse:
    return JsonResponse(
        problem(kind, detail, **more),
        status=kind.status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
