"""E-mail to addresses without account: in both languages, since the reader's own isn't known yet."""

from django.conf import settings
from django.urls import reverse

from consortium.notifications.post import post, written

from .models import MembershipApplication, SecretariatInvitation, StaffInvitation
from .roles import ROLES


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
        "role": ROLES[invitation.role],
    }
    letter = written("membership/email/invitation", values, to=invitation.email)
    post(letter, kind="invitation", urgent=True, municipality_id=place.pk if place else None)


def post_answer(application: MembershipApplication, template: str) -> None:
    """To the contact of a municipality that has no account. template: received, declined."""
    letter = written(
        f"membership/email/application_{template}",
        {"application": application, "apply_url": f"{settings.PORTAL_URL}{reverse('membership:apply')}"},
        to=application.contact_email,
    )
    post(letter, kind=f"application_{template}")
