"""The secretariat sees how a service's sign-out notices fare, and not whom they are about."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from consortium.membership.models import User
from consortium.tenancy import context
from identity.models import LogoutNotice
from services.actions.catalogue import register_component
from services.actions.relying_parties import register_relying_party
from services.models import RelyingParty

pytestmark = pytest.mark.django_db


@pytest.fixture
def party(secretary: User, acting: Callable[..., Any]) -> RelyingParty:
    with acting(secretary) as actor:
        component = register_component(
            by=actor,
            code="transport-component",
            sector="transport",
            name_ja="部品",
            name_en="Component",
            summary="要約",
            provider="架空",
        )
        made = register_relying_party(
            by=actor,
            component=component,
            name_ja="まちなか交通割引",
            name_en="Town transport discount",
            auth_method="client_secret_basic",
            redirect_uris=["https://service.example.jp/callback"],
            purpose_ja="運賃の割引を適用するため",
            purpose_en="To apply fare discounts",
            attributes=["resident_of"],
            contact="service@example.jp",
        )
        RelyingParty.objects.filter(pk=made.relying_party.pk).update(
            backchannel_logout_uri="https://service.example.jp/out"
        )
    return made.relying_party


def put(party: RelyingParty, **values: Any) -> None:
    with context.opened(context.Context("owner")):
        LogoutNotice(
            client_id=party.client_id, subject="pseudonym-1", sid="sid-1", cause="signed_out", **values
        ).save(force_insert=True)


def test_states_and_failures(party: RelyingParty, secretary: User, client_for: Callable[..., Client]) -> None:
    now = timezone.now()
    put(party, state="delivered", attempts=1, ended_at=now)
    put(party, state="dead", attempts=30, ended_at=now, error="unreachable")
    put(party, attempts=2, error="503")
    put(party)
    page = client_for(secretary).get(f"/secretariat/services/{party.client_id}/logouts/").content.decode()
    shown = ("通知済", "通知できず", "接続できません", "サービスの応答 503", "2件が届いていません")
    assert [text for text in shown if text not in page] == []
    assert "pseudonym-1" not in page and "sid-1" not in page


def test_none_yet_and_unknown_service(
    party: RelyingParty, secretary: User, client_for: Callable[..., Client]
) -> None:
    client = client_for(secretary)
    page = client.get(f"/secretariat/services/{party.client_id}/logouts/").content.decode()
    assert "通知はまだありません" in page and "通知先が登録されていません" not in page
    with context.opened(context.Context("owner")):
        RelyingParty.objects.filter(pk=party.pk).update(backchannel_logout_uri="")
    page = client.get(f"/secretariat/services/{party.client_id}/logouts/").content.decode()
    assert "通知先が登録されていません" in page and "通知はまだありません" not in page
    assert client.get("/secretariat/services/unknown/logouts/").status_code == 404


def test_the_secretariat_cannot_read_whom_they_are_about(party: RelyingParty) -> None:
    put(party)
    for columns, allowed in (("client_id, state", True), ("subject", False), ("sid", False)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE secretariat")
                cursor.execute(f"SELECT {columns} FROM identity_logoutnotice")
                assert len(cursor.fetchall()) == 1
        except DatabaseError:
            assert not allowed
        else:
            assert allowed
