"""While a provider is asked, no transaction is open and no connection to the database is held."""

import pytest
from django.db import connection

from consortium.sso.outbound import GuardedAdapter

from .conftest import DOMAIN, Connected, connect
from .test_entering import person
from .test_settings import SETTINGS


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held(client, client_for, administrator, maebashi, idp, monkeypatch):
    held = []
    send = GuardedAdapter.send

    def sent(self, request, *args, **kwargs):
        held.append((request.url, connection.connection is not None))
        return send(self, request, *args, **kwargs)

    monkeypatch.setattr(GuardedAdapter, "send", sent)
    connect(administrator, maebashi, idp)
    Connected(idp).sign_in(client, person(idp, "outside1"))
    assert client.get("/m/102016/").status_code == 200
    values = {"issuer": idp.url, "client_id": "platform", "domains": DOMAIN}
    values |= {"scopes": "openid", "groups_claim": "groups"}
    assert client_for(administrator).post(f"{SETTINGS}connection/", values).url == SETTINGS
    asked = [url for url, _held in held]
    for part in ("openid-configuration", "token", "jwks"):
        assert any(part in url for url in asked), asked
    assert sum("openid-configuration" in url for url in asked) == 2
    assert not [url for url, is_held in held if is_held]
