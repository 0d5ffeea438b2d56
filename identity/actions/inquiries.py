"""Inquiries from the first question to the last word. The resident's texts are personal data."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.models import Event
from consortium.audit.record import record
from consortium.domain.my_number import contains_my_number
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.context import require_municipality
from consortium.tenancy.models import Municipality
from identity.domain.inquiry import ENDS, STARTS, Step, due_on
from identity.models import Inquiry, InquiryAuthor, InquiryLink, InquiryMessage, InquirySubject
from identity.notices import INQUIRY_ANSWERED, tell
from identity.permissions import IdentityPermission
from identity.queries.standing import standing
from services.queries import relying_party

MOST_OPEN: Final = 20
LINK_DAYS: Final = 14
_STAMPS: Final = {Step.FORWARD: "asked_at", Step.ANSWER: "answered_at", Step.CLOSE: "closed_at"}


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about. municipality_id: whose staff it was; None for where she lives."""

    subject: InquirySubject
    recipient: str
    subject_id: UUID | None = None
    client_id: str = ""
    happened_at: datetime | None = None
    attributes: Collection[str] = ()
    municipality_id: int | None = None


@action(kinds=(ActorKind.RESIDENT,))
def ask(*, by: Actor, about: About, text: str, may_forward: bool) -> Inquiry:
    """Raises ValidationError `nowhere`, `open`, `too_many`, `my_number`."""
    _check_text(text)
    citizen_id, municipality_id = _her(by), about.municipality_id
    if municipality_id is None:
        here = standing(citizen_id)
        municipality_id = here.municipality_id if here else None
    if municipality_id is None:
        raise ValidationError(_("参画する自治体に住んでいないため、受け付けられません。"), code="nowhere")
    if Inquiry.objects.filter(citizen=citizen_id).exclude(state="closed").count() >= MOST_OPEN:
        raise ValidationError(
            _("終わっていない問い合わせが多すぎます。先に終了してください。"), code="too_many"
        )
    inquiry = _received(citizen_id, municipality_id, about, may_forward=may_forward)
    _say(inquiry, InquiryAuthor.RESIDENT, text)
    _record(by, inquiry, "inquiry.received", {"subject": about.subject})
    return inquiry


def _received(citizen_id: UUID, municipality_id: int, about: About, *, may_forward: bool) -> Inquiry:
    inquiry = Inquiry(
        citizen_id=citizen_id,
        municipality_id=municipality_id,
        subject=about.subject,
        subject_id=about.subject_id,
        client_id=about.client_id,
        recipient=about.recipient,
        happened_at=about.happened_at,
        attributes=list(about.attributes),
        may_forward=may_forward,
        due_on=due_on(timezone.localdate()),
    )
    try:
        with transaction.atomic():
            inquiry.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("この記録については、既に問い合わせています。"), code="open") from error
    return inquiry


@action(kinds=(ActorKind.RESIDENT,))
def close_inquiry(*, by: Actor, inquiry: Inquiry) -> None:
    """Raises ValidationError `state`."""
    _step(inquiry, Step.CLOSE)
    _record(by, inquiry, "inquiry.closed")


@action(kinds=(ActorKind.RESIDENT,))
def reopen_inquiry(*, by: Actor, inquiry: Inquiry, text: str) -> None:
    """With what is still unclear; the time begins anew. Raises ValidationError `state`, `open`."""
    _check_text(text)
    try:
        with transaction.atomic():
            _step(
                inquiry,
                Step.REOPEN,
                due_on=due_on(timezone.localdate()),
                reminded_on=None,
                escalated_on=None,
                closed_at=None,
            )
    except IntegrityError as error:
        raise ValidationError(_("この記録については、既に問い合わせています。"), code="open") from error
    _say(inquiry, InquiryAuthor.RESIDENT, text)
    _record(by, inquiry, "inquiry.reopened")


@action(IdentityPermission.PROOF_RESIDENTS)
def note_inquiry_read(*, by: Actor, inquiry: Inquiry) -> None:
    """A clerk opened it, and with it what she wrote: it stands among the staff's deeds on her pages."""
    _record(by, inquiry, "inquiry.read", {"purpose": "inquiry"})


