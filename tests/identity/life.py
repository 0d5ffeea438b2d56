"""A resident in the story of test_resident_life: his devices, his phone, and the services that he uses."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Page, expect

from consortium.tenancy import context
from identity.models import Citizen, Passkey
from identity.queries.consents import consents
from tests.oidc.proofs import ClientKey, Prover
from tests.oidc.receiver import Receiver
from tests.oidc.support import AUTHORIZE, OFFLINE, Service
from tests.wallet.phone import Phone, Refused

SCOPES = {
    "transport": OFFLINE,
    "administrative": "openid name resident_of",
    "medical": "openid birth_date",
}


@dataclass
class Life:
    """What he has, and whom he deals with. page: on the device that he uses now."""

    site: str
    page: Page
    card: Any
    receiver: Receiver
    services: dict[str, Service] = field(default_factory=dict)
    citizen: Any = None
    phone: Phone = field(init=False)
    key: ClientKey = field(default_factory=ClientKey)
    prover: Prover = field(default_factory=Prover)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Tokens by sector."""

    # --- his devices ---

    def sign_in(self, page: Page) -> None:
        page.goto("/sign-in/")
        page.get_by_role("button", name="パスキーでサインイン").click()

    def get_phone(self) -> None:
        """A certificate for a phone, with leave given on a device that he has."""
        self.page.goto("/me/devices/add/")
        self.page.get_by_role("button", name="登録コードを作る").click()
        self.phone = Phone.new(self.site)
        self.phone.register(self.page.locator(".big-code").inner_text(), "電話")
        assert self.phone.wait()["state"] == "active"

    def passkey(self) -> None:
        """On the page that a code or a card led to."""
        self.page.get_by_label("パスキーの名前").fill("ノートパソコン")
        self.page.get_by_role("button", name="パスキーを登録").click()
        expect(self.page.get_by_role("heading", name="ホーム")).to_be_visible()

    # --- services ---

    def proof(self, sector: str) -> dict[str, str]:
        """Of the client; the transport service has a secret instead."""
        client_id = self.services[sector].party.client_id
        return {} if sector == "transport" else self.key.assertion(client_id, self.site)

    def prover_at(self, sector: str) -> Prover | None:
        return self.prover if sector == "medical" else None

    def visit(self, sector: str, *, agrees: bool) -> None:
        """Sign in at a service; agrees: he is asked for his consent, and gives it. Is it wanted for offline
        access, he is asked each time, hence only once here."""
        service, prover = self.services[sector], self.prover_at(sector)
        scope = SCOPES[sector] if agrees else SCOPES[sector].removesuffix(" offline_access")
        wish = {"scope": scope, "redirect_uri": self.receiver.callback}
        query = service.parameters(**wish)
        if sector != "transport":
            query = service.pushed(proof=self.proof(sector), prover=prover, **wish)
        self.page.goto(f"{AUTHORIZE}?{urlencode(query)}")
        if agrees:
            self.page.get_by_role("button", name="同意する").click()
        self.page.wait_for_url(re.compile(f"^{self.receiver.callback}"))
        answer = dict(parse_qsl(urlsplit(self.page.url).query))
        more = {"redirect_uri": self.receiver.callback, **self.proof(sector)}
        response = service.redeem(answer["code"], prover, **more)
        assert response.status_code == 200, response.content
        self.held[sector] = response.json()

    def told(self, sector: str) -> Any:
        """What the service learns of him now, or the status of its refusal."""
        token = self.held[sector]["access_token"]
        answer = self.services[sector].userinfo(token, self.prover_at(sector))
        return answer.json() if answer.status_code == 200 else answer.status_code

    def refresh(self) -> Any:
        return self.services["transport"].refresh(self.held["transport"]["refresh_token"])

    def api(self, method: str, path: str, token: str, body: Any = None) -> Any:
        """Over HTTP: where certificates are checked, Playwright's loop must not run in the same thread."""
        url, headers = f"{self.site}/api/v1/{path}", {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, url, headers=headers, json=body, timeout=20)
        assert answer.ok, answer.text
        return answer.json()

    # --- what is kept ---

    @property
    def status(self) -> str:
        with context.citizen(self.citizen):
            return str(Citizen.objects.get().status)

    @property
    def live_passkeys(self) -> int:
        with context.citizen(self.citizen):
            return int(Passkey.objects.filter(revoked_at=None).count())

    @property
    def live_consents(self) -> set[str]:
        with context.citizen(self.citizen):
            return {one.recipient for one in consents(self.citizen) if one.is_live}

    def cannot_get_in(self, page: Page, phone: Phone) -> None:
        """With the passkey of that browser, or with that phone."""
        self.sign_in(page)
        expect(page.get_by_text("サインインできませんでした")).to_be_visible()
        with pytest.raises(Refused):
            phone.call("GET", "/wallet/v1/devices/mine")
