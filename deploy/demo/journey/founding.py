"""Chapter 1: the secretariat takes office, 24 municipalities apply, all are admitted."""

from functools import partial
from urllib.parse import urlsplit

from deploy.demo.facts import MEMBERS, Member
from deploy.demo.state import DemoState, Step, StepError

from .browser import Browser, Page
from .people import PASSKEY, TOTP, Person, account_of, join, new_browser, sign_in_with_passkey, signed_in

FIRST = Person("事務 一子(架空)", "first@secretariat.example", "secretary", PASSKEY)
SECOND = Person("事務 二郎(架空)", "second@secretariat.example", "secretary", TOTP)
THIRD = Person("事務 三子(架空)", "third@secretariat.example", "secretary", TOTP)
"""Whoever tries the demo in a browser needs two who can: a registration is approved by somebody else."""
REASON = "共同での計画づくりと部品の共同利用のため(架空のデモデータ)"


def found_secretariat(state: DemoState) -> None:
    for person in (FIRST, SECOND, THIRD):
        link = "" if account_of(state, person.email) else invited(state, person)
        join(state, person, link).open("/secretariat/")


def invited(state: DemoState, person: Person) -> str:
    """What an operator does on the server; the command prints the link."""
    command = ("invite_secretariat", "--email", person.email, "--name", person.name)
    said = state.manage("portal", *command).split()
    return said[-1]


def secretary(state: DemoState) -> Browser:
    return signed_in(state, FIRST.email)


def second_secretary(state: DemoState) -> Browser:
    """Who approves what the first has registered."""
    return signed_in(state, SECOND.email)


def apply_all(state: DemoState) -> None:
    stranger = Browser(state.base_url)
    for number, member in enumerate(MEMBERS, 1):
        state.tell(f"{number}/{len(MEMBERS)} {member.name}")
        state.once(f"applied {member.code}", partial(apply_for, stranger, member))


def apply_for(browser: Browser, member: Member) -> None:
    page = browser.open("/apply/", prefecture=member.prefecture)
    page = browser.submit(
        page, page.find_form("municipality", "csrfmiddlewaretoken"), municipality=member.code
    )
    page = browser.submit(
        page,
        contact_name=contact(member),
        contact_email=administrator_email(member),
        reason=REASON,
    )
    browser.submit(page, page.find_form("once"))


def contact(member: Member) -> str:
    return f"{member.name} 管理 太郎(架空)"


def administrator_email(member: Member) -> str:
    return f"admin@{member.key}.example"


def admit_all(state: DemoState) -> None:
    """She signs in with her passkey; all but the last she opens from the list, that one from 対応が必要."""
    browser = new_browser(state, FIRST.email)
    account = account_of(state, FIRST.email)
    if account is None:
        raise StepError("The first secretary has no account")
    sign_in_with_passkey(browser, account)
    for number, member in enumerate(MEMBERS, 1):
        state.tell(f"{number}/{len(MEMBERS)} {member.name}")
        state.once(f"admitted {member.code}", partial(admit, browser, member, number))
    check_members(browser)


def admit(browser: Browser, member: Member, number: int) -> None:
    page = browser.open("/secretariat/" if number == len(MEMBERS) else "/secretariat/applications/")
    page = browser.open(page.link(member.name, path="/applications/"))
    browser.submit(page, page.find_form("resolution"), resolution=f"架空令和8年度第{number}号")


def check_members(browser: Browser) -> None:
    page: Page = browser.open("/secretariat/members/")
    missing = [member.name for member in MEMBERS if member.name not in page.main]
    if missing:
        raise StepError(f"{urlsplit(page.url).path} does not list {missing}")


STEPS = [
    Step("事務局の設置 the secretariat takes office", found_secretariat),
    Step("24団体の参画申請 24 municipalities apply", apply_all),
    Step("参画の承認 the secretariat admits them", admit_all),
]
