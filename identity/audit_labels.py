"""How the log of operations words what happens here, and names its targets."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from consortium.audit import targets

LABELS: Final[dict[str, StrPromise]] = {
    "citizen.registered": _("%(actor)sが窓口で住民を登録しました"),
    "citizen.viewed": _("%(actor)sが住民の登録情報を閲覧しました"),
    "citizen.suspended": _("%(actor)sがデジタルIDを一時停止しました"),
    "citizen.resumed": _("%(actor)sがデジタルIDの一時停止を解除しました"),
    "citizen.closed": _("%(actor)sがデジタルIDを廃止しました"),
    "citizen.registration_refused": _("%(actor)sによる窓口での登録を、重複のため受け付けませんでした"),
    "proofing.repeated": _("%(actor)sが窓口で本人確認をやり直しました"),
    "proofing.confirmed": _("%(actor)sが本人確認を完了しました"),
    "proofing.declined": _("%(actor)sが窓口での登録を取り消しました"),
    "proofing.started": _("デジタルIDの本人確認が始まりました"),
    "proofing.answered": _("デジタルIDの本人確認に回答がありました"),
    "proofing.refused": _("デジタルIDの本人確認を拒否しました"),
    "proofing.proved": _("%(actor)sがカードまたはアプリで本人確認を行いました"),
    "proofing.digits_refused": _("本人確認の確認番号が一致しませんでした"),
    "proofing.taken": _("本人確認の確認番号を照合しました"),
    "enrolment_code.issued": _("%(actor)sが登録コードを交付しました"),
    "passkey.enrolled": _("%(actor)sが登録コードで最初のパスキーを登録しました"),
    "passkey.added": _("%(actor)sがデジタルIDのパスキーを追加しました"),
    "passkey.revoked": _("%(actor)sがデジタルIDのパスキーを無効にしました"),
    "passkey.refused": _("%(actor)sのパスキーに不審な点があり、サインインを拒否しました"),
    "hotline.identified": _("%(actor)sが端末の紛失の電話を受け、本人であることを確かめました"),
    "credentials.replaced": _("%(actor)sの前の端末とパスキーを、再登録により無効にしました"),
    "device.allowed": _("%(actor)sがデジタルIDの端末の追加を許可しました"),
    "device.requested": _("%(actor)sがデジタルIDの端末の登録を申請しました"),
    "device.certified": _("%(actor)sがデジタルIDの端末の電子証明書を発行しました"),
    "device.refused": _("%(actor)sによる端末の操作を拒否しました"),
    "device.suspended": _("%(actor)sがデジタルIDの端末を一時停止しました"),
    "device.resumed": _("%(actor)sがデジタルIDの端末の一時停止を解除しました"),
    "device.revoked": _("%(actor)sがデジタルIDの端末を無効にしました"),
    "device.confirmed": _("%(actor)sが端末でサインインを確認しました"),
    "device.sign_in_refused": _("%(actor)sの端末でのサインインの確認を取りやめました"),
    "certificate_list.issued": _("%(actor)sが端末の電子証明書の失効リストを発行しました"),
    "ocsp_responder.appointed": _("%(actor)sが証明書の状態に答える鍵を発行しました"),
    "signature.requested": _("%(actor)sが住民に署名を依頼しました"),
    "signature.declined": _("%(actor)sが署名を辞退しました"),
    "document.signed": _("%(actor)sが文書に署名しました"),
    "resident.signed_in": _("%(actor)sがデジタルIDでサインインしました"),
    "resident.signed_out": _("%(actor)sがデジタルIDからサインアウトしました"),
    "resident.sessions_ended": _("%(actor)sがデジタルIDでサインイン中のほかの端末をサインアウトしました"),
    "resident.data_exported": _("%(actor)sが自分の情報をファイルで受け取りました"),
    "resident.access_ended": _("%(actor)sの操作によりデジタルIDのサインインと利用許可が終了しました"),
    "signing_key.created": _("%(actor)sがデジタルIDの署名鍵を作成しました"),
    "signing_key.retired": _("%(actor)sがデジタルIDの署名鍵を緊急に廃止しました"),
    "signing_key.reencrypted": _("%(actor)sがデジタルIDの署名鍵を暗号化し直しました"),
    "authorization.given": _("%(actor)sがサービスにサインインしました"),
    "authorization.ended": _("%(actor)sに与えたサインインの許可が終了しました"),
    "token.ended": _("%(actor)sがアクセストークンを返却しました"),
    "consent.given": _("%(actor)sが情報の提供に同意しました"),
    "consent.withdrawn": _("%(actor)sが同意を撤回しました"),
    "consent.requested": _("%(actor)sが住民に同意を依頼しました"),
    "consent.request_delivered": _("%(actor)sが同意の依頼を住民に届けました"),
    "consent.request_answered": _("%(actor)sが同意の依頼に答えました"),
    "consent.purposes_asked": _("%(actor)sが、変わった利用目的への同意を住民に依頼しました"),
    "disclosure_root.published": _("%(actor)sが情報提供の記録の値を公開しました"),
    "contact.asked": _("%(actor)sがお知らせのメールアドレスの確認を求めました"),
    "contact.confirmed": _("%(actor)sがお知らせのメールアドレスを登録しました"),
    "contact.removed": _("%(actor)sがお知らせのメールアドレスを削除しました"),
    "consent.narrowed": _("%(actor)sが同意の一部を撤回しました"),
    "consent.approved": _("%(actor)sが1回分の情報の提供を認めました"),
    "attestation.prepared": _("%(actor)sが資格の証明を準備しました"),
    "attestation.checked": _("%(actor)sが資格の証明の対象者を照合しました"),
    "attestation.confirmed": _("%(actor)sが資格の証明を確認しました"),
    "attestation.declined": _("%(actor)sが資格の証明を取りやめました"),
    "attestation.issued": _("%(actor)sが資格の証明を発行しました"),
    "attestation.revocation_asked": _("%(actor)sが資格の証明の取消しを申し出ました"),
    "attestation.revoked": _("%(actor)sが資格の証明の取消しを確認しました"),
    "attestation.revocation_withdrawn": _("%(actor)sが資格の証明の取消しを取りやめました"),
    "fields.reencrypted": _("%(actor)sが住民の情報を暗号化し直しました"),
    "handover.issued": _("%(actor)sが手続用のコードを発行しました"),
    "life_event.prepared": _("%(actor)sが住民の異動を記録しました"),
    "life_event.confirmed": _("%(actor)sが住民の異動を確認しました"),
    "life_event.declined": _("%(actor)sが住民の異動の記録を取りやめました"),
    "delegation.given": _("%(actor)sが代理人を指定しました"),
    "delegation.accepted": _("%(actor)sが代理を承諾しました"),
    "delegation.ended": _("%(actor)sが代理を終了しました"),
    "guardianship.recorded": _("%(actor)sが法定代理を記録しました"),
    "guardianship.confirmed": _("%(actor)sが法定代理を確認しました"),
    "guardianship.ended": _("%(actor)sが法定代理を終了しました"),
}


def unnamed(one: Any) -> str:
    """Residents are never named in the log."""
    return str(one.pk)[-targets.SHORT :]


TARGETS: Final[tuple[tuple[str, StrPromise, Callable[[Any], str]], ...]] = (
    ("identity.citizen", _("住民"), unnamed),
    ("identity.proofingattempt", _("本人確認の試行"), unnamed),
    ("identity.proofing", _("本人確認"), unnamed),
    ("identity.enrolmentcode", _("登録コード"), unnamed),
    ("identity.attestationbatch", _("資格の証明"), lambda one: one.title),
    ("identity.devicecertificate", _("端末"), unnamed),
    ("identity.ocspresponder", _("証明書の状態に答える鍵"), unnamed),
    ("identity.signaturerequest", _("署名の依頼"), unnamed),
    ("identity.signature", _("署名"), unnamed),
    ("identity.dailyroot", _("情報提供の記録の値"), lambda one: str(one.day)),
    ("identity.lifeevent", _("住民の異動"), unnamed),
    ("identity.delegation", _("代理"), unnamed),
    ("identity.signingkey", _("署名鍵"), lambda one: one.kid),
)
"""Model, what it is called, and how one of it is called."""
