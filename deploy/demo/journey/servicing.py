"""Chapter 3, first half: the transport service enters the catalogue, Maebashi adopts its component."""

from urllib.parse import urlsplit

from deploy.demo.facts import MAEBASHI
from deploy.demo.state import DemoState, Step, StepError

from .browser import Browser, Page
from .founding import second_secretary, secretary
from .people import signed_in
from .staffing import administrator

COMPONENT = "transport-discount"
NAME = "交通割引サービス"
PARTY = "まちなか交通割引"
ATTRIBUTES = ["age_over_65", "resident_of", "subsidised_fare"]
SECTOR = "transport"


def register(state: DemoState) -> None:
    browser = secretary(state)
    state.once("component", lambda: register_component(browser))
    state.once("release", lambda: publish_release(browser))
    state.once("relying party", lambda: register_party(state, browser))
    client_id = str(client_of(state)["client_id"])
    colleague = second_secretary(state)
    page = colleague.open(f"/secretariat/services/{client_id}/approve/")
    colleague.submit(page, page.find_form("once")).says(PARTY)


def client_of(state: DemoState) -> dict[str, object]:
    for client in state.clients:
        if client["sector"] == SECTOR:
            return client
    raise StepError("No transport service has been registered")


def register_component(browser: Browser) -> None:
    page = browser.open("/secretariat/new-component/")
    browser.submit(
        page,
        code=COMPONENT,
        sector=SECTOR,
        name_ja=NAME,
        name_en="Transport discount",
        summary="住所地と年齢区分に応じて交通機関の運賃を割り引く(架空のデモ)。",
        description="住民の同意を得て、住んでいる市区町村、65歳以上かどうか、運賃助成の対象かどうかだけを受け取ります。",
        provider="架空交通協議会",
        licence="MIT",
    )


def publish_release(browser: Browser) -> None:
    page = browser.open(f"/secretariat/components/{COMPONENT}/")
    browser.submit(page, version="1.0.0", notes="最初の版(架空のデモ)")


def register_party(state: DemoState, browser: Browser) -> None:
    """Its secret is shown once, on the page that follows."""
    callback = f"{state.relying_party_url}/callback"
    page = browser.open("/secretariat/services/new/", component=COMPONENT)
    page = browser.submit(page, component=COMPONENT)
    page = browser.submit(
        page,
        name_ja=PARTY,
        name_en="Town Transport Discount",
        purpose_ja="運賃割引の対象かどうかを確認するため",
        purpose_en="To check whether a fare discount applies",
        attributes=ATTRIBUTES,
        contact="info@transport.example",
    )
    page = browser.submit(page, redirect_uris=callback, auth_method="client_secret_basic")
    page = browser.submit(page, page.find_form("once"))
    state.clients.append(
        {
            "sector": SECTOR,
            "name": PARTY,
            "client_id": urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[1],
            "client_secret": _secret(page),
            "redirect_uris": [callback],
            "scope": " ".join(["openid", *ATTRIBUTES]),
        }
    )
    state.save()


def _secret(page: Page) -> str:
    for node in page.node.all("code"):
        if node.attributes.get("id") == "client-secret":
            return node.text
    raise StepError(f"{page} does not show the secret")


def adopt(state: DemoState) -> None:
    browser = signed_in(state, administrator(MAEBASHI).email)
    page = browser.open(f"/m/{MAEBASHI.code}/components/")
    page = browser.open(page.link(NAME))
    page = browser.open(page.link(path="/adopt/"))
    browser.submit(page, page.find_form("once")).says(NAME)


STEPS = [
    Step("連携サービスの登録 a service is registered", register),
    Step("共通部品の導入 Maebashi adopts its component", adopt),
]
