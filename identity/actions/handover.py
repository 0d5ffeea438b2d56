"""Codes by which a resident makes herself known to whom she chooses: her new municipality, her principal."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.enrolment_code import code_hash, new_code
from identity.models import Citizen, HandoverCode, HandoverKind
from identity.permissions import IdentityPermission

VALID = {HandoverKind.MOVE: timedelta(days=30), HandoverKind.DELEGATE: timedelta(days=7)}


@action(kinds=(ActorKind.RESIDENT,))
def issue_own_code(*, by: Actor, kind: HandoverKind) -> str:
    """The code in canonical form; it is kept nowhere."""
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return _issue(by, by.citizen_id, kind)


@action(IdentityPermission.PROOF_RESIDENTS)
def issue_move_code(*, by: Actor, citizen: Citizen) -> str:
    """For somebody who leaves, to show at her new municipality's counter."""
    return _issue(by, citizen.pk, HandoverKind.MOVE)


def _issue(by: Actor, citizen_id: UUID, kind: HandoverKind) -> str:
    code = new_code()
    issued = HandoverCode(
        kind=kind, code_hash=code_hash(code), citizen_id=citizen_id, expires_at=timezone.now() + VALID[kind]
    )
    issued.save(force_insert=True)
    record(by=by, action="handover.issued", citizen_id=citizen_id, detail={"kind": kind})
    return code


def shown(hashed: str, kind: HandoverKind) -> HandoverCode:
    """Name a code to the database for the rest of the transaction; its row, locked, if it can be used.

    Raises ValidationError `code`.
    """
    name_code(hashed)
    found: HandoverCode | None = (
        HandoverCode.objects.select_for_update()
        .filter(code_hash=hashed, kind=kind, used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if found is None:
        raise ValidationError(
            _("このコードは使用できません。新しいコードを作ってもらってください。"), code="code"
        )
    return found


def name_code(hashed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.code', %s, true)", [hashed])


def use(code: HandoverCode) -> None:
    """Once only, however many try. Raises ValidationError `code`."""
    if not HandoverCode.objects.filter(pk=code.pk, used_at=None).update(used_at=timezone.now()):
        raise ValidationError(_("このコードは既に使われています。"), code="code")
