"""E-mail to addresses without account: in both languages, since the reader's own isn't known yet."""

from django.conf import settings
from django.urls import reverse

from consortium.notifications.post import post, written

from .models import (
    EmailChange,
    MembershipApplication,
    Recovery,
    SecretariatInvitation,
    StaffInvitation,
    StaffRecovery,
    User,
)
from .roles import names_of


def invitation_url(invitation: StaffInvitation | SecretariatInvitation, token: str) -> str:
    if isinstance(invitation, StaffInvitation):
        path = reverse("membership:staff_invitation", args=[invitation.municipality.code, token])
        return f"{settings.PORTAL_URL}{path}"
    return secretariat_url(token)


def secretariat_url(token: str) -> str:
    return f"{settings.PORTAL_URL}{reverse('membership:secretariat_invitation', args=[token])}"


def post_invitation(invitation: StaffInvitation | SecretariatInvitation, token: str) -> None:
    """The only copy of the link."""
    place = invitation.municipality if isinstance(invitation, StaffInvitation) else None
    values = {
        "invitation": invitation,
        "place": place,
        "url": invitation_url(invitation, token),
        "roles": names_of(invitation.roles),
    }
    letter = written("membership/email/invitation", values, to=invitation.email)
    post(letter, kind="invitation", urgent=True, municipality_id=place.pk if place else None)


def post_answer(application: MembershipApplication, template: str) -> None:
    """To the contact of a municipality that has no account. template: received, declined.

    Nobody has proved the address: what a stranger typed is not repeated to it, not even the name.
    """
    letter = written(
        f"membership/email/application_{template}",
        {"application": application, "apply_url": f"{settings.PORTAL_URL}{reverse('membership:apply')}"},
        to=application.contact_email,
    )
    post(letter, kind=f"application_{template}")


def post_recovery_link(recovery: Recovery, token: str) -> None:
    """The only copy of the link."""
    if isinstance(recovery, StaffRecovery):
        path = reverse("membership:use_recovery", args=[recovery.municipality.code, token])
    else:
        path = reverse("membership:secretariat_use_recovery", args=[token])
    _post("recovery_link", recovery.user, recovery.user.email, {"recovery": recovery, "url": _full(path)})


def post_email_proof(change: EmailChange, token: str, *, in_use: bool) -> None:
    """in_use: an account has the address already; its holder is told so, and nobody else."""
    url = _full(reverse("membership:prove_email", args=[token]))
    _post("email_in_use" if in_use else "email_proof", change.user, change.new_email, {"url": url})


def post_email_stop(change: EmailChange, token: str) -> None:
    url = _full(reverse("membership:stop_email", args=[token]))
    _post("email_stop", change.user, change.old_email, {"url": url})


def post_email_changed(change: EmailChange) -> None:
    _post("email_changed", change.user, change.old_email, {})


def _post(name: str, user: User, address: str | None, values: dict[str, object]) -> None:
    letter = written(f"membership/email/{name}", values, to=address or "", languages=(user.language,))
    post(letter, kind=name, urgent=True, user_id=user.pk)


def _full(path: str) -> str:
    return f"{settings.PORTAL_URL}{path}"
