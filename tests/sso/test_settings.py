"""An administrator connects, tests and opens the municipality's provider."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.sso.actions import clear_exception, configure, set_policy
from consortium.sso.models import BreakGlass, SsoConnection, SsoDomain, SsoEntrance
from consortium.tenancy import context

from .conftest import DOMAIN, Connected, confirm_domains, connect
from .test_entering import person

SETTINGS = "/m/102016/sso/settings/"


@pytest.fixture
def form(idp):
    return {
        "issuer": idp.url,
        "client_id": "platform",
        "secret": "very-secret",
        "domains": f"@{DOMAIN.upper()}\n",
        "scopes": "email profile",
        "groups_claim": "groups",
        "groups_editor": "dx-editors, dx-planners",
        "trusted_acr": "",
        "trusted_amr": "mfa",
    }


def stored(municipality):
    with context.tenant(municipality.pk):
        return SsoConnection.objects.get()


def test_member_may_not(client_for, staff, maebashi, acting):
    editor = staff(maebashi, "editor")
    assert client_for(editor).get(SETTINGS).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        set_policy(by=actor, policy="off")


def test_domain_is_asked_for_once_however_it_is_written(client_for, administrator, maebashi, form):
    form["domains"] = f"{DOMAIN}\n@{DOMAIN}, {DOMAIN.upper()}"
    assert client_for(administrator).post(f"{SETTINGS}connection/", form).url == SETTINGS
    with context.tenant(maebashi.pk):
        assert [one.domain for one in SsoDomain.objects.all()] == [DOMAIN]


def test_overlong_domain_is_refused_with_a_message(client_for, administrator, maebashi, form):
    form["domains"] = ".".join(["a" * 60] * 5)
    refused = client_for(administrator).post(f"{SETTINGS}connection/", form)
    assert refused.status_code == 422 and "ドメインの形が正しくありません" in refused.content.decode()


def test_connects_tests_and_opens(client_for, administrator, maebashi, form, idp):
    client = client_for(administrator)
    assert "http://localhost:8000/m/102016/sso/callback/" in client.get(SETTINGS).content.decode()
    assert client.post(f"{SETTINGS}connection/", form).url == SETTINGS
    connection = stored(maebashi)
    assert connection.secret == "very-secret" and "very-secret" not in connection.encrypted_secret
    assert connection.scopes == "openid email profile"
    assert connection.groups_of_role == {"editor": ["dx-editors", "dx-planners"]}
    with context.tenant(maebashi.pk):
        assert SsoDomain.objects.get().domain == DOMAIN
    for page in (SETTINGS, f"{SETTINGS}connection/"):
        assert "very-secret" not in client.get(page).content.decode()

    refused = client.post(SETTINGS, {"policy": "optional"})
    assert refused.status_code == 422 and "接続を試す" in refused.content.decode()
    way = Connected(idp)
    answer = client.get(way.callback(client, person(idp, "tester", ["dx-planners"]), "settings/test/"))
    page = client.get(answer.url).content.decode()
    assert "正しくやり取りできました" in page and "dx-planners" in page and "起案者" in page
    assert client.session["_auth_user_id"] == str(administrator.pk)

    refused = client.post(SETTINGS, {"policy": "optional"})
    assert refused.status_code == 422 and "事務局によるドメインの確認" in refused.content.decode()
    confirm_domains()
    assert client.post(SETTINGS, {"policy": "required"}).status_code == 422
    client.post(f"{SETTINGS}exceptions/", {"user": str(administrator.pk)})
    assert client.post(SETTINGS, {"policy": "required"}).url == SETTINGS
    assert client.get(SETTINGS).status_code == 200


def test_keeps_the_secret_that_is_not_entered(client_for, administrator, maebashi, form):
    client = client_for(administrator)
    client.post(f"{SETTINGS}connection/", form)
    client.post(f"{SETTINGS}connection/", form | {"secret": "", "groups_editor": "others"})
    assert stored(maebashi).secret == "very-secret"


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("issuer", "http://idp.example", "httpsで始まるURL"),
        ("issuer", "https://10.0.0.1", "接続できません"),
        ("issuer", "http://localhost:9", "接続できません"),
        ("domains", "not a domain", "ドメインの形"),
        ("domains", "", "入力してください"),
        ("groups_editor", ",".join(f"g{n}" for n in range(51)), "50件まで"),
    ],
)
def test_tells_what_is_wrong(client_for, administrator, maebashi, form, field, value, text):
    response = client_for(administrator).post(f"{SETTINGS}connection/", form | {field: value})
    assert response.status_code == 422 and text in response.content.decode()
    with context.tenant(maebashi.pk):
        assert not SsoConnection.objects.exists()


def test_another_provider_shuts_the_entrance_until_it_is_tested(administrator, maebashi, idp, acting):
    connect(administrator, maebashi, idp)
    connect(administrator, maebashi, idp, policy="off", client_id="platform")
    connect(administrator, maebashi, idp)
    with acting(administrator, maebashi) as actor:
        values = {"issuer": idp.url, "client_id": "another", "groups_of_role": {}}
        connection = configure(by=actor, domains=[DOMAIN], **values)
        assert connection.tested_at is None
        assert SsoEntrance.objects.get().policy == "off"


def test_last_exception_stays_while_required(administrator, maebashi, idp, acting):
    connect(administrator, maebashi, idp, policy="required")
    with acting(administrator, maebashi) as actor:
        with pytest.raises(ValidationError):
            clear_exception(by=actor, exception=BreakGlass.objects.get())
        set_policy(by=actor, policy="optional")
        clear_exception(by=actor, exception=BreakGlass.objects.get())
        assert not BreakGlass.objects.exists()


def test_link_can_be_removed(client, connected, client_for, administrator, idp):
    way = connected()
    way.sign_in(client, person(idp, "linked1"))
    page = client_for(administrator).get(SETTINGS).content.decode()
    remove = page.split("/sso/settings/links/")[1].split('"')[0]
    client_for(administrator).post(f"{SETTINGS}links/{remove}")
    assert way.sign_in(type(client)(), "linked1").url == "/m/102016/sso/link/"


def test_atomic(administrator, maebashi, idp, acting, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.sso.actions.configuring.record", fail)
    with acting(administrator, maebashi) as actor, pytest.raises(RuntimeError):
        configure(by=actor, issuer=idp.url, client_id="x", domains=[DOMAIN], groups_of_role={})
    with context.tenant(maebashi.pk):
        assert not SsoConnection.objects.exists()
