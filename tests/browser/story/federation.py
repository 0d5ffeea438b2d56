"""Step 1: the secretary signs in with a passkey and admits Maebashi; its staff take up their posts."""

from playwright.sync_api import Page, expect

from deploy.demo.facts import MAEBASHI, TAKASAKI, Member
from deploy.demo.journey import post
from tests.browser.world import World

from .clicks import fill, heading, press, shows

PASSWORD = "kakuu-no-demo-2026"  # of fictional people
SECRETARY = "secretary"
SECRETARY_EMAIL = "first@secretariat.example"
STAFF = (
    ("editor", "起案 さくら", "起案者"),
    ("approver", "決裁 一郎", "決裁者"),
    ("clerk", "窓口 ゆり", "窓口担当"),
    ("colleague", "窓口 健", "窓口担当"),
    ("attester", "証明 すみ", "証明担当"),
    ("second_attester", "証明 正", "証明担当"),
    ("legal_officer", "照会 守", "法令照会担当"),
)
WITH_PASSKEY = {"窓口担当", "証明担当", "法令照会担当"}
"""The roles that ask for one."""


def secretary_takes_office(world: World) -> None:
    command = ("invite_secretariat", "--email", SECRETARY_EMAIL, "--name", "事務 一子")
    link = world.state.manage("portal", *command).split()[-1]
    page = world.page(SECRETARY)
    page.goto("/accounts/login/")
    world.look(SECRETARY, "sign-in", picture="wide")
    page.goto(link)
    world.look(SECRETARY, "invitation", again=False)
    accept(page, passkey=True)
    sign_out(page, "事務 一子")
    page.goto("/accounts/login/")
    press(page, "パスキーでサインイン")
    heading(page, "事務局")


def a_second_secretary(world: World) -> Page:
    """What one registers another approves."""
    command = ("invite_secretariat", "--email", "second@secretariat.example", "--name", "事務 二郎")
    page = world.page("second_secretary")
    page.goto(world.state.manage("portal", *command).split()[-1])
    accept(page, passkey=True)
    return page


def accept(page: Page, *, passkey: bool) -> None:
    fill(page, password=PASSWORD)
    press(page, "招待を受ける")
    expect(page.get_by_role("button", name="招待を受ける")).to_have_count(0)
    if passkey:
        add_passkey(page)


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    fill(page, name="業務用端末")
    press(page, "パスキーを登録する")
    page.wait_for_url(lambda url: "/webauthn/add" not in url)


def sign_out(page: Page, person: str) -> None:
    page.goto("/")
    page.get_by_role("banner").get_by_text(person).first.click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_load_state()


def maebashi_joins(world: World) -> None:
    stranger = world.page("applicant")
    stranger.goto(f"/apply/municipality/?prefecture={MAEBASHI.prefecture}")
    world.look("applicant", "apply")
    stranger.get_by_label("自治体", exact=False).locator("visible=true").last.scroll_into_view_if_needed()
    stranger.locator("main select[name=municipality]").select_option(MAEBASHI.code)
    press(stranger, "次へ")
    fill(
        stranger,
        contact_name="管理 太郎",
        contact_email=f"admin@{MAEBASHI.key}.example",
        reason="計画を共同でつくり、部品を共同で利用するため",
    )
    world.look("applicant", "apply-contact", again=False)
    press(stranger, "次へ")
    heading(stranger, "参画の申請")
    world.look("applicant", "apply-check", again=False)
    press(stranger, "申請する")
    heading(stranger, "申請を受け付けました")
    world.look("applicant", "applied")
    admit(world)


def admit(world: World) -> None:
    page = world.page(SECRETARY)
    page.goto("/secretariat/")
    world.look(SECRETARY, "secretariat-home", picture="wide")
    page.goto("/secretariat/applications/")
    world.look(SECRETARY, "applications")
    press(page, MAEBASHI.name)
    fill(page, resolution="令和8年度第24号")
    world.look(SECRETARY, "application", picture="wide")
    press(page, "参画を承認する")
    expect(page.get_by_role("button", name="参画を承認する")).to_have_count(0)
    page.goto("/secretariat/members/")
    shows(page, MAEBASHI.name)
    world.look(SECRETARY, "members", picture="wide")


def staff_come(world: World) -> None:
    administrator_comes(world, MAEBASHI, "administrator")
    administrator_comes(world, TAKASAKI, "takasaki")
    for key, name, role in STAFF:
        join(world, MAEBASHI, "administrator", key, name, role)
    join(world, TAKASAKI, "takasaki", "adopter", "高崎 起案", "起案者")
    page = world.page("administrator")
    page.goto(f"/m/{MAEBASHI.code}/staff/")
    world.look("administrator", "staff", picture="wide")
    page.goto(f"/m/{MAEBASHI.code}/audit/")
    world.look("administrator", "audit-all")
    page.locator("main select[name=action]").select_option("staff.invited")
    press(page, "絞り込む")
    world.look("administrator", "audit", picture="wide")


def administrator_comes(world: World, member: Member, key: str) -> None:
    page = world.page(key)
    page.goto(letter(world, f"admin@{member.key}.example"))
    accept(page, passkey=True)


def join(world: World, member: Member, by: str, key: str, name: str, role: str) -> None:
    email = f"{key}@{member.key}.example"
    page = world.page(by)
    page.goto(f"/m/{member.code}/staff/invite/")
    fill(page, name=name, email=email)
    page.get_by_role("radio", name=role).check()
    if key == "editor":
        world.look(by, "invite")
    press(page, "招待を送る")
    shows(page, email)
    newcomer = world.page(key)
    newcomer.goto(letter(world, email))
    accept(newcomer, passkey=role in WITH_PASSKEY)


def letter(world: World, address: str) -> str:
    return post.invitation_for(world.state.folder / "mail", address)
