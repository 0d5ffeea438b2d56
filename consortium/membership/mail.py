"""E-mail of this package. Invitations speak both languages: their readers' own isn't known yet."""

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import SecretariatInvitation, StaffInvitation, User
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


def tell(name: str, people: Iterable[User], **values: object) -> None:
    """Send `membership/email/<name>.txt` to each, in her language, once the transaction is through."""
    for person in people:
        if person.email:
            post(name, person.email, language=person.language, **values)


def post(name: str, address: str, *, language: str = settings.LANGUAGE_CODE, **values: object) -> None:
    """As `tell`, to an address that need not be an account's yet."""
    values |= {"portal_url": settings.PORTAL_URL, "demo": settings.DEMO}
    with translation.override(language):
        subject = _line(f"membership/email/{name}_subject.txt", values)
        text = render_to_string(f"membership/email/{name}.txt", values).strip()
    message = EmailMessage(subject, text, to=[address])
    transaction.on_commit(message.send, robust=True)


def _line(template: str, values: dict[str, object]) -> str:
    return " ".join(render_to_string(template, values).split())
