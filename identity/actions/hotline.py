"""Somebody calls that a phone is lost: who it is, as far as a call can tell."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from identity.models import Citizen
from identity.notices import CALLED, tell
from identity.permissions import IdentityPermission

ENOUGH = 2


@action(IdentityPermission.PROOF_RESIDENTS)
def identify_caller(*, by: Actor, citizen: Citizen, answers: Collection[str]) -> None:
    """The clerk asked and these answers were right: enough to stop something, and to open nothing.

    answers: what was asked, never what was said. Raises ValidationError `answers`.
    """
    if len(set(answers)) < ENOUGH:
        raise ValidationError(_("2つ以上の質問で本人であることを確かめてください。"), code="answers")
    detail = {"answers": sorted(set(answers))}
    record(by=by, action="hotline.identified", target=citizen, citizen_id=citizen.pk, detail=detail)
    tell(citizen.pk, CALLED)
