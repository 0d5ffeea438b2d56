"""What actions call: rows in the action's own transaction, so that none is lost and none is told in vain."""

from collections.abc import Mapping
from typing import Any

from consortium.tenancy import context
from consortium.tenancy.actor import Actor

from .audience import Audience
from .kinds import Kind
from .models import Announcement, Watch
from .wake import wake


def notify(
    kind: Kind,
    *,
    to: Audience,
    by: Actor | None = None,
    values: Mapping[str, Any] | None = None,
    target: Mapping[str, Any] | None = None,
) -> None:
    """Tell people of the open context's municipality (or the secretariat) that something happened.

    values: what the kind's sentence names, as text or numbers. target: arguments of the kind's URL; the
    tenant's code is added. by: who did it, and needs not be told. A kind of the category SECURITY is of the
    account, wherever its holder is. Raises KeyError for a value that the sentence needs.
    """
    kind.text(values or {})
    Announcement(
        kind=kind.key,
        municipality_id=_place(kind, to),
        users=to.users,
        permission=to.permission,
        topic=to.topic,
        by=by.id if by else "",
        values=dict(values or {}),
        target={name: str(value) for name, value in (target or {}).items()},
    ).save(force_insert=True)
    wake()


def _place(kind: Kind, to: Audience) -> int | None:
    if to.elsewhere:
        return to.elsewhere[0]
    return None if kind.category.fixed else context.require().municipality_id


def watch(topic: str, *, permission: str) -> None:
    """From now on the open municipality's holders of the permission are told about the topic."""
    row = Watch(municipality_id=context.require_municipality(), topic=topic, permission=str(permission))
    Watch.objects.bulk_create([row], ignore_conflicts=True)


def unwatch(topic: str) -> None:
    Watch.objects.filter(municipality_id=context.require_municipality(), topic=topic).delete()