@action(IdentityPermission.PROOF_RESIDENTS)
def forward_inquiry(*, by: Actor, inquiry: Inquiry) -> str:
    """Let the service's operator answer; returns the token of the one-time address, which is kept nowhere.

    Raises ValidationError `state`, `not_allowed`, `no_service`, `own`.
    """
    _not_about(by, inquiry)
    if not inquiry.may_forward:
        raise ValidationError(_("本人が、事業者へ伝えることに同意していません。"), code="not_allowed")
    if relying_party(inquiry.client_id) is None:
        raise ValidationError(
            _("この問い合わせは、連携サービスについてのものではありません。"), code="no_service"
        )
    _step(inquiry, Step.FORWARD)
    token = secrets.token_urlsafe(32)
    InquiryLink(
        token_hash=token_hash(token),
        inquiry_id=inquiry.pk,
        citizen_id=inquiry.citizen_id,
        municipality_id=inquiry.municipality_id,
        client_id=inquiry.client_id,
        expires_at=timezone.now() + timedelta(days=LINK_DAYS),
    ).save(force_insert=True)
    _record(by, inquiry, "inquiry.forwarded")
    return token


@action(IdentityPermission.PROOF_RESIDENTS)
def answer_inquiry(*, by: Actor, inquiry: Inquiry, text: str) -> None:
    """Raises ValidationError `state`, `my_number`, `own`."""
    _check_text(text)
    _not_about(by, inquiry)
    _step(inquiry, Step.ANSWER)
    name = Municipality.objects.get(pk=require_municipality()).name
    _say(inquiry, InquiryAuthor.MUNICIPALITY, text, name)
    _record(by, inquiry, "inquiry.answered")
    _tell(inquiry)


@action(kinds=(ActorKind.SERVICE,))
def answer_as_service(*, by: Actor, inquiry: Inquiry, link: InquiryLink, text: str) -> None:
    """Once per address. Needs the context of whose inquiry it is. Raises ValidationError `used`, `state`."""
    _check_text(text)
    unused = InquiryLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    if not unused.update(used_at=timezone.now()):
        raise ValidationError(_("この回答用のアドレスは使用できません。"), code="used")
    _step(inquiry, Step.ANSWER)
    _say(inquiry, InquiryAuthor.SERVICE, text, inquiry.recipient)
    _record(by, inquiry, "inquiry.answered")
    _tell(inquiry)


def is_about(by: Actor, inquiry: Inquiry) -> bool:
    """Whether it asks about what this member of staff did, herself or as somebody's deputy, or had done."""
    if inquiry.subject != InquirySubject.STAFF_ACCESS or inquiry.subject_id is None:
        return False
    deed = Event.objects.filter(pk=inquiry.subject_id).first()
    return deed is not None and by.is_among(
        deed.actor_id, [deed.detail.get("on_behalf_of", {}).get("id", "")]
    )


def _not_about(by: Actor, inquiry: Inquiry) -> None:
    if is_about(by, inquiry):
        message = _("自分が行った取扱いへの問い合わせです。別の職員が回答してください。")
        raise ValidationError(message, code="own")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _step(inquiry: Inquiry, step: Step, **more: Any) -> None:
    """One statement decides, so that of two at once the second is refused."""
    values = {"state": ENDS[step], **more}
    if step in _STAMPS:
        values[_STAMPS[step]] = timezone.now()
    startable = Inquiry.objects.filter(pk=inquiry.pk, state__in=STARTS[step])
    if not startable.update(**values):
        raise ValidationError(_("この問い合わせは既に進んでいます。画面を開き直してください。"), code="state")


def _say(inquiry: Inquiry, author: InquiryAuthor, text: str, name: str = "") -> None:
    InquiryMessage(
        citizen_id=inquiry.citizen_id,
        inquiry_id=inquiry.pk,
        municipality_id=inquiry.municipality_id,
        author=author,
        author_name=name,
        text=text,
    ).save(force_insert=True)


def _tell(inquiry: Inquiry) -> None:
    tell(inquiry.citizen_id, INQUIRY_ANSWERED, target={"inquiry_id": str(inquiry.pk)})


def _record(by: Actor, inquiry: Inquiry, deed: str, detail: dict[str, Any] | None = None) -> None:
    record(by=by, action=deed, target=inquiry, citizen_id=inquiry.citizen_id, detail=detail)


def _check_text(text: str) -> None:
    if contains_my_number(text):
        raise ValidationError(_("個人番号(マイナンバー)は書けません。"), code="my_number")


def _her(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise ValidationError(_("本人だけが問い合わせできます。"), code="nobody")
    return by.citizen_id
