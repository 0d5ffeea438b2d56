"""A municipality applies, the secretariat admits or declines."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership import mail
from consortium.membership.models import ApplicationStatus, Membership, MembershipApplication
from consortium.membership.notices import APPLICATION_RECEIVED
from consortium.membership.permissions import MembershipPermission
from consortium.notifications.announce import notify
from consortium.notifications.audience import secretaries
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality

from .invitations import invite_first_administrator


@dataclass(frozen=True, slots=True)
class Admission:
    membership: Membership
    token: str
    """Of the first administrator's invitation, which is mailed as well."""


@action(kinds=(ActorKind.STAFF,))
def apply_for_membership(
    *, by: Actor, municipality: Municipality, contact_name: str, contact_email: str, reason: str = ""
) -> MembershipApplication:
    """Open to anybody, whether or not another application is open. ValidationError for a member."""
    if Membership.objects.filter(municipality=municipality, ends_on=None).exists():
        raise _refused(_("この自治体は既に参画しています。"), "already_member")
    application = MembershipApplication(
        municipality=municipality,
        contact_name=contact_name,
        contact_email=contact_email.lower(),
        reason=reason,
    )
    application.save(force_insert=True)
    record(
        by=by, action="application.received", target=application, detail={"municipality": municipality.code}
    )
    notify(
        APPLICATION_RECEIVED,
        to=secretaries(MembershipPermission.ADMIT),
        values={"municipality": municipality.name},
        target={"application": application.pk},
    )
    mail.post_answer(application, "received")
    return application


@action(MembershipPermission.ADMIT)
def admit_municipality(
    *, by: Actor, application: MembershipApplication, resolution: str, starts_on: date
) -> Admission:
    """Make the applicant a member by a resolution and invite its contact as first administrator.

    Other open applications of the municipality are declined with it. ValidationError if the application is
    decided already or the municipality is a member.
    """
    locked = _open_application(application)
    membership = Membership(municipality=locked.municipality, starts_on=starts_on, resolution=resolution)
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise _refused(_("この自治体は既に参画しています。"), "already_member") from error
    _decide(locked, by=by, status=ApplicationStatus.ADMITTED)
    _decline_others(locked, by=by)
    detail = {
        "municipality": locked.municipality.code,
        "resolution": resolution,
        "from": starts_on.isoformat(),
    }
    for stream in (None, locked.municipality_id):
        record(
            by=by,
            action="municipality.admitted",
            target=membership,
            municipality_id=stream,
            detail=detail,
        )
    token = invite_first_administrator(
        by=by,
        municipality=locked.municipality,
        email=locked.contact_email,
        name=locked.contact_name,
    )
    return Admission(membership, token)


@action(MembershipPermission.ADMIT)
def decline_application(*, by: Actor, application: MembershipApplication, reason: str) -> None:
    """ValidationError if the application is decided already."""
    _decline(_open_application(application), by=by, reason=reason)


def _decline_others(admitted: MembershipApplication, *, by: Actor) -> None:
    reason = _("この自治体の別の申請により、参画を承認しました。")
    for other in _open_ones(admitted.municipality_id):
        _decline(other, by=by, reason=reason)


def _decline(application: MembershipApplication, *, by: Actor, reason: str) -> None:
    application.decision_reason = reason
    _decide(application, by=by, status=ApplicationStatus.DECLINED)
    detail = {"municipality": application.municipality.code}
    record(by=by, action="application.declined", target=application, detail=detail)
    mail.post_answer(application, "declined")


def _open_application(application: MembershipApplication) -> MembershipApplication:
    """Locked together with the municipality's other open ones, in one order, lest two decisions wait for each
    other."""
    locked = next((one for one in _open_ones(application.municipality_id) if one == application), None)
    if locked is None:
        raise ValidationError(_("この申請は既に処理されています。"), code="decided")
    return locked


def _open_ones(municipality_id: int) -> list[MembershipApplication]:
    found = MembershipApplication.objects.select_for_update().order_by("pk")
    return list(found.filter(municipality=municipality_id, status=ApplicationStatus.RECEIVED))


def _decide(application: MembershipApplication, *, by: Actor, status: ApplicationStatus) -> None:
    application.status = status
    application.decided_at = timezone.now()
    application.decided_by = by.label[:60]
    application.save(update_fields=["status", "decided_at", "decided_by", "decision_reason"])


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError({"municipality": ValidationError(message, code=code)})
