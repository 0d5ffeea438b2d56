"""What this product shows on the portal."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.tenancy.actor import Actor
from consortium.ui.registry import NavEntry, Task, TaskSource, navigation, tasks
from services.developers import register_endpoints
from services.pages import PartyPage, party_pages

from .permissions import IdentityPermission
from .queries.counter import pending

navigation.register(NavEntry(_("窓口"), "counter:home", IdentityPermission.PROOF_RESIDENTS, order=60))

party_pages.register(PartyPage(_("サインアウトの通知"), "logouts:of_service"))


def to_confirm(actor: Actor, *_args: Any) -> list[Task]:
    """Records of colleagues that wait for a second pair of eyes."""
    if not actor.can(IdentityPermission.PROOF_RESIDENTS) or actor.municipality_id is None:
        return []
    return [
        Task(
            label=gettext("受付番号 %(number)s の本人確認") % {"number": case.number},
            url=reverse("counter:case", args=[actor.municipality_code, case.citizen_id]),
            kind=gettext("窓口"),
        )
        for case in pending()
        if case.examined_by_id not in actor.exercising(IdentityPermission.PROOF_RESIDENTS).persons
    ]


def endpoints() -> list[tuple[str, str]]:
    """The OpenID Provider's, on the other surface, by their names in discovery."""
    return [
        (name, settings.IDENTITY_URL + reverse(f"identity:oidc_{url}", urlconf="consortium.urls.identity"))
        for name, url in (
            ("authorization_endpoint", "authorize"),
            ("pushed_authorization_request_endpoint", "par"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"),
            ("end_session_endpoint", "end_session"),
            ("jwks_uri", "jwks"),
        )
    ]


register_endpoints(endpoints)
tasks.register(TaskSource(to_confirm))
labels.register(
    {
        "citizen.registered": _("%(actor)sが窓口で住民を登録しました"),
        "citizen.viewed": _("%(actor)sが住民の登録情報を閲覧しました"),
        "citizen.suspended": _("%(actor)sがデジタルIDを一時停止しました"),
        "citizen.resumed": _("%(actor)sがデジタルIDの一時停止を解除しました"),
        "citizen.closed": _("%(actor)sがデジタルIDを廃止しました"),
        "proofing.confirmed": _("%(actor)sが本人確認を完了しました"),
        "proofing.declined": _("%(actor)sが窓口での登録を取り消しました"),
        "enrolment_code.issued": _("%(actor)sが登録コードを交付しました"),
        "passkey.enrolled": _("%(actor)sが登録コードで最初のパスキーを登録しました"),
        "passkey.added": _("%(actor)sがデジタルIDのパスキーを追加しました"),
        "passkey.revoked": _("%(actor)sがデジタルIDのパスキーを無効にしました"),
        "passkey.refused": _("%(actor)sのパスキーに不審な点があり、サインインを拒否しました"),
        "resident.signed_in": _("%(actor)sがデジタルIDでサインインしました"),
        "resident.signed_out": _("%(actor)sがデジタルIDからサインアウトしました"),
        "resident.sessions_ended": _("%(actor)sがデジタルIDでサインイン中のほかの端末をサインアウトしました"),
        "signing_key.created": _("%(actor)sがデジタルIDの署名鍵を作成しました"),
        "signing_key.retired": _("%(actor)sがデジタルIDの署名鍵を緊急に廃止しました"),
        "signing_key.reencrypted": _("%(actor)sがデジタルIDの署名鍵を暗号化し直しました"),
        "authorization.given": _("%(actor)sがサービスにサインインしました"),
        "authorization.ended": _("%(actor)sに与えたサインインの許可が終了しました"),
        "token.ended": _("%(actor)sがアクセストークンを返却しました"),
        "consent.given": _("%(actor)sが情報の提供に同意しました"),
        "consent.withdrawn": _("%(actor)sが同意を撤回しました"),
    }
)


def unnamed(one: Any) -> str:
    """Residents are never named in the log."""
    return str(one.pk)[-targets.SHORT :]


targets.register("identity.citizen", _("住民"), unnamed)
targets.register("identity.proofing", _("本人確認"), unnamed)
targets.register("identity.enrolmentcode", _("登録コード"), unnamed)
targets.register("identity.signingkey", _("署名鍵"), lambda one: one.kid)
