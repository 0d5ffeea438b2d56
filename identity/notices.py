"""What residents are told, and the writing of it in the transaction of what happened."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from consortium.notifications.kinds import Category, Kind

from .models import ResidentNotice

ACCESS: Final = Category("resident_access", _("あなたの情報の取扱い"), "", fixed=True)
SIGN_IN: Final = Category("resident_sign_in", _("サインイン"), "", fixed=True)
CONSENT: Final = Category("resident_consent", _("同意"), "", fixed=True)

VIEWED: Final = Kind(
    key="citizen.viewed",
    category=ACCESS,
    label=_("登録情報の閲覧"),
    sentence=_("%(municipality)sの職員が、窓口の手続であなたの登録情報を閲覧しました。"),
    url="identity:uses",
)
PROOFED_AGAIN: Final = Kind(
    key="proofing.again",
    category=SIGN_IN,
    label=_("本人確認のやり直し"),
    sentence=_(
        "本人確認がもう一度行われ、新しい登録コードが発行されました。心当たりがない場合は、すぐに窓口へ連絡してください。"
    ),
    url="identity:passkeys",
)
CODE_REISSUED: Final = Kind(
    key="enrolment_code.reissued",
    category=SIGN_IN,
    label=_("登録コードの再交付"),
    sentence=_(
        "窓口で、あなたの新しい登録コードが交付されました。心当たりがない場合は、すぐに窓口へ連絡してください。"
    ),
    url="identity:passkeys",
)
PASSKEY_ADDED: Final = Kind(
    key="passkey.added",
    category=SIGN_IN,
    label=_("パスキーの追加"),
    sentence=_("パスキー「%(name)s」が追加されました。心当たりがない場合は、無効にしてください。"),
    url="identity:passkeys",
)
PASSKEY_REVOKED: Final = Kind(
    key="passkey.revoked",
    category=SIGN_IN,
    label=_("パスキーの無効化"),
    sentence=_("パスキー「%(name)s」を無効にしました。"),
    url="identity:passkeys",
)
PASSKEY_REFUSED: Final = Kind(
    key="passkey.refused",
    category=SIGN_IN,
    label=_("不審なサインイン"),
    sentence=_(
        "パスキー「%(name)s」による不審なサインインを拒否しました。心当たりがない場合は、無効にしてください。"
    ),
    url="identity:passkeys",
)
CONSENT_EXPIRING: Final = Kind(
    key="consent.expiring",
    category=CONSENT,
    label=_("同意の期限"),
    sentence=_("「%(recipient)s」への同意の期限が近づいています。期限の後は、情報は提供されません。"),
    url="identity:consent",
)
ID_SUSPENDED: Final = Kind(
    key="citizen.suspended",
    category=SIGN_IN,
    label=_("デジタルIDの一時停止"),
    sentence=_("デジタルIDが一時停止され、すべてのサインインが終了しました。"),
    url="identity:me",
)
ID_RESUMED: Final = Kind(
    key="citizen.resumed",
    category=SIGN_IN,
    label=_("デジタルIDの再開"),
    sentence=_("デジタルIDの一時停止が終わりました。覚えのない端末がないか確かめてください。"),
    url="identity:passkeys",
)
ID_CLOSED: Final = Kind(
    key="citizen.closed",
    category=SIGN_IN,
    label=_("デジタルIDの廃止"),
    sentence=_("デジタルIDが廃止されました。"),
    url="identity:me",
)
ATTESTED: Final = Kind(
    key="attestation.issued",
    category=ACCESS,
    label=_("資格の証明"),
    sentence=_("あなたの資格が証明されました。提供に同意したサービスだけが受け取ります。"),
    url="identity:profile",
)
ATTESTATION_REVOKED: Final = Kind(
    key="attestation.revoked",
    category=ACCESS,
    label=_("資格の証明の取消し"),
    sentence=_(
        "あなたの資格の証明が取り消されました。お心当たりがないときは、お住まいの自治体に問い合わせてください。"
    ),
    url="identity:profile",
)
DATA_EXPORTED: Final = Kind(
    key="data.exported",
    category=ACCESS,
    label=_("情報の受取り"),
    sentence=_(
        "記録しているあなたの情報を、ファイルで受け取りました。心当たりがない場合は、サインイン中の端末を確かめてください。"
    ),
    url="identity:my_id",
)
CONSENT_REQUESTED: Final = Kind(
    key="consent.requested",
    category=CONSENT,
    label=_("同意の依頼"),
    sentence=_("「%(recipient)s」から、情報の提供に同意するかどうかの依頼が届いています。"),
    url="identity:request",
)
DEVICE_ADDED: Final = Kind(
    key="device.certified",
    category=SIGN_IN,
    label=_("端末の登録"),
    sentence=_("端末が登録されました。心当たりがない場合は、すぐに無効にしてください。"),
    url="identity:devices",
)
DEVICE_SUSPENDED: Final = Kind(
    key="device.suspended",
    category=SIGN_IN,
    label=_("端末の一時停止"),
    sentence=_("端末が一時停止され、サインインが終了しました。"),
    url="identity:devices",
)
DEVICE_RESUMED: Final = Kind(
    key="device.resumed",
    category=SIGN_IN,
    label=_("端末の再開"),
    sentence=_("一時停止していた端末が、また使えるようになりました。"),
    url="identity:devices",
)
DEVICE_REVOKED: Final = Kind(
    key="device.revoked",
    category=SIGN_IN,
    label=_("端末の無効化"),
    sentence=_("端末が無効になり、サインインが終了しました。"),
    url="identity:devices",
)
DEVICE_REFUSED: Final = Kind(
    key="device.sign_in_refused",
    category=SIGN_IN,
    label=_("不審なサインイン"),
    sentence=_(
        "端末でのサインインの確認が取りやめられました。心当たりがない場合は、端末を確かめてください。"
    ),
    url="identity:devices",
)
CALLED: Final = Kind(
    key="hotline.identified",
    category=SIGN_IN,
    label=_("電話での受付"),
    sentence=_("端末をなくしたという電話を受け付けました。心当たりがない場合は、窓口に知らせてください。"),
    url="identity:devices",
)
CALL_REFUSED: Final = Kind(
    key="hotline.refused",
    category=SIGN_IN,
    label=_("電話での受付ができませんでした"),
    sentence=_(
        "あなたの端末をなくしたという電話がありましたが、本人であることを確かめられなかったため、"
        "受け付けませんでした。"
    ),
    url="identity:devices",
)
CREDENTIALS_REPLACED: Final = Kind(
    key="credentials.replaced",
    category=SIGN_IN,
    label=_("端末とパスキーの入替え"),
    sentence=_("新しい本人確認により登録し直したため、前の端末とパスキーは使えなくなりました。"),
    url="identity:devices",
)
SIGNATURE_ASKED: Final = Kind(
    key="signature.requested",
    category=SIGN_IN,
    label=_("署名の依頼"),
    sentence=_("「%(recipient)s」から署名の依頼があります。内容を確かめてください。"),
    url="identity:signatures",
)
MOVED: Final = Kind(
    key="life_event.moved",
    category=ACCESS,
    label=_("転入の記録"),
    sentence=_("転入の手続が完了しました。前の自治体の職員は、あなたの登録情報を見られなくなりました。"),
    url="identity:profile",
)
LEFT: Final = Kind(
    key="life_event.left",
    category=ACCESS,
    label=_("転出の記録"),
    sentence=_("転出の手続が完了しました。転入先の窓口で転入の手続をしてください。"),
    url="identity:profile",
)
RECORD_CHANGED: Final = Kind(
    key="life_event.changed",
    category=ACCESS,
    label=_("登録情報の変更"),
    sentence=_("窓口の手続で、あなたの登録情報が変更されました。"),
    url="identity:profile",
)
DELEGATION_ACCEPTED: Final = Kind(
    key="delegation.accepted",
    category=ACCESS,
    label=_("代理人の承諾"),
    sentence=_("指定した代理人が承諾しました。いつでも取り消せます。"),
    url="identity:delegates",
)
DELEGATION_RECORDED: Final = Kind(
    key="delegation.recorded",
    category=ACCESS,
    label=_("法定代理の登録"),
    sentence=_("窓口で、あなたの法定代理人が登録されました。"),
    url="identity:delegates",
)
DELEGATION_ENDED: Final = Kind(
    key="delegation.ended",
    category=ACCESS,
    label=_("代理の終了"),
    sentence=_("代理が終了しました。"),
    url="identity:delegates",
)
DELEGATE_ACTED: Final = Kind(
    key="delegation.acted",
    category=ACCESS,
    label=_("代理人の手続"),
    sentence=_("代理人が、あなたに代わって「%(recipient)s」についての手続を行いました。"),
    url="identity:delegates",
)
INQUIRY_ANSWERED: Final = Kind(
    key="inquiry.answered",
    category=ACCESS,
    label=_("お問い合わせへの回答"),
    sentence=_("お問い合わせに回答がありました。"),
    url="identity:inquiry",
)
KINDS: Final = {
    kind.key: kind
    for kind in (
        VIEWED,
        PROOFED_AGAIN,
        CODE_REISSUED,
        PASSKEY_ADDED,
        PASSKEY_REVOKED,
        PASSKEY_REFUSED,
        CONSENT_EXPIRING,
        CONSENT_REQUESTED,
        ID_SUSPENDED,
        ID_RESUMED,
        ID_CLOSED,
        ATTESTED,
        ATTESTATION_REVOKED,
        DATA_EXPORTED,
        CALLED,
        CALL_REFUSED,
        DEVICE_ADDED,
        DEVICE_SUSPENDED,
        DEVICE_RESUMED,
        DEVICE_REVOKED,
        DEVICE_REFUSED,
        CREDENTIALS_REPLACED,
        SIGNATURE_ASKED,
        MOVED,
        LEFT,
        RECORD_CHANGED,
        DELEGATION_ACCEPTED,
        DELEGATION_RECORDED,
        DELEGATION_ENDED,
        DELEGATE_ACTED,
        INQUIRY_ANSWERED,
    )
}
"""Not among those of the staff: residents have no channels to choose from."""


def tell(
    citizen_id: UUID | None,
    kind: Kind,
    *,
    values: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> None:
    """In the open context: her own, that of the municipality she lives in, or the worker's."""
    tell_many([notice(citizen_id, kind, values, target, once)] if citizen_id else [])


def notice(
    citizen_id: UUID,
    kind: Kind,
    values: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
    once: str | None = None,
) -> ResidentNotice:
    """Not stored yet. Raises KeyError for a value that the kind's sentence needs."""
    kind.text(values or {})
    return ResidentNotice(
        citizen_id=citizen_id, kind=kind.key, values=dict(values or {}), target=dict(target or {}), once=once
    )


def tell_many(notices: list[ResidentNotice]) -> None:
    ResidentNotice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=1_000)
