"""What the demo prints when it is up: where to go, and as whom."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

from deploy.demo.codes import seconds_left, totp
from deploy.demo.facts import MAEBASHI, TAKASAKI
from deploy.demo.state import DemoState, Record

ROLES = {
    "secretary": "事務局員 secretary",
    "administrator": "管理者 administrator",
    "editor": "起案者 editor",
    "approver": "決裁者 approver",
    "counter": "窓口担当 counter clerk",
}
WIDTH = 26
SCRIPTS_ONLY = "操作は自動のみ: 鍵は demo.json / for scripts only: its software passkey is in demo.json"
ENROLLED = "登録済み / has enrolled with a passkey of yours"
Chosen = Callable[[Record], bool]


def summary(state: DemoState, *, once: bool = False) -> str:
    """once: the demo stops right after this."""
    parts = [
        places(state),
        group(state, f"事務局 Secretariat  {state.base_url}/secretariat/", is_secretary),
        *(
            group(state, f"{one.name} {one.romaji}  {state.base_url}/m/{one.code}/", works_for(one.code))
            for one in (MAEBASHI, TAKASAKI)
        ),
        residents(state),
        closing(state, once),
    ]
    return "\n".join(line for part in parts for line in ("", *part))


def places(state: DemoState) -> list[str]:
    return [
        f"  ポータル (職員)    Portal (staff)        {state.base_url}",
        f"  デジタルID (住民)  Identity (residents)  {state.issuer}",
        f"  連携サービス 交通  Service: transport    {state.relying_party_url}",
        f"  連携サービス 医療  Service: medical      {state.relying_party_url}/medical/",
        f"  連携サービス 行政  Service: municipal    {state.relying_party_url}/administrative/",
        f"  サービス開発の手引き  Guide for services  {state.base_url}/developers/services/sign-in/",
        f"  データと記録       Data and logs         {state.folder}",
    ]


def is_secretary(account: Record) -> bool:
    return account.get("kind") == "secretariat"


def works_for(code: str) -> Chosen:
    return lambda account: account.get("kind") == "staff" and account.get("municipality") == code


def group(state: DemoState, title: str, belongs: Chosen) -> list[str]:
    return [f"  {title}", *people(account for account in state.accounts if belongs(account))]


def people(accounts: Iterable[Record]) -> list[str]:
    return [line for account in accounts for line in person(account)]


def person(account: Record) -> list[str]:
    role = ROLES.get(str(account.get("role")), str(account.get("role")))
    if account.get("passkey"):
        return [f"    {role}: {account['email']}  ({SCRIPTS_ONLY})"]
    lines = [f"    {role}: {account['email']}  password: {account['password']}"]
    if secret := account.get("totp_secret"):
        lines += [f"      {line}" for line in second_factor(str(account["email"]), str(secret))]
    return lines


def second_factor(email: str, secret: str) -> list[str]:
    uri = f"otpauth://totp/{quote(email)}?secret={secret}&issuer=demo"
    return [
        f"認証アプリ authenticator app: {uri}",
        f"現在のコード code now: {totp(secret)} ({seconds_left()} s)",
    ]


def residents(state: DemoState) -> list[str]:
    """A code on paper is for whoever tries the demo."""
    found = [account for account in state.accounts if account.get("kind") == "resident"]
    lines = [f"  住民 Residents  {state.issuer}/"]
    for account in found:
        if code := account.get("enrolment_code"):
            lines.append(f"    {account['name']}: 登録コード enrolment code {code} → {state.issuer}/enrol/")
            lines.append("      (ご自身のパスキーを登録できます / register a passkey of your own, once;")
            lines.append(
                "       使った後は、デモを起動し直すと次の1枚を発行 / used up? a restart issues another)"
            )
        else:
            lines.append(f"    {account['name']}: {SCRIPTS_ONLY if account.get('passkey') else ENROLLED}")
    return lines


def closing(state: DemoState, once: bool) -> list[str]:
    return [
        f"  すべてのアカウント・パスワード・鍵 All accounts, passwords, keys: {state.folder}/demo.json",
        f"  送信されたメール(招待、再設定など) Mails sent (invitations, resets): {state.folder}/mail/",
        f"  認証アプリのコード New codes: STATE='{state.folder}' .venv/bin/python -m deploy.demo.codes",
        "  架空のデモデータです。 All data is fictional.",
        *([] if once else ["  Ctrl-C で停止します。 Ctrl-C stops everything."]),
    ]
