"""What residents are told: on their own pages, in the transaction of what happened, by nobody else."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.actions.consents import withdraw_consent
from identity.actions.counter import note_access
from identity.context import resident as speaking
from identity.models import Citizen, ResidentNotice
from identity.queries.notices import told
from identity.tasks import remind_of_consents
from tests import factories
from tests.identity.residents import TARO, make_resident
from tests.isolation.rows import as_owner

INBOX = "/me/notices/"


def shown(resident):
    table = resident.client.get(INBOX).context["table"]
    return [] if table.is_empty else [told(one).text for one in table.page]


def view(counter, citizen_id):
    with factories.acting(counter.first, counter.municipality) as by:
        note_access(by=by, citizen=Citizen.objects.only("pk").get(pk=citizen_id), purpose="proofing")


def remind():
    remind_of_consents.apply(headers=HOUSEKEEPING, throw=True)


def test_anonymous_is_asked_to_sign_in(client, hanako):
    assert client.get(INBOX).status_code == 302


def test_staff_who_look_are_told_of_once_a_day_and_to_her_alone(hanako, counter):
    taro = make_resident(counter, TARO)
    view(counter, hanako.citizen_id)
    view(counter, hanako.citizen_id)
    assert shown(taro) == []
    assert shown(hanako) == ["前橋市の職員が、窓口の手続であなたの登録情報を閲覧しました。"]


def test_staff_read_and_change_none_of_it(hanako, counter):
    view(counter, hanako.citizen_id)
    with context.tenant(counter.municipality.pk):
        for attempt in (ResidentNotice.objects.exists, ResidentNotice.objects.all().delete):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                attempt()


def test_staff_of_elsewhere_write_none(hanako, next_door):
    with context.tenant(next_door.municipality.pk), pytest.raises(Exception, match="row-level"):
        ResidentNotice(citizen_id=hanako.citizen_id, kind="citizen.viewed").save(force_insert=True)


def test_read_at_the_pages(hanako, counter):
    view(counter, hanako.citizen_id)
    home = hanako.client.get("/me/").content.decode()
    assert "新しいお知らせがあります" in home
    assert 'class="badge">1' in home
    assert hanako.client.post(INBOX).status_code == 302
    assert len(shown(hanako)) == 1
    home = hanako.client.get("/me/").content.decode()
    assert "新しいお知らせがあります" not in home
    assert 'class="badge"' not in home


def test_a_consent_that_ends_soon(hanako, adopted, consent):
    consent_id = consent(hanako, adopted, "resident_of", days=20)
    remind()
    remind()
    (text,) = shown(hanako)
    assert "「まちなか交通割引」への同意の期限が近づいています" in text
    (item,) = map(told, hanako.client.get(INBOX).context["table"].page)
    assert item.path == f"/me/consents/{consent_id}/"
    assert hanako.client.get(item.path).status_code == 200


@pytest.mark.parametrize("days", [40, 364])
def test_not_of_one_that_lasts(hanako, adopted, consent, days):
    consent(hanako, adopted, "resident_of", days=days)
    remind()
    assert shown(hanako) == []


def test_not_of_one_that_is_withdrawn(hanako, adopted, consent):
    consent_id = consent(hanako, adopted, "resident_of", days=20)
    with speaking(hanako.citizen_id) as by:
        withdraw_consent(by=by, consent_id=consent_id)
    remind()
    assert shown(hanako) == []


def test_old_ones_are_cleared_away(hanako, counter):
    view(counter, hanako.citizen_id)
    remind()
    assert len(shown(hanako)) == 1
    with as_owner():
        ResidentNotice.objects.update(created_at=timezone.now() - timedelta(days=366))
    remind()
    assert shown(hanako) == []
