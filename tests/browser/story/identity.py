"""Step 3: component, counter, passkey, consent to exactly two attributes, withdrawal, refusal."""

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page

from deploy.demo.facts import MAEBASHI
from tests.browser.world import World, speak

from .clicks import fill, heading, press, shows
from .federation import a_second_secretary

COMPONENT = "transport-discount"
SERVICE = "まちなか交通割引"
RESIDENT = "resident"
SHARED = ("住んでいる市区町村", "65歳以上かどうか")


def service_is_offered(world: World) -> None:
    page = world.page("secretary")
    page.goto("/secretariat/new-component/")
    page.locator("main select[name=sector]").select_option("transport")
    fill(
        page,
        code=COMPONENT,
        name_ja="交通割引サービス",
        name_en="Transport discount",
        summary="お住まいと年齢に応じて、バスと電車の運賃を割り引きます。",
        description="割引の対象かどうかだけを、本人の同意を得て確かめます。",
        provider="まちなか交通(架空)",
    )
    world.look("secretary", "component-new")
    press(page, "登録する")
    page.goto(f"/secretariat/components/{COMPONENT}/")
    fill(page, version="1.0.0", notes="最初の版")
    press(page, "公開する")
    shows(page, "1.0.0")
    world.look("secretary", "catalogue-component")
    register_service(world, page)


def register_service(world: World, page: Page) -> None:
    page.goto(f"/secretariat/services/new/?component={COMPONENT}")
    press(page, "次へ")
    fill(
        page,
        name_ja=SERVICE,
        name_en="Town Transport Discount",
        purpose_ja="運賃割引の対象かどうかを確認するため",
        purpose_en="To see whether a discount applies",
        contact="support@transport.example",
    )
    for label in SHARED:
        page.get_by_role("checkbox", name=label).check()
    world.look("secretary", "service-new", again=False)
    press(page, "次へ")
    fill(page, redirect_uris=f"{world.state.relying_party_url}/callback")
    page.locator("main select[name=auth_method]").select_option("client_secret_basic")
    world.look("secretary", "service-connection", again=False)
    press(page, "次へ")
    world.look("secretary", "service-check", again=False)
    press(page, "登録する")
    world.look("secretary", "service-registered", again=False)
    secret = page.locator("#client-secret").inner_text()
    hand_over(world, urlsplit(page.url).path.rstrip("/").rsplit("/", 1)[-1], secret)
    second = a_second_secretary(world)
    second.goto(urlsplit(page.url).path)
    press(second, "承認する")
    press(second, "承認する")
    shows(second, "承認済")
    world.look("second_secretary", "service", picture="wide")
    press(second, "開発者への案内")
    world.look("second_secretary", "service-developer")


def hand_over(world: World, client_id: str, secret: str) -> None:
    """What the secretariat gives the service's operator."""
    world.state.clients.append(
        {"sector": "transport", "client_id": client_id, "client_secret": secret, "redirect_uris": []}
    )
    world.state.save()


def maebashi_adopts(world: World) -> None:
    page = world.page("administrator")
    page.goto(f"/m/{MAEBASHI.code}/components/")
    world.look("administrator", "components")
    press(page, "交通割引サービス", exact=False)
    world.look("administrator", "component", picture="wide")
    press(page, "導入する")
    world.look("administrator", "component-adopt")
    press(page, "導入する")
    page.goto(f"/m/{MAEBASHI.code}/components/{COMPONENT}/")
    shows(page, "導入済")


def counter_proofs(world: World) -> None:
    case = register(world)
    page = world.page("colleague")
    page.goto(case)
    world.look("colleague", "case-purpose", picture="narrow")
    page.get_by_role("radio", name="窓口の手続").check()
    press(page, "情報を表示")
    world.look("colleague", "case-to-confirm", picture="wide")
    press(page, "一致することを確認した")
    shows(page, "本人確認を完了しました")
    world.look("colleague", "case-confirmed", again=False)
    press(page, "登録コードを交付")
    heading(page, "デジタルID登録票")
    world.look("colleague", "slip", again=False, picture="wide")


