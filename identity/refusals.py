"""What somebody is told whose proofing was refused: what to do, and never whether anybody is enrolled."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from identity.domain.proofing import ProofingRefused

_COUNTER: Final = _(
    "この方法では登録を続けられません。マイナンバーカードなどの本人確認書類を持って、住んでいる市区町村の窓口へお越しください。"
)
_MESSAGES: Final[dict[str, StrPromise]] = {
    "off": _("この方法による本人確認は、現在、受け付けていません。窓口で登録できます。"),
    "challenge": _("本人確認の有効期限が切れたか、既に使用されています。はじめからやり直してください。"),
    "certificate": _("カードの電子証明書を読み取れませんでした。カードを読み取り直してください。"),
    "attributes": _("カードの電子証明書から氏名、住所などを読み取れません。窓口で登録してください。"),
    "my_number": _("個人番号(マイナンバー)を含む情報は受け取れません。署名用電子証明書を使用してください。"),
    "untrusted": _("この電子証明書は、信頼できる認証局が発行したものではありません。"),
    "purpose": _(
        "署名用電子証明書ではありません。署名用電子証明書を選び、6文字以上の暗証番号を入力してください。"
    ),
    "expired": _("電子証明書の有効期限が切れています。市区町村の窓口で更新してから、やり直してください。"),
    "not_yet_valid": _("電子証明書の有効期間がまだ始まっていません。日付を確かめてください。"),
    "revoked": _("この電子証明書は失効しています。市区町村の窓口で新しい証明書の発行を受けてください。"),
    "signature": _("カードの署名を確認できませんでした。カードを読み取り直してください。"),
    "unavailable": _(
        "電子証明書の有効性を確認するサーバーに接続できません。しばらくしてからやり直してください。"
    ),
    "upstream": _("アプリによる本人確認の結果を確認できませんでした。はじめからやり直してください。"),
    "level": _(
        "アプリで行われた本人確認の方法では登録できません。カードを読み取る方法でやり直してください。"
    ),
    "counter": _COUNTER,
}


def message(refused: ProofingRefused | str) -> StrPromise:
    return _MESSAGES.get(refused if isinstance(refused, str) else refused.code, _COUNTER)
