"""A dead letter concerns whoever looks after the accounts of its place."""

from cryptography.fernet import InvalidToken
from django.utils.translation import gettext_lazy as _

from .announce import notify
from .audience import Audience
from .kinds import SERVICE, Kind, register
from .models import Mail
from .post import opened

MAIL_REFUSED = Kind(
    key="mail.refused",
    category=SERVICE,
    label=_("届かなかったメールのお知らせ"),
    sentence=_("%(recipient)s宛てのメールを送信できませんでした。宛先を確かめてください。"),
)
register([MAIL_REFUSED])
LOOKS_AFTER = {True: "membership.manage_secretariat", False: "membership.manage_staff"}


def tell_of_refusal(mail: Mail) -> None:
    """Names the address in part only: enough to recognise a colleague, of no use to others."""
    if mail.kind == MAIL_REFUSED.key:
        return  # or one refusal would beget the next
    to = Audience(permission=LOOKS_AFTER[mail.municipality_id is None], elsewhere=(mail.municipality_id,))
    notify(MAIL_REFUSED, to=to, values={"recipient": _recipient(mail.payload)})


def _recipient(payload: str) -> str:
    try:
        return masked(opened(payload).to)
    except InvalidToken:
        return "?"


def masked(address: str) -> str:
    """t***@city.example"""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"
