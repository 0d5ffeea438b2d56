"""Chapter 3, second half: from the counter to a service that gets two attributes and no more."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from deploy.cards.app import enrolment_code
from deploy.cards.pki import CardAuthority, Holder
from deploy.demo.authenticator import Authenticator, as_form_value
from deploy.demo.facts import MAEBASHI
from deploy.demo.state import DemoState, Record, Step, StepError

from .browser import Browser, Page
from .html import Form
from .people import PASSKEY, signed_in
from .servicing import PARTY
from .staffing import ATTESTER_1, ATTESTER_2, CLERK_1, CLERK_2

COUNTER = f"/m/{MAEBASHI.code}/counter/"
ATTESTATIONS = f"/m/{MAEBASHI.code}/attestations/"
SUPPORT = "高齢者・障害者等運賃助成"
PSEUDONYM = "同じ分野のサービスでだけ使う、あなたの仮の番号"
SHARED = {"住んでいる市区町村", "65歳以上かどうか", "運賃助成の対象かどうか", PSEUDONYM}
REFUSED = 401
CASE = "counter_case"
"""In an account of demo.json: the page of the counter about this resident."""


@dataclass(frozen=True)
class Resident:
    given_name: str
    kana: str
    birth_date: str
    sex: str
    over_65: bool
    test: bool = False
    """Nobody real, for services under test."""
    subsidised: bool = False
    """The municipality attests that it supports her fares."""

    @property
    def name(self) -> str:
        return f"架空 {self.given_name}"


HANAKO = Resident("花子", "かくう はなこ", "昭和30年4月1日", "female", True)
TARO = Resident("太郎", "かくう たろう", "平成2年5月5日", "male", False, subsidised=True)
MISAKI = Resident("美咲", "かくう みさき", "昭和63年5月17日", "female", False)
"""Enrols by a test card, hence at proofing level 3."""
MISAKIS_CARD = Holder("架空　美咲", date(1988, 5, 17), "female", "群馬県前橋市大手町二丁目１２番１号")
MIDORI = Resident("みどり", "かくう みどり", "昭和60年1月15日", "female", False)
"""She has her code on paper and no passkey yet: whoever tries the demo in a browser may be her."""
IROHA = Resident("いろは", "かくう いろは", "昭和58年7月7日", "female", False, test=True)
RESIDENTS = (HANAKO, TARO, MIDORI, IROHA)
NEXT = (
    Resident("葵", "かくう あおい", "平成3年3月3日", "female", False),
    Resident("楓", "かくう かえで", "昭和29年11月3日", "male", True),
    Resident("茜", "かくう あかね", "平成10年9月9日", "female", False),
    Resident("岳", "かくう がく", "昭和51年6月12日", "male", False),
)
"""Who comes to the counter at a later start, once the code of the one before is used up."""


def at_the_counter(state: DemoState) -> None:
    for person in RESIDENTS:
        state.once(f"recorded {person.name}", partial(record, state, person))
        if record_of(state, person) is None:
            state.accounts.append(new_record(person, *confirm(state)))
            state.save()


def record(state: DemoState, person: Resident) -> None:
    """The first clerk, looking at a document."""
    browser = signed_in(state, CLERK_1.email)
    page = browser.open(f"{COUNTER}new/")
    test: dict[str, Any] = {"test": "on"} if person.test else {}
    browser.submit(
        page,
        family_name="架空",
        given_name=person.given_name,
        kana=person.kana,
        birth_date=person.birth_date,
        sex=person.sex,
        address="群馬県前橋市架空町1番地",
        evidence="driving_licence",
        **test,
    )


def renew_code(state: DemoState) -> None:
    """A code that can be used: anew for who has not enrolled, else for the next person at the counter."""
    for person in (MIDORI, *NEXT):
        account = record_of(state, person)
        if account is None:
            record(state, person)
            state.accounts.append(new_record(person, *confirm(state)))
            break
        if CASE in account and (code := reissued(state, str(account[CASE]))):
            account["enrolment_code"] = code
            break
        account.pop("enrolment_code", None)
    state.save()


def reissued(state: DemoState, case: str) -> str:
    """Empty for who has enrolled already."""
    browser = signed_in(state, CLERK_2.email)
    page = open_case(browser, case)
    if not any("/code/" in form.attributes.get("action", "") for form in page.node.all("form")):
        return ""
    return code_on(browser.submit(page, page.find_form(action="/code/")))


def confirm(state: DemoState) -> tuple[str, str]:
    """The second clerk: the code that the slip shows, and the address of the case."""
    browser = signed_in(state, CLERK_2.email)
    page = browser.open(COUNTER)
    case = case_address(page)
    page = open_case(browser, case)
    if any(form for form in page.node.all("form") if "/confirm/" in form.attributes.get("action", "")):
        page = browser.submit(page, page.find_form(action="/confirm/"))
    return code_on(browser.submit(page, page.find_form(action="/code/"))), case


def open_case(browser: Browser, case: str) -> Page:
    """Staff say why they look before they see anything; for a while they are not asked again."""
    page = browser.open(case)
    return browser.submit(page, purpose="counter") if "/purpose/" in page.url else page


def code_on(slip: Page) -> str:
    for node in slip.node:
        if "data-code" in node.attributes:
            return node.text
    raise StepError(f"{slip} shows no code")


def case_address(page: Page) -> str:
    """The one who waits for the second clerk; else one who was confirmed, but whose code got lost."""
    links = [page.url + node.attributes["href"] for node in page.node.all("a") if _is_case(node.attributes)]
    if not links:
        raise StepError(f"{page} lists nobody who waits")
    return links[0]


def _is_case(attributes: dict[str, str]) -> bool:
    href = attributes.get("href", "")
    return href.count("-") == 4 and href.endswith("/") and not href.startswith(("/", "http"))


def new_record(person: Resident, code: str, case: str = "") -> Record:
    found: Record = {
        "kind": "resident",
        "municipality": MAEBASHI.code,
        "role": "resident",
        "name": person.name,
        "email": "",
        "password": "",
        "enrolment_code": code,
    }
    return found | {CASE: case} if case else found


def record_of(state: DemoState, person: Resident) -> Record | None:
    return next((account for account in state.accounts if account.get("name") == person.name), None)


def enrol(state: DemoState) -> None:
    for person in (HANAKO, TARO, IROHA):
        account = known(state, person)
        if not account.get(PASSKEY):
            enrol_one(state, person, account)


def by_card(state: DemoState) -> None:
    """No counter: her card answers the challenge, and what comes back registers her passkey."""
    if record_of(state, MISAKI) is None:
        card = CardAuthority.at(state.cards).card(MISAKIS_CARD, kind="rsa")
        try:
            code = enrolment_code(state.issuer, card, MISAKI.kana)
        except RuntimeError as error:
            raise StepError(f"The card was refused: {error}") from None
        state.accounts.append(new_record(MISAKI, code))
        state.save()
    account = known(state, MISAKI)
    if not account.get(PASSKEY):
        enrol_one(state, MISAKI, account)


def known(state: DemoState, person: Resident) -> Record:
    account = record_of(state, person)
    if account is None:
        raise StepError(f"{person.name} has not been at the counter")
    return account


def enrol_one(state: DemoState, person: Resident, account: Record) -> None:
    browser = Browser(state.issuer)
    page = browser.submit(browser.open("/enrol/"), code=str(account["enrolment_code"]))
    authenticator = Authenticator(state.issuer, counts=False)
    form = page.find_form("credential")
    credential = authenticator.create(options(form))
    page = browser.submit(page, form, name="デモ用の端末", credential=as_form_value(credential))
    _arrived(page, "/me/")
    state.sessions[person.name] = browser.session
    account[PASSKEY] = authenticator.to_dict()
    del account["enrolment_code"]
    state.save()


def options(form: Form) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(form.node.attributes["data-options"]))


def browser_of(state: DemoState, person: Resident) -> Browser:
    """Her browser, signed in at the identity surface."""
    if person.name in state.sessions:
        return Browser(state.issuer, state.sessions[person.name])
    browser = Browser(state.issuer)
    sign_in(browser, known(state, person), browser.open("/sign-in/"))
    state.sessions[person.name] = browser.session
    return browser


def sign_in(browser: Browser, account: Record, page: Page) -> Page:
    authenticator = Authenticator.from_dict(cast(dict[str, Any], account[PASSKEY]))
    form = page.find_form("credential")
    credential = authenticator.get(options(form))
    return browser.submit(page, form, credential=as_form_value(credential))


def _arrived(page: Page, path: str) -> Page:
    if urlsplit(page.url).path != path:
        raise StepError(f"Expected {path}, came {page}: {page.errors or page.main[:300]}")
    return page


def use_service(state: DemoState) -> None:
    """Not signed in before: the service sends her to the passkey, then to the consent screen, then back."""
    for person in (HANAKO, TARO):
        state.sessions.pop(person.name, None)
        browser = Browser(state.issuer)
        page = browser.open(state.relying_party_url)
        page = browser.open(page.link(path="/sign-in"))
        page = sign_in(browser, known(state, person), page)
        state.sessions[person.name] = browser.session
        check_result(consented(browser, page), person)
        check_own_pages(browser)


def consented(browser: Browser, page: Page, wanted: Collection[str] = SHARED) -> Page:
    """Agrees, after a look at what is asked; on a second run she has agreed already and is led back."""
    if "/oauth/" in urlsplit(page.url).path and page.node.all("form"):
        asked = shared(page)
        if asked != wanted:
            raise StepError(f"The consent screen names {sorted(asked)}, expected {sorted(wanted)}")
        page = browser.submit(page, page.find_form("decision"), decision="allow")
    if "/oauth/" in urlsplit(page.url).path:
        page = browser.open(page.link(path="/callback"))
    return page


def shared(page: Page) -> set[str]:
    for section in page.node.all("section"):
        if section.attributes.get("aria-labelledby") == "consent-what":
            return {node.text for node in section.all("li")}
    raise StepError(f"{page} does not say what would be shared")


def check_result(page: Page, person: Resident) -> None:
    _arrived(page, "/result")
    found = claims(page)
    wanted: dict[str, Any] = {"resident_of": MAEBASHI.code, "age_over_65": person.over_65}
    if person.subsidised:
        wanted["subsidised_fare"] = True
    if {name: found.get(name) for name in wanted} != wanted or set(found) - {*wanted, "sub"}:
        raise StepError(f"The service received {found}, expected {wanted} and sub")


def claims(page: Page) -> dict[str, Any]:
    names = [node.text for node in page.node.all("dt")]
    values = [json.loads(node.text) for node in page.node.all("dd")]
    return dict(zip(names, values, strict=True))


def check_own_pages(browser: Browser) -> None:
    browser.open("/me/").says(PARTY)
    browser.open("/me/uses/").says(PARTY).says("65歳以上かどうか")


def withdraw(state: DemoState) -> None:
    """花子 withdraws; the service's next call is refused. 太郎's consent goes on."""
    browser = browser_of(state, HANAKO)
    page = browser.open("/me/consents/")
    page = browser.open(page.link(PARTY))
    if "撤回済" not in page.main:
        page = browser.open(page.link(path="/withdraw/"))
        page = browser.submit(page, page.find_form(button="同意を撤回する")).says("撤回済")
    refused_now(state, browser)
    still_served(state)


def refused_now(state: DemoState, browser: Browser) -> None:
    page = browser.open(f"{state.relying_party_url}/result")
    if urlsplit(page.url).path == "/result":
        browser.submit(page, page.find_form(action="/use-again"), expect=REFUSED).says("断られました")


def still_served(state: DemoState) -> None:
    browser = browser_of(state, TARO)
    page = browser.open(f"{state.relying_party_url}/result")
    if urlsplit(page.url).path == "/result":
        check = browser.submit(page, page.find_form(action="/use-again"))
        check.says("最新の情報を確認しました")


def attest(state: DemoState) -> None:
    """The welfare section: one prepares, a colleague confirms."""
    state.once(f"attestation of {TARO.name} prepared", partial(prepare_attestation, state, TARO))
    state.once(f"attestation of {TARO.name} confirmed", partial(confirm_attestation, state))


def prepare_attestation(state: DemoState, person: Resident) -> None:
    browser, today = signed_in(state, ATTESTER_1.email), date.today()
    page = browser.open(f"{ATTESTATIONS}new/")
    page = browser.submit(
        page,
        page.find_form("attribute"),
        kana=person.kana,
        birth_date=person.birth_date,
        attribute="subsidised_fare",
        title=SUPPORT,
        **typed("starts_on", today),
        **typed("until", today + timedelta(days=365)),
    )
    page.says("別の職員による確認が必要です")


def typed(field: str, day: date) -> dict[str, Any]:
    return {f"{field}_year": str(day.year), f"{field}_month": str(day.month), f"{field}_day": str(day.day)}


def confirm_attestation(state: DemoState) -> None:
    browser = signed_in(state, ATTESTER_2.email)
    page = browser.open(browser.open(ATTESTATIONS).link(SUPPORT))
    if "/purpose/" in page.url:
        page = browser.submit(page, purpose="other", reason="運賃助成の確認")
    browser.submit(page, page.find_form(action="/confirm/")).says("発行済み")


STEPS = [
    Step("窓口での本人確認 residents are proofed at the counter", at_the_counter),
    Step("パスキーの登録 two residents enrol", enrol),
    Step("カードによる登録 a resident enrols by a test card", by_card),
    Step("資格の証明 the municipality attests that it supports his fares", attest),
    Step("連携サービスの利用 they sign in to the service and consent", use_service),
    Step("同意の撤回 one withdraws, the service is refused", withdraw),
]
