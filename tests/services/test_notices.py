"""Who is told of components and services: colleagues before the approval, adopters after it."""

from services.actions import (
    adopt_component,
    approve_relying_party,
    end_adoption,
    publish_release,
    register_relying_party,
    suspend_relying_party,
)
from tests import factories
from tests.factories import acting
from tests.services.conftest import PARTY


def subjects(messages, user):
    return [one.subject for one in messages if one.to == [user.email]]


def test_colleagues_are_asked_to_approve(component, secretary, mailbox):
    colleague = factories.make_secretary()
    with acting(secretary) as by:
        register_relying_party(by=by, component=component, **PARTY)
    messages = mailbox()
    assert subjects(messages, colleague) == ["連携サービスの登録"]
    assert subjects(messages, secretary) == []


def test_adopters_learn_what_becomes_of_it(
    party, component, administrator, maebashi, takasaki, staff, secretary, mailbox
):
    elsewhere = staff(takasaki, "administrator")
    factories.make_member(maebashi)
    with acting(administrator, maebashi) as by:
        adoption = adopt_component(by=by, component=component)
    with acting(factories.make_secretary()) as by:
        approve_relying_party(by=by, relying_party=party)
        suspend_relying_party(by=by, relying_party=party)
        publish_release(by=by, component=component, version="1.1.0")
    messages = mailbox()
    assert subjects(messages, administrator) == [
        "連携サービスの承認",
        "連携サービスの停止",
        "共通部品の新しい版",
    ]
    assert subjects(messages, elsewhere) == []
    told = next(one for one in messages if one.subject == "共通部品の新しい版")
    assert "/m/102016/components/transport-discount/" in told.body
    with acting(administrator, maebashi) as by:
        end_adoption(by=by, adoption=adoption)
    with acting(secretary) as by:
        publish_release(by=by, component=component, version="1.2.0")
    assert len(subjects(mailbox(), administrator)) == 3
