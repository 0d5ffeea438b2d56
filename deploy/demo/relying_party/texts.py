"""The services' words in both languages: what all of them say, and what each says by itself."""

from typing import Final

COMMON: Final[dict[str, dict[str, str]]] = {
    "ja": {
        "sign_in": "デジタルIDでサインイン",
        "not_ready": "ただいま準備中です",
        "not_ready_text": (
            "このサービスはまだ共同プラットフォームに登録されていません。しばらくしてから、もう一度開いてください。"
        ),
        "received": "受け取った情報",
        "again": "もう一度利用する",
        "current": "最新の情報を確認しました。",
        "refused": "情報の提供が断られました",
        "denied": "サインインできませんでした",
        "denied_text": "デジタルIDがこのサービスからの要求を受け付けませんでした。もう一度お試しください。",
        "declined": "情報を受け取りませんでした",
        "stale": "この画面は古くなっています",
        "stale_text": (
            "サインインの途中でブラウザの「戻る」を使ったか、時間が経ちすぎました。もう一度サインインしてください。"
        ),
        "code": "お問い合わせ用の記号:",
        "unreachable": "デジタルIDに接続できません",
        "unreachable_text": "しばらく待ってから、もう一度お試しください。",
        "sign_out": "サインアウト",
        "home": "はじめに戻る",
        "others": "ほかの架空のサービス",
        "bound": "受け取った許可はこのサービスの鍵に結び付いていて、ほかでは使えません(DPoP)。",
    },
    "en": {
        "sign_in": "Sign in with your digital ID",
        "not_ready": "Not ready yet",
        "not_ready_text": (
            "This service has not been registered with the shared platform yet. Please try again in a moment."
        ),
        "received": "What we received",
        "again": "Use again",
        "current": "The information is up to date.",
        "refused": "The information was refused",
        "denied": "You were not signed in",
        "denied_text": "The digital ID did not accept this service's request. Please try again.",
        "declined": "We received nothing",
        "stale": "This page is out of date",
        "stale_text": (
            "You went back in the browser during sign-in, or too much time has passed. Please sign in again."
        ),
        "code": "For support:",
        "unreachable": "The digital ID cannot be reached",
        "unreachable_text": "Please wait a moment and try again.",
        "sign_out": "Sign out",
        "home": "Back to start",
        "others": "Other fictional services",
        "bound": "What we were allowed is bound to this service's key and of no use elsewhere (DPoP).",
    },
}
TEXTS: Final[dict[str, dict[str, dict[str, str]]]] = {
    "ja": {
        "transport": {
            "name": "まちなか交通割引",
            "fictional": "架空のデモサービスです。実在の事業者とは関係がありません。",
            "lead": "お住まいと年齢に応じて、バスと電車の運賃を割り引きます。",
            "what": (
                "確認するのは「住んでいる市区町村」、「65歳以上かどうか」、「運賃助成の対象かどうか」だけです。"
                "氏名・住所・生年月日は受け取りません。"
            ),
            "result": "適用される割引",
            "received_text": (
                "このサービスが受け取ったのは、次の情報がすべてです。sub は交通分野でだけ使う仮の番号です。"
            ),
            "again_text": "最新の情報を問い合わせます。同意を撤回していると、ここで断られます。",
            "refused_text": (
                "同意が撤回されたか、サインインの有効期間が過ぎました。割引は適用されません。もう一度利用するには、"
                "サインインして同意してください。"
            ),
            "declined_text": (
                "情報の提供に同意しなかったため、割引は適用していません。何も記録していません。利用するときは、"
                "もう一度サインインしてください。"
            ),
            "discount": "割引",
            "applies": "適用",
            "yes": "対象です",
            "no": "対象ではありません",
            "subsidised": "運賃助成(7割引)",
            "senior": "シニア割引(5割引)",
            "citizen": "市民割引(2割引)",
            "resident_of": "団体コード",
            "fare": "運賃 220円の区間の支払額",
            "yen": "円",
        },
        "medical": {
            "name": "架空総合病院 予約受付",
            "fictional": "架空のデモサービスです。実在の医療機関とは関係がありません。",
            "lead": "診察の予約と受付を、診察券なしで行えます。",
            "what": (
                "確認するのは「氏名」「生年月日」「性別」だけです。住所と保険の番号は受け取りません。"
                "利用のたびに、あなたの同意を確認します。"
            ),
            "result": "受付票",
            "person": "氏名",
            "birth_date": "生年月日",
            "sex": "性別",
            "female": "女",
            "male": "男",
            "unstated": "記載なし",
            "reception": "内科の外来で受け付けました。番号が表示されるまで待合室でお待ちください。",
            "received_text": (
                "このサービスが受け取ったのは、次の情報がすべてです。sub は医療分野でだけ使う仮の番号で、"
                "カルテとの照合に使います。"
            ),
            "again_text": "最新の情報を問い合わせます。同意を撤回していると、ここで断られます。",
            "refused_text": (
                "同意が撤回されたか、サインインの有効期間が過ぎました。もう一度利用するには、サインインして同意してください。"
            ),
            "declined_text": (
                "情報の提供に同意しなかったため、受付をしていません。何も記録していません。利用するときは、"
                "もう一度サインインしてください。"
            ),
        },
        "administrative": {
            "name": "架空市 電子申請",
            "fictional": "架空のデモサービスです。実在の自治体とは関係がありません。",
            "lead": "住民票の写しの交付などを、窓口に行かずに申請できます。",
            "what": (
                "確認するのは「氏名」「住所」「生年月日」「住んでいる市区町村」です。申請書に書き込み、"
                "入力の手間を省きます。"
            ),
            "result": "申請書(住民票の写しの交付)",
            "person": "氏名",
            "birth_date": "生年月日",
            "address": "住所",
            "resident_of": "団体コード",
            "prefilled": "次の内容を書き込みました。申請はまだ送っていません。",
            "received_text": (
                "このサービスが受け取ったのは、次の情報がすべてです。sub は行政分野でだけ使う仮の番号です。"
            ),
            "again_text": "最新の情報を問い合わせます。同意を撤回していると、ここで断られます。",
            "refused_text": (
                "同意が撤回されたか、サインインの有効期間が過ぎました。もう一度利用するには、サインインして同意してください。"
            ),
            "declined_text": (
                "情報の提供に同意しなかったため、申請書を作成していません。何も記録していません。利用するときは、"
                "もう一度サインインしてください。"
            ),
        },
    },
    "en": {
        "transport": {
            "name": "Town Transport Discount",
            "fictional": "A fictional demo service, not connected with any real company.",
            "lead": "Lower bus and train fares, depending on where you live and how old you are.",
            "what": (
                "We check your municipality, whether you are 65 or over, and whether it supports your fares."
                " We never receive your name, address or date of birth."
            ),
            "result": "Your discounts",
            "received_text": (
                "This is everything we received. sub is a pseudonym that is used for transport services only."
            ),
            "again_text": (
                "Asks for current information. If you have withdrawn your consent, it is refused here."
            ),
            "refused_text": (
                "Your consent was withdrawn, or your sign-in has expired. No discount applies. To use "
                "the service again, sign in and consent."
            ),
            "declined_text": (
                "You did not consent, so no discount applies and nothing was recorded. To use the service,"
                " sign in again."
            ),
            "discount": "Discount",
            "applies": "Applies",
            "yes": "Yes",
            "no": "No",
            "subsidised": "Fare support (70% off)",
            "senior": "Senior discount (50% off)",
            "citizen": "Residents' discount (20% off)",
            "resident_of": "municipality code",
            "fare": "You pay, where the fare is 220 yen",
            "yen": " yen",
        },
        "medical": {
            "name": "Kakū General Hospital",
            "fictional": "A fictional demo service, not connected with any real hospital.",
            "lead": "Book and check in for an appointment without a patient card.",
            "what": (
                "We check your name, date of birth and sex. We never receive your address or any insurance "
                "number. We ask for your consent at each use."
            ),
            "result": "Check-in slip",
            "person": "Name",
            "birth_date": "Date of birth",
            "sex": "Sex",
            "female": "Female",
            "male": "Male",
            "unstated": "Not stated",
            "reception": "You are checked in at internal medicine. Please wait until your number is shown.",
            "received_text": (
                "This is everything we received. sub is a pseudonym that is used for medical services "
                "only; it finds your record."
            ),
            "again_text": (
                "Asks for current information. If you have withdrawn your consent, it is refused here."
            ),
            "refused_text": (
                "Your consent was withdrawn, or your sign-in has expired. To use the service again,"
                " sign in and consent."
            ),
            "declined_text": (
                "You did not consent, so you are not checked in and nothing was recorded. To use the "
                "service, sign in again."
            ),
        },
        "administrative": {
            "name": "Kakū City Online Applications",
            "fictional": "A fictional demo service, not connected with any real municipality.",
            "lead": "Apply for a copy of your resident record, and more, without a visit.",
            "what": (
                "We check your name, address, date of birth and municipality, and fill in the form for you."
            ),
            "result": "Application (copy of the resident record)",
            "person": "Name",
            "birth_date": "Date of birth",
            "address": "Address",
            "resident_of": "Municipality code",
            "prefilled": "We filled in the following. Nothing has been sent yet.",
            "received_text": (
                "This is everything we received. sub is a pseudonym that is used for administrative "
                "services only."
            ),
            "again_text": (
                "Asks for current information. If you have withdrawn your consent, it is refused here."
            ),
            "refused_text": (
                "Your consent was withdrawn, or your sign-in has expired. To use the service again,"
                " sign in and consent."
            ),
            "declined_text": (
                "You did not consent, so no form was made and nothing was recorded. To use the service,"
                " sign in again."
            ),
        },
    },
}
"""By language, then by sector."""
