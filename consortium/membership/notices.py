"""What people are told about accounts, posts and standing."""

from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.dates import calendar_date, calendar_time
from consortium.notifications import audience
from consortium.notifications.kinds import SECURITY, Category, Kind, Values, register

from . import queries
from .closing_days import closings
from .roles import ROLES

MEMBERSHIP: Final = Category(
    "membership", _("職員と参画"), _("招待への回答、役割の変更、参画の申請など。"), order=30
)
CHANGES: Final = {
    "password_changed": _("パスワードが変更されました。"),
    "password_reset": _("パスワードが再設定されました。"),
    "password_set": _("パスワードが設定されました。"),
    "totp_added": _("認証アプリが登録されました。"),
    "totp_removed": _("認証アプリが削除されました。"),
    "passkey_added": _("パスキーが登録されました。"),
    "passkey_removed": _("パスキーが削除されました。"),
    "recovery_codes_generated": _("回復コードが作成されました。"),
    "email_changed": _("サインインに使うメールアドレスが変更されました。"),
    "email_change_stopped": _("サインインに使うメールアドレスの変更が止められました。"),
    "email_change_undone": _("サインインに使うメールアドレスが元に戻されました。"),
}
"""What the audit log calls a change of how one signs in → what its holder is told."""


def _change(values: Values) -> dict[str, Any]:
    return {"what": CHANGES.get(values["what"], values["what"])}


def _moment(values: Values) -> dict[str, Any]:
    unknown = gettext("不明なブラウザー")
    device = unknown if values["device"] == "?" else values["device"]
    return {"device": device, "when": calendar_time(datetime.fromisoformat(values["when"]))}


def _role_names(values: Values) -> dict[str, Any]:
    """A place without a name is the secretariat."""
    names = {key: _role(values[key]) for key in ("role", "earlier") if key in values}
    days = {key: calendar_date(date.fromisoformat(values[key])) for key in ("first", "last") if key in values}
    return {**values, **names, **days, "place": values.get("place") or gettext("事務局")}


def _role(key: str) -> str:
    return str(ROLES[key].name) if key in ROLES else key


SECURITY_CHANGED: Final = Kind(
    key="account.security_changed",
    category=SECURITY,
    label=_("アカウントの設定が変更されました"),
    sentence=_("%(what)s心当たりがない場合は、すぐにパスワードを変更し、管理者に連絡してください。"),
    url="membership:account",
    urgent=True,
    words=_change,
)
NEW_DEVICE: Final = Kind(
    key="account.new_device",
    category=SECURITY,
    label=_("新しい端末からのサインイン"),
    sentence=_(
        "%(when)sに、これまで使っていない端末(%(device)s)からサインインがありました。心当たりがない場合は、"
        "「サインイン中の端末」でその端末をサインアウトし、パスワードを変更して、管理者に連絡してください。"
    ),
    url="membership:sessions",
    urgent=True,
    words=_moment,
)
APPLICATION_RECEIVED: Final = Kind(
    key="application.received",
    category=MEMBERSHIP,
    label=_("参画の申請が届きました"),
    sentence=_("%(municipality)sから参画の申請が届きました。内容を確認し、審査してください。"),
    url="membership:application",
)
INVITATION_ACCEPTED: Final = Kind(
    key="invitation.accepted",
    category=MEMBERSHIP,
    label=_("招待への回答"),
    sentence=_("%(person)sさんが招待に応じ、「%(role)s」になりました(%(place)s)。"),
    words=_role_names,
)
ROLE_CHANGED: Final = Kind(
    key="staff_post.changed",
    category=MEMBERSHIP,
    label=_("役割が変更されました"),
    sentence=_("あなたの役割が「%(earlier)s」から「%(role)s」に変わりました。"),
    url="portal:tenant_home",
    words=_role_names,
)
POST_ENDED: Final = Kind(
    key="staff_post.ended",
    category=MEMBERSHIP,
    label=_("役割が終了しました"),
    sentence=_("%(place)sでの「%(role)s」としての役割が終了しました。"),
    words=_role_names,
)
DEPUTY_APPOINTED: Final = Kind(
    key="deputy.appointed",
    category=MEMBERSHIP,
    label=_("不在時の代理が定められました"),
    sentence=_(
        "%(principal)sさんの「%(role)s」の役割を、%(user)sさんが代理します。期間: %(first)s – %(last)s。"
        "理由: %(reason)s。代理は、本人、代理者、管理者がいつでも終えられます。"
    ),
    url="membership:deputies",
    words=_role_names,
)
DEPUTY_WITHDRAWN: Final = Kind(
    key="deputy.withdrawn",
    category=MEMBERSHIP,
    label=_("不在時の代理が終了しました"),
    sentence=_("%(user)sさんが代理していた、%(principal)sさんの「%(role)s」の役割の代理を終えました。"),
    url="membership:deputies",
    words=_role_names,
)
RECOVERY_OPENED: Final = Kind(
    key="recovery.opened",
    category=SECURITY,
    label=_("アカウントの回復の手続が始まりました"),
    sentence=_(
        "%(person)sさんのアカウントを回復する手続が始まりました。心当たりがない場合は、アカウントのページから"
        "手続を止めるか、すぐに管理者に連絡してください。"
    ),
    url="membership:account",
    urgent=True,
)
RECOVERY_TO_CONFIRM: Final = Kind(
    key="recovery.to_confirm",
    category=MEMBERSHIP,
    label=_("アカウントの回復の確認を求められています"),
    sentence=_(
        "%(person)sさんのアカウントの回復を、本人に確かめたうえで確認してください。期限は3開庁日です。"
    ),
    urgent=True,
)
RECOVERY_CONFIRMED: Final = Kind(
    key="recovery.confirmed",
    category=SECURITY,
    label=_("アカウントの回復が確認されました"),
    sentence=_("%(person)sさんのアカウントの回復が確認され、本人にリンクを送りました。"),
)
RECOVERY_USED: Final = Kind(
    key="recovery.used",
    category=SECURITY,
    label=_("アカウントが回復されました"),
    sentence=_(
        "%(person)sさんが新しいパスワードを設定しました。これまでのパスキー、認証アプリ、回復コードは無効に"
        "なりました。心当たりがない場合は、すぐに管理者に連絡してください。"
    ),
    urgent=True,
)
register(
    [
        SECURITY_CHANGED,
        NEW_DEVICE,
        APPLICATION_RECEIVED,
        INVITATION_ACCEPTED,
        ROLE_CHANGED,
        POST_ENDED,
        DEPUTY_APPOINTED,
        DEPUTY_WITHDRAWN,
        RECOVERY_OPENED,
        RECOVERY_TO_CONFIRM,
        RECOVERY_CONFIRMED,
        RECOVERY_USED,
    ]
)
audience.serve(queries.holders, queries.belonging, closings)