def register(world: World) -> str:
    """The address of the case."""
    page = world.page("clerk")
    page.goto(f"/m/{MAEBASHI.code}/counter/")
    world.look("clerk", "counter-empty")
    press(page, "住民を登録")
    fill(
        page,
        family_name="架空",
        given_name="花子",
        kana="かくう はなこ",
        birth_date="昭和30年4月1日",
        address="群馬県前橋市大手町二丁目12番1号",
    )
    page.get_by_role("radio", name="女").check()
    page.get_by_role("radio", name="運転免許証").check()
    world.look("clerk", "counter-register", picture="narrow")
    press(page, "登録して確認を依頼")
    shows(page, "別の職員による確認が必要です")
    world.look("clerk", "case-registered")
    case = page.url
    page.goto(f"/m/{MAEBASHI.code}/counter/")
    world.look("clerk", "counter", picture="wide")
    return case


def resident_enrols(world: World) -> None:
    code = world.page("colleague").locator("[data-code]").inner_text()
    page = world.page(RESIDENT)
    page.goto(world.state.issuer)
    world.look(RESIDENT, "resident-start")
    press(page, "登録コードを入力")
    world.look(RESIDENT, "enrol")
    fill(page, code=code)
    press(page, "次へ")
    world.look(RESIDENT, "enrol-passkey", again=False, picture="narrow")
    fill(page, name="花子のスマートフォン")
    press(page, "パスキーを登録")
    heading(page, "ホーム")
    world.look(RESIDENT, "me-empty", again=False)


def resident_consents(world: World) -> None:
    page = world.page(RESIDENT)
    page.get_by_role("banner").locator("details.menu > summary").last.click()
    page.get_by_role("button", name="サインアウト").click()
    start_at_service(world, page)
    press(page, "パスキーでサインイン")
    heading(page, f"{SERVICE}への情報の提供")
    world.look(RESIDENT, "consent-form", again=False, picture="both")


def start_at_service(world: World, page: Page) -> None:
    page.goto(world.state.relying_party_url)
    page.get_by_role("link", name="デジタルIDでサインイン").click()


def allow(world: World) -> dict[str, object]:
    """What the service says it received."""
    page = world.page(RESIDENT)
    press(page, "同意する")
    page.wait_for_url(f"{world.state.relying_party_url}/result")
    heading(page, "適用される割引")
    world.look(RESIDENT, "service-result", again=False, picture="wide")
    names = page.locator("dl.claims dt").all_inner_texts()
    values = page.locator("dl.claims dd").all_inner_texts()
    return {name: json.loads(value) for name, value in zip(names, values, strict=True)}


def her_page(world: World) -> None:
    page = world.page(RESIDENT)
    for path, name, picture in (
        ("/me/", "me", "both"),
        ("/me/consents/", "me-consents", ""),
        ("/me/uses/", "me-uses", "wide"),
        ("/me/passkeys/", "me-passkeys", ""),
        ("/me/profile/", "me-profile", ""),
    ):
        page.goto(f"{world.state.issuer}{path}")
        world.look(RESIDENT, name, picture=picture)


def withdraw(world: World) -> None:
    page = world.page(RESIDENT)
    page.goto(f"{world.state.issuer}/me/")
    press(page, SERVICE)
    world.look(RESIDENT, "me-consent")
    press(page, "同意を撤回する")
    world.look(RESIDENT, "withdraw", again=False, picture="wide")
    press(page, "同意を撤回する")
    shows(page, "同意を撤回しました")


def use_again(world: World) -> None:
    page = world.page(RESIDENT)
    page.goto(f"{world.state.relying_party_url}/result")
    page.get_by_role("button", name="もう一度利用する").click()
    heading(page, "情報の提供が断られました")
    world.look(RESIDENT, "service-refused", again=False, picture="wide")


def decline(world: World) -> None:
    """She starts anew: asked again, in English too, she says no."""
    page = world.page(RESIDENT)
    speak(page, "en")
    start_at_service(world, page)
    page.locator(".actions--equal").wait_for()
    world.look(RESIDENT, "consent-form-en", again=False, picture="wide")
    speak(page, "ja")
    page.reload()
    heading(page, f"{SERVICE}への情報の提供")
    press(page, "同意しない")
    heading(page, "情報を受け取りませんでした")
