"""Providers that lie, break and probe: nobody gets in, and the reader is told what to do."""

import time

import pytest
import requests
from django.core.cache import cache

from consortium.audit.models import Event
from consortium.sso import outbound, provider
from consortium.tenancy import context

from .conftest import DOMAIN, Connected, connect, running
from .hostile import hostile


@pytest.fixture(scope="module")
def forging():
    with hostile() as pair:
        yield pair


@pytest.fixture
def forger(forging, administrator, maebashi):
    idp, found = forging
    found.alter, found.algorithm, found.signer, found.document = (
        (lambda c: None),
        "RS256",
        found.key,
        lambda m: None,
    )
    idp.person("victim", email=f"victim@{DOMAIN}", name="被害者", groups=["dx-editors"])
    connect(administrator, maebashi, idp)
    return found


@pytest.fixture
def way(forging, forger):
    return Connected(forging[0])


def test_control_the_honest_token_opens(client, way):
    assert way.sign_in(client, "victim").url == "/m/102016/"


def test_an_old_proof_is_no_recent_one(client, way, forger):
    forger.alter = lambda claims: claims.update(auth_time=int(time.time()) - 3600)
    assert way.sign_in(client, "victim", again="1").url == "/m/102016/"
    (step,) = client.session["account_authentication_methods"]
    assert time.time() - step["at"] > 3000


def test_being_let_through_is_no_proof(client, way, forger):
    """Who finds the screen open could come back from the provider without being asked anything."""
    forger.alter = lambda claims: claims.pop("auth_time", None)
    way.sign_in(client, "victim")
    session = client.session
    for step in session["account_authentication_methods"]:
        step["at"] -= 3600
    session.save()
    way.sign_in(client, "victim")
    assert client.post("/m/102016/deputies/new/", {})["Location"].startswith("/accounts/confirm/")
    way.sign_in(client, "victim", again="1")
    assert client.post("/m/102016/deputies/new/", {}).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"sub": "a\0b"},
        {"sub": "\ud800"},
        {"email": f"a\0b@{DOMAIN}"},
        {"email": f"a\nb@{DOMAIN}"},
        {"email": f"{'a' * 300}@{DOMAIN}"},
    ],
)
def test_what_no_column_holds_is_refused(client, way, forger, change):
    forger.alter = lambda claims: claims.update(change)
    assert way.sign_in(client, "victim").status_code in {400, 403}


def test_odd_error_from_the_provider_is_refused(client, way):
    callback = way.callback(client, "victim")
    assert client.get(f"{callback}&error=a%00b").status_code == 400


