"""Chapter 4: a hospital and a city's online applications, as their sectors demand it of them.

Both need a resident whose identity was proved by her card (proofing level 3). PERSON is a test resident, who
stands for any level, and the services are under test; with a card-proofed resident here they are registered
for production, and their components adopted, without a change elsewhere.
"""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, cast
from urllib.parse import urlsplit

from joserfc.jwk import ECKey, RSAKey

from deploy.demo.facts import MAEBASHI
from deploy.demo.state import DemoState, Record, Step, StepError

from .browser import Browser
from .founding import second_secretary, secretary
from .people import signed_in
from .residents import (
    IROHA,
    PSEUDONYM,
    browser_of,
    claims,
    consented,
    known,
    sign_in,
)
from .staffing import administrator

PERSON: Final = IROHA


@dataclass(frozen=True)
class Offer:
    """A component and the one service on it. fields: of the forms where it is registered. shared, received:
    on the consent screen, and by the service."""

    sector: str
    component: str
    component_name: str
    component_en: str
    summary: str
    name: str
    name_en: str
    purpose: str
    purpose_en: str
    attributes: tuple[str, ...]
    shared: frozenset[str]
    alg: str

    @property
    def path(self) -> str:
        return f"/{self.sector}/"


HOSPITAL: Final = Offer(
    "medical",
    "medical-reception",
    "医療機関の受付",
    "Medical reception",
    "診察の予約と受付で本人を確認する(架空のデモ)。",
    "架空総合病院 予約受付",
    "Kaku General Hospital reception",
    "診察の予約と受付で、ご本人を確認するため",
    "To identify you when you book and check in",
    ("name", "birth_date", "sex"),
    frozenset({"氏名", "生年月日", "性別", PSEUDONYM}),
    "ES256",
)
CITY: Final = Offer(
    "administrative",
    "online-application",
    "電子申請の本人確認",
    "Online applications",
    "電子申請で本人を確認し、申請書に書き込む(架空のデモ)。",
    "架空市 電子申請",
    "Kaku City online applications",
    "申請書に氏名、住所などを書き込み、申請者を確認するため",
    "To fill in the form and to identify the applicant",
    ("name", "address", "birth_date", "resident_of"),
    frozenset({"氏名", "住所", "生年月日", "住んでいる市区町村", PSEUDONYM}),
    "PS256",
)
OFFERS: Final = (HOSPITAL, CITY)


def register(state: DemoState) -> None:
    browser, colleague = secretary(state), second_secretary(state)
    for offer in OFFERS:
        state.once(f"component {offer.sector}", partial(register_component, browser, offer))
        state.once(f"service {offer.sector}", partial(register_service, state, browser, offer))
        client_id = str(client_of(state, offer)["client_id"])
        state.once(f"approval {offer.sector}", partial(approve, colleague, offer, client_id))
        if not PERSON.test:
            state.once(f"adoption {offer.sector}", partial(adopt, state, offer))


def client_of(state: DemoState, offer: Offer) -> Record:
    for client in state.clients:
        if client["sector"] == offer.sector:
            return client
    raise StepError(f"No service of the {offer.sector} sector has been registered")


def register_component(browser: Browser, offer: Offer) -> None:
    page = browser.open("/secretariat/new-component/")
    browser.submit(
        page,
        code=offer.component,
        sector=offer.sector,
        name_ja=offer.component_name,
        name_en=offer.component_en,
        summary=offer.summary,
        description=offer.summary,
        provider="架空情報協議会",
        licence="MIT",
    )
    page = browser.open(f"/secretariat/components/{offer.component}/")
    browser.submit(page, version="1.0.0", notes="最初の版(架空のデモ)")


def register_service(state: DemoState, browser: Browser, offer: Offer) -> None:
    """The form chooses what the sector demands. Of the service's key its public half is registered."""
    key = new_key(offer.alg)
    callback = f"{state.relying_party_url}{offer.path}callback"
    test: dict[str, Any] = {"test": "on"} if PERSON.test else {}
    page = browser.open("/secretariat/services/new/", component=offer.component)
    page = browser.submit(page, component=offer.component)
    page = browser.submit(
        page,
        name_ja=offer.name,
        name_en=offer.name_en,
        purpose_ja=offer.purpose,
        purpose_en=offer.purpose_en,
        attributes=list(offer.attributes),
        contact=f"info@{offer.component}.example",
        **test,
    )
    public = key.as_dict(private=False)
    page = browser.submit(page, redirect_uris=callback, jwks=json.dumps({"keys": [public]}))
    page = browser.submit(page, page.find_form("once"))
    state.clients.append(
        {
            "sector": offer.sector,
            "name": offer.name,
            "client_id": urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[1],
            "private_jwk": key.as_dict(private=True),
            "redirect_uris": [callback],
        }
    )
    state.save()


def new_key(alg: str) -> ECKey | RSAKey:
    named = {"kid": f"{alg.lower()}-1", "alg": alg, "use": "sig"}
    if alg == "ES256":
        return ECKey.generate_key("P-256", cast(Any, named))
    return RSAKey.generate_key(2048, cast(Any, named))


def approve(colleague: Browser, offer: Offer, client_id: str) -> None:
    page = colleague.open(f"/secretariat/services/{client_id}/approve/")
    colleague.submit(page, page.find_form("once")).says(offer.name)


def adopt(state: DemoState, offer: Offer) -> None:
    browser = signed_in(state, administrator(MAEBASHI).email)
    page = browser.open(f"/m/{MAEBASHI.code}/components/")
    page = browser.open(page.link(offer.component_name))
    page = browser.open(page.link(path="/adopt/"))
    browser.submit(page, page.find_form("once")).says(offer.component_name)


def use(state: DemoState) -> None:
    """She comes to each service of its own accord; to the second she is still signed in."""
    state.sessions.pop(PERSON.name, None)
    subjects = {visit(state, offer) for offer in OFFERS}
    if len(subjects) != len(OFFERS):
        raise StepError("Two sectors were told the same pseudonym")


def visit(state: DemoState, offer: Offer) -> str:
    """Returns the name by which the service knows her."""
    browser = Browser(state.issuer) if PERSON.name not in state.sessions else browser_of(state, PERSON)
    page = browser.open(state.relying_party_url + offer.path)
    page = browser.open(page.link(path="/sign-in"))
    if urlsplit(page.url).path == "/sign-in/":
        page = sign_in(browser, known(state, PERSON), page)
    state.sessions[PERSON.name] = browser.session
    page = consented(browser, page, offer.shared)
    if urlsplit(page.url).path != f"{offer.path}result":
        raise StepError(f"The sign-in to {offer.name} ended at {page}: {page.main[:300]}")
    found = claims(page)
    if set(found) != {*offer.attributes, "sub"}:
        raise StepError(f"{offer.name} received {sorted(found)}, expected {sorted(offer.attributes)} and sub")
    page.find_form(action="/use-again")
    browser.submit(page, page.find_form(action="/use-again")).says("最新の情報を確認しました")
    browser.open("/me/").says(offer.name)
    return str(found["sub"])


STEPS = [
    Step("医療と行政のサービスの登録 services of the two other sectors are registered", register),
    Step("三つの分野 a hospital and a city know her under two names", use),
]
