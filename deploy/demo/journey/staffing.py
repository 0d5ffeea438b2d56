"""Chapter 2, first half: administrators accept the letters of admission and bring in their colleagues."""

from deploy.demo.facts import MAEBASHI, TAKASAKI, Member
from deploy.demo.state import DemoState, Step

from .browser import Browser
from .founding import administrator_email, contact
from .people import PASSKEY, TOTP, Person, join, prove, staff

ADMINISTRATOR = "administrator"
EDITOR = staff(MAEBASHI, "editor", "前橋 起案子(架空)", "editor")
APPROVER = staff(MAEBASHI, "approver", "前橋 決裁夫(架空)", "approver")
CLERK_1 = staff(MAEBASHI, "clerk1", "前橋 窓口一(架空)", "counter", TOTP)
CLERK_2 = staff(MAEBASHI, "clerk2", "前橋 窓口二(架空)", "counter", TOTP)
ATTESTER_1 = staff(MAEBASHI, "attester1", "前橋 福祉一(架空)", "attester", TOTP)
ATTESTER_2 = staff(MAEBASHI, "attester2", "前橋 福祉二(架空)", "attester", TOTP)
TAKASAKI_EDITOR = staff(TAKASAKI, "editor", "高崎 起案子(架空)", "editor")
TAKASAKI_APPROVER = staff(TAKASAKI, "approver", "高崎 決裁夫(架空)", "approver")
COLLEAGUES = {
    MAEBASHI: (EDITOR, APPROVER, CLERK_1, CLERK_2, ATTESTER_1, ATTESTER_2),
    TAKASAKI: (TAKASAKI_EDITOR, TAKASAKI_APPROVER),
}


def administrator(member: Member) -> Person:
    factor = TOTP if member == MAEBASHI else PASSKEY
    return Person(contact(member), administrator_email(member), ADMINISTRATOR, factor, member.code)


def take_office(state: DemoState) -> None:
    for member, colleagues in COLLEAGUES.items():
        browser = prove(state, administrator(member))
        browser.open(f"/m/{member.code}/").says(member.name)
        for person in colleagues:
            invite(state, browser, person)
            join(state, person).open(f"/m/{member.code}/").says(member.name)


def invite(state: DemoState, browser: Browser, person: Person) -> None:
    def send() -> None:
        page = browser.open(f"/m/{person.municipality}/staff/invite/")
        browser.submit(page, name=person.name, email=person.email, role=person.role)

    state.once(f"invited {person.email}", send)


STEPS = [Step("前橋市と高崎市の職員 staff of Maebashi and Takasaki", take_office)]
