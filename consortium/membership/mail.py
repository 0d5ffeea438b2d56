"""E-mail of this package: in Japanese, then in English, since the reader's language isn't known yet."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import SecretariatInvitation, StaffInvitation
from .roles import ROLES

SEPARATOR = "\n\n" + "-" * 60 + "\n\n"


def invitation_url(invitation: StaffInvitation | SecretariatInvitation, token: str) -> str:
    if isinstance(invitation, StaffInvitation):
        path = reverse("membership:staff_invitation", args=[invitation.municipality.code, token])
        return f"{settings.PORTAL_URL}{path}"
    return secretariat_url(token)


def secretariat_url(token: str) -> str:
    return f"{settings.PORTAL_URL}{reverse('membership:secretariat_invitation', args=[token])}"


def invitation_message(invitation: StaffInvitation | SecretariatInvitation, token: str) -> EmailMessage:
    values = {
        "invitation": invitation,
        "place": invitation.municipality if isinstance(invitation, StaffInvitation) else None,
        "url": invitation_url(invitation, token),
        "role": ROLES[invitation.role],
        "demo": settings.DEMO,
    }
    texts, subjects = [], []
    for language, __ in settings.LANGUAGES:
        with translation.override(language):
            subjects.append(_line("membership/email/invitation_subject.txt", values))
            texts.append(render_to_string("membership/email/invitation.txt", values).strip())
    return EmailMessage(" / ".join(subjects), SEPARATOR.join(texts), to=[invitation.email])


def _line(template: str, values: dict[str, object]) -> str:
    return " ".join(render_to_string(template, values).split())
