"""Who takes part: accounts as demo.json keeps them, and a signed-in browser for each."""

import secrets
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from deploy.demo.authenticator import Authenticator, as_form_value
from deploy.demo.codes import totp
from deploy.demo.facts import Member
from deploy.demo.state import DemoState, Record, StepError

from . import post
from .browser import Browser, Page
from .html import data_block

PASSKEY, TOTP = "passkey", "totp"


@dataclass(frozen=True)
class Person:
    """A member of staff before she has an account; `factor`: how she signs in the second time."""

    name: str
    email: str
    role: str
    factor: str = ""
    municipality: str = ""


def staff(member: Member, local: str, name: str, role: str, factor: str = "") -> Person:
    return Person(name, f"{local}@{member.key}.example", role, factor, member.code)


def account_of(state: DemoState, email: str) -> Record | None:
    return next((account for account in state.accounts if account.get("email") == email), None)


def join(state: DemoState, person: Person, link: str = "") -> Browser:
    """Accepts the invitation (`link`, or that of the newest letter) with a password and a second factor."""
    account = account_of(state, person.email)
    if account is None:
        account = accept(state, person, link or post.invitation_for(state.folder / "mail", person.email))
    browser = signed_in(state, person.email)
    if person.factor == PASSKEY and not account.get(PASSKEY):
        account[PASSKEY] = add_passkey(browser).to_dict()
    if person.factor == TOTP and not account.get("totp_secret"):
        account["totp_secret"] = add_totp(browser)
    state.save()
    return browser


def prove(state: DemoState, person: Person) -> Browser:
    """Signs in anew: what is dangerous asks for a recent proof by the second factor, of which the session
    that set it up has none."""
    join(state, person)
    del state.sessions[person.email]
    return signed_in(state, person.email)


def accept(state: DemoState, person: Person, link: str) -> Record:
    browser = new_browser(state, person.email)
    password = secrets.token_urlsafe(12)
    browser.submit(browser.open(link), name=person.name, password=password)
    account: Record = {
        "kind": "staff" if person.municipality else "secretariat",
        "municipality": person.municipality,
        "role": person.role,
        "name": person.name,
        "email": person.email,
        "password": password,
    }
    state.accounts.append(account)
    state.save()
    return account


def new_browser(state: DemoState, email: str) -> Browser:
    browser = Browser(state.base_url)
    state.sessions[email] = browser.session
    return browser


def add_passkey(browser: Browser) -> Authenticator:
    authenticator = Authenticator(browser.origin, counts=False)
    page = browser.open("/accounts/2fa/webauthn/add/")
    credential = authenticator.create(data_block(page.node, "passkey-options")["creation_options"])
    form = page.find_form("credential")
    more: dict[str, Any] = {"passwordless": "on"} if "passwordless" in form.values else {}
    browser.submit(page, form, name="デモ用パスキー", credential=as_form_value(credential), **more)
    return authenticator


def add_totp(browser: Browser) -> str:
    page = browser.open("/accounts/2fa/totp/activate/")
    secret = _totp_secret(page)
    browser.submit(page, code=totp(secret))
    return secret


def _totp_secret(page: Page) -> str:
    for node in page.node:
        known = (node.attributes.get("value", ""), node.attributes.get("data-secret", ""), node.text)
        for text in known:
            if text.startswith("otpauth://"):
                return parse_qs(urlsplit(text).query)["secret"][0]
            plain = text.replace(" ", "")
            if len(plain) == 32 and set(plain) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
                return plain
    raise StepError(f"{page} shows no secret for an authenticator app")


def signed_in(state: DemoState, email: str) -> Browser:
    """Her browser; it signs in only where an earlier start of the demo had opened it."""
    if email in state.sessions:
        return Browser(state.base_url, state.sessions[email])
    account = account_of(state, email)
    if account is None:
        raise StepError(f"{email} has no account yet")
    browser = new_browser(state, email)
    if account.get(PASSKEY):
        sign_in_with_passkey(browser, account)
    else:
        sign_in_with_password(browser, account)
    return browser


def sign_in_with_passkey(browser: Browser, account: Record) -> Page:
    authenticator = Authenticator.from_dict(cast(dict[str, Any], account[PASSKEY]))
    page = browser.open("/accounts/login/")
    options = browser.ajax("/accounts/2fa/webauthn/login/")["request_options"]
    credential = as_form_value(authenticator.get(options))
    form = page.find_form("credential")
    return _signed_in(browser.submit(page, form, credential=credential), account)


def sign_in_with_password(browser: Browser, account: Record) -> Page:
    page = browser.open("/accounts/login/")
    page = browser.submit(page, login=str(account["email"]), password=str(account["password"]))
    if secret := account.get("totp_secret"):
        page = browser.submit(page, page.find_form("code"), code=totp(str(secret)))
    return _signed_in(page, account)


def _signed_in(page: Page, account: Record) -> Page:
    if "/accounts/" in urlsplit(page.url).path:
        raise StepError(
            f"{account['email']} could not sign in; came {page}: {page.errors or page.main[:300]}"
        )
    return page
