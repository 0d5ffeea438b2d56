"""The service's words in both languages."""

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "ja": {
        "name": "まちなか交通割引",
        "fictional": "架空のデモサービスです。実在の事業者とは関係がありません。",
        "lead": "お住まいと年齢に応じて、バスと電車の運賃を割り引きます。",
        "what": (
            "確認するのは「住んでいる市区町村」と「65歳以上かどうか」だけです。"
            "氏名・住所・生年月日は受け取りません。"
        ),
        "sign_in": "デジタルIDでサインイン",
        "not_ready": "ただいま準備中です",
        "not_ready_text": (
            "このサービスはまだ共同プラットフォームに登録されていません。しばらくしてから、"
            "もう一度開いてください。"
        ),
        "result": "適用される割引",
        "discount": "割引",
        "applies": "適用",
        "yes": "対象です",
        "no": "対象ではありません",
        "senior": "シニア割引(5割引)",
        "citizen": "市民割引(2割引)",
        "resident_of": "団体コード",
        "fare": "運賃 220円の区間の支払額",
        "yen": "円",
        "received": "受け取った情報",
        "received_text": (
            "このサービスが受け取ったのは、次の情報がすべてです。sub は交通分野でだけ使う仮の番号です。"
        ),
        "again": "もう一度利用する",
        "again_text": "最新の情報を問い合わせます。同意を撤回していると、ここで断られます。",
        "current": "最新の情報を確認しました。",
        "refused": "情報の提供が断られました",
        "refused_text": (
            "同意が撤回されたか、サインインの有効期間が過ぎました。割引は適用されません。"
            "もう一度利用するには、サインインして同意してください。"
        ),
        "denied": "サインインできませんでした",
        "denied_text": "デジタルIDがこのサービスからの要求を受け付けませんでした。もう一度お試しください。",
        "declined": "情報を受け取りませんでした",
        "declined_text": (
            "情報の提供に同意しなかったため、割引は適用していません。何も記録していません。"
            "利用するときは、もう一度サインインしてください。"
        ),
        "stale": "この画面は古くなっています",
        "stale_text": (
            "サインインの途中でブラウザの「戻る」を使ったか、時間が経ちすぎました。もう一度サインインしてください。"
        ),
        "code": "お問い合わせ用の記号:",
        "unreachable": "デジタルIDに接続できません",
        "unreachable_text": "しばらく待ってから、もう一度お試しください。",
        "sign_out": "サインアウト",
        "home": "はじめに戻る",
    },
    "en": {
        "name": "Town Transport Discount",
        "fictional": "A fictional demo service, not connected with any real company.",
        "lead": "Lower bus and train fares, depending on where you live and how old you are.",
        "what": (
            "We check your municipality and whether you are 65 or over. We never receive your name, "
            "address or date of birth."
        ),
        "sign_in": "Sign in with your digital ID",
        "not_ready": "Not ready yet",
        "not_ready_text": (
            "This service has not been registered with the shared platform yet. Please try again in a moment."
        ),
        "result": "Your discounts",
        "discount": "Discount",
        "applies": "Applies",
        "yes": "Yes",
        "no": "No",
        "senior": "Senior discount (50% off)",
        "citizen": "Residents' discount (20% off)",
        "resident_of": "municipality code",
        "fare": "You pay, where the fare is 220 yen",
        "yen": " yen",
        "received": "What we received",
        "received_text": (
            "This is everything we received. sub is a pseudonym that is used for transport services only."
        ),
        "again": "Use again",
        "again_text": (
            "Asks for current information. If you have withdrawn your consent, it is refused here."
        ),
        "current": "The information is up to date.",
        "refused": "The information was refused",
        "refused_text": (
            "Your consent was withdrawn, or your sign-in has expired. No discount applies. To use "
            "the service again, sign in and consent."
        ),
        "denied": "You were not signed in",
        "denied_text": "The digital ID did not accept this service's request. Please try again.",
        "declined": "We received nothing",
        "declined_text": (
            "You did not consent, so no discount applies and nothing was recorded. To use the service, "
            "sign in again."
        ),
        "stale": "This page is out of date",
        "stale_text": (
            "You went back in the browser during sign-in, or too much time has passed. Please sign in again."
        ),
        "code": "For support:",
        "unreachable": "The digital ID cannot be reached",
        "unreachable_text": "Please wait a moment and try again.",
        "sign_out": "Sign out",
        "home": "Back to start",
    },
}