def test_a_provider_that_is_away_is_not_asked_by_everybody(client, way, monkeypatch):
    asked = []

    def away(url, **headers):
        asked.append(url)
        raise requests.ConnectionError

    monkeypatch.setattr(provider, "get_json", away)
    cache.clear()
    assert [client.get("/m/102016/sso/").status_code for _ in range(3)] == [503, 503, 503]
    assert len(asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": ["platform", "another"]},
        {"aud": ["platform", "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 360_000},
        {"nbf": int(time.time()) + 360_000},
        {"sub": ""},
        {"sub": None},
        {"sub": ["victim"]},
        {"sub": "x" * 300},
        {"at_hash": "wrong"},
    ],
    ids=lambda change: "-".join(f"{name}-{type(value).__name__}" for name, value in change.items()),
)
def test_wrong_claims(client, way, forger, change, maebashi):
    forger.alter = lambda claims: claims.update(change)
    answer = way.sign_in(client, "victim")
    assert answer.status_code == 400
    assert "_auth_user_id" not in client.session
    assert "確認できませんでした" in answer.content.decode()
    with context.tenant(maebashi.pk):
        assert Event.objects.filter(action="sso.refused", detail__why="token").exists()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_wrong_algorithms(client, way, forger, algorithm):
    forger.algorithm = algorithm
    assert way.sign_in(client, "victim").status_code == 400


def test_signature_of_a_stranger(client, way, forger):
    forger.signer = forger.stranger
    assert way.sign_in(client, "victim").status_code == 400


def test_iss_beside_the_code_must_be_the_providers(client, way):
    callback = way.callback(client, "victim")
    assert client.get(f"{callback}&iss=https://elsewhere.example").status_code == 400


def test_state_is_good_once_and_in_its_own_session(client, client_for, way):
    callback = way.callback(client, "victim")
    assert type(client)().get(callback).status_code == 400
    assert client.get(callback).status_code == 302
    assert client.get(callback).status_code == 400


def test_state_ages(client, way, monkeypatch):
    callback = way.callback(client, "victim")
    later = time.time() + 601
    monkeypatch.setattr("consortium.sso.sessions.time.time", lambda: later)
    assert client.get(callback).status_code == 400


def test_code_of_another_attempt(client, way):
    """Even with the attacker's code in the victim's session: the nonce is another."""
    attacker = type(client)()
    stolen = way.callback(attacker, "victim").split("code=")[1].split("&")[0]
    own = way.callback(client, "victim")
    code = own.split("code=")[1].split("&")[0]
    assert client.get(own.replace(code, stolen)).status_code == 400


def test_denied_at_the_provider(client, way):
    answer = client.get(way.local(way.idp.deny(client.get("/m/102016/sso/")["Location"])))
    assert answer.status_code == 400 and "サインインを" in answer.content.decode()


def test_provider_that_is_gone(client, administrator, maebashi):
    with running() as gone:
        connect(administrator, maebashi, gone)
    cache.clear()
    answer = client.get("/m/102016/sso/")
    assert answer.status_code == 503 and "接続できません" in answer.content.decode()


class TestDiscovery:
    def refused(self, issuer):
        with pytest.raises(provider.ProviderError) as found:
            provider.discover(issuer, fresh=True)
        return found.value.code

    @pytest.mark.parametrize(
        "issuer",
        [
            "http://idp.example",
            "ftp://idp.example",
            "https://user:secret@idp.example",
            "https://idp.example#x",
            "https://",
            "https://idp.example:99999",
            "javascript:alert(1)",
            "http://localhost.evil.example",
        ],
    )
    def test_addresses_that_are_not_asked(self, issuer):
        assert self.refused(issuer) == "endpoints"

    @pytest.mark.parametrize(
        "host",
        [
            "10.0.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "127.0.0.1",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "0.0.0.0",  # noqa: S104
            "[fd00::1]",
        ],
    )
    def test_private_addresses(self, host, settings):
        settings.SSO_ALLOWS_LOCALHOST = False
        assert self.refused(f"https://{host}:8443") == "unreachable"
        assert not outbound.is_permitted("idp.example", host.strip("[]"))

    def test_private_addresses_that_are_listed(self, settings):
        settings.SSO_INTERNAL_ISSUERS = ["10.20.0.0/16", "idp.intra.example"]
        assert outbound.is_permitted("anything.example", "10.20.3.4")
        assert outbound.is_permitted("idp.intra.example", "192.168.0.5")
        assert not outbound.is_permitted("other.example", "192.168.0.5")
        assert not outbound.is_permitted("other.example", "10.21.0.1")

    @pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::1", "224.0.0.1", "100.64.0.1"])
    def test_addresses_that_hide_private_ones(self, address):
        assert not outbound.is_permitted("idp.example", address)
        assert outbound.is_permitted("idp.example", "8.8.8.8")

    def test_name_that_resolves_to_a_private_address(self, settings, monkeypatch):
        """What counts is where the connection goes, not what a check before it saw."""
        settings.SSO_ALLOWS_LOCALHOST = False
        answer = [(2, 1, 6, "", ("127.0.0.1", 443))]
        monkeypatch.setattr("consortium.sso.outbound.socket.getaddrinfo", lambda *a, **k: answer)
        assert self.refused("https://rebinding.example") == "unreachable"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"issuer": "https://elsewhere.example"}, "other_issuer"),
            ({"token_endpoint": "http://internal.example/token"}, "endpoints"),
            ({"jwks_uri": None}, "endpoints"),
            ({"authorization_endpoint": "javascript:alert(1)"}, "endpoints"),
            ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "algorithms"),
        ],
    )
    def test_documents_that_are_refused(self, forging, change, code):
        idp, forger = forging
        forger.document = lambda metadata: metadata.update(change)
        try:
            assert self.refused(idp.url) == code
        finally:
            forger.document = lambda metadata: None

    def test_no_document(self, forging):
        assert self.refused(f"{forging[0].url}/elsewhere") == "not_discovered"

    def test_endless_document(self, forging):
        idp, forger = forging
        forger.document = lambda metadata: metadata.update(padding="x" * outbound.LARGEST)
        try:
            assert self.refused(idp.url) == "unreachable"
        finally:
            forger.document = lambda metadata: None


def test_wrong_issuer_is_told_at_its_field(client_for, administrator, maebashi):
    values = {"client_id": "platform", "domains": "city.maebashi.example"}
    values |= {"scopes": "openid", "groups_claim": "groups"}
    with running() as idp:
        form = {**values, "issuer": f"{idp.url}/"}
        answer = client_for(administrator).post("/m/102016/sso/settings/connection/", form)
    (told,) = answer.context["form"].errors["issuer"]
    assert answer.status_code == 422 and told.endswith(idp.url)
