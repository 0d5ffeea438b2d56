"""From the outbox to the mail server: claim, send, mark; each mark is one short transaction.

A worker that is killed between the server's "250" and the mark leaves a mail that is sent a second time,
with the same Message-ID, once its lease is over. That is the only way to send one twice: SMTP has no
transaction that spans both sides (RFC 5321, section 6.1).
"""

import smtplib
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from structlog import get_logger

from consortium.jobs.leases import LeaseLost
from consortium.jobs.models import lease_length
from consortium.tenancy import context
from consortium.ui.context_processors import site_name

from .models import Mail, MailState
from .post import Letter, opened
from .refused import tell_of_refusal

log = get_logger()
PER_PASS: Final = 100
LONGEST_PAUSE: Final = timedelta(hours=1)
FIRST_PAUSE: Final = timedelta(seconds=30)
OUTAGE: Final = "notifications:outage"
OUTAGE_SECONDS: Final = 30


@dataclass(frozen=True)
class Claim:
    mail_id: UUID
    fencing: int
    payload: str = field(repr=False)
    attempts: int


class Refused(Exception):
    """For good: another attempt would end the same way."""


class Postponed(Exception):
    """This mail, for now: a full mailbox, greylisting."""


class Outage(Exception):
    """The server, whatever the mail."""


def send_due(limit: int = PER_PASS) -> int:
    """Send what is due, most urgent first; returns how many were claimed.

    While the server is away nothing is tried for half a minute, so that no worker spends its time waiting.
    """
    connection: Any = None
    tried = 0
    try:
        while tried < limit and not cache.get(OUTAGE) and (claimed := claim()):
            connection = connection or get_connection()
            tried += 1
            if not _carry_out(claimed, connection):
                connection.close()
    finally:
        if connection is not None:
            connection.close()
    return tried


def claim() -> Claim | None:
    """Take the next mail that is due, or that a silent worker left behind."""
    due = Q(state=MailState.QUEUED, due_at__lte=Now()) | Q(state=MailState.SENDING, lease_until__lt=Now())
    with context.worker():
        mail = (
            Mail.objects.filter(due).order_by("-urgent", "due_at").select_for_update(skip_locked=True).first()
        )
        if mail is None:
            return None
        mail.state, mail.attempts, mail.fencing = MailState.SENDING, mail.attempts + 1, mail.fencing + 1
        mail.lease_until = Now() + lease_length()
        mail.save(update_fields=["state", "attempts", "fencing", "lease_until"])
        return Claim(mail.pk, mail.fencing, mail.payload, mail.attempts)


def _carry_out(claimed: Claim, connection: Any) -> bool:
    """Whether the connection can be used on."""
    try:
        hand_over(claimed, connection)
        sent(claimed)
    except Refused as reason:
        bury(claimed, str(reason))
    except (Postponed, Outage) as reason:
        if isinstance(reason, Outage):
            cache.set(OUTAGE, True, OUTAGE_SECONDS)
        postpone(claimed, str(reason))
    except LeaseLost:
        log.warning("mail_lease_lost", mail=str(claimed.mail_id))
    else:
        return True
    return False


def hand_over(claimed: Claim, connection: Any) -> None:
    """Raises Refused, Postponed, Outage."""
    try:
        message(claimed.mail_id, opened(claimed.payload), connection).send()
    except InvalidToken as error:
        raise Refused("undecipherable") from error
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _said),) = error.recipients.values()
        raise _of(code) from error
    except smtplib.SMTPDataError as error:
        raise _of(error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        raise Outage(str(error.smtp_code)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Outage(type(error).__name__) from error
    except (ValueError, UnicodeError) as error:
        raise Refused("malformed") from error
    except Exception as error:  # a fault of ours in one mail must not hold up the others
        log.exception("mail_broke", mail=str(claimed.mail_id))
        raise Postponed("internal") from error


def _of(code: int) -> Exception:
    return Refused(str(code)) if code >= 500 else Postponed(str(code))


def message(mail_id: UUID, letter: Letter, connection: Any = None) -> EmailMessage:
    headers = {
        "Message-ID": message_id(mail_id),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **letter.headers,
    }
    return EmailMessage(
        letter.subject, letter.text, sender(), [letter.to], headers=headers, connection=connection
    )


def message_id(mail_id: UUID) -> str:
    return f"<{mail_id}@{urlsplit(settings.PORTAL_URL).hostname}>"


def sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or site_name(), address))


def sent(claimed: Claim) -> None:
    """Raises LeaseLost."""
    _end(claimed, state=MailState.SENT, payload="", error="")


def bury(claimed: Claim, error: str) -> None:
    """To the dead letters, and tell who can do something about it, in one transaction."""
    log.warning("mail_refused", mail=str(claimed.mail_id), error=error)
    with context.worker():
        try:
            _end(claimed, state=MailState.DEAD, error=error)
        except LeaseLost:
            return
        tell_of_refusal(Mail.objects.get(pk=claimed.mail_id))


def postpone(claimed: Claim, error: str) -> None:
    """Ever longer, at most an hour; after MAIL_RETRY_DAYS it is given up."""
    log.warning("mail_postponed", mail=str(claimed.mail_id), error=error, attempts=claimed.attempts)
    too_old = timezone.now() - timedelta(days=settings.MAIL_RETRY_DAYS)
    with context.worker():
        if Mail.objects.filter(pk=claimed.mail_id, created_at__lt=too_old).exists():
            bury(claimed, error)
            return
        pause = min(FIRST_PAUSE * 2 ** min(claimed.attempts - 1, 10), LONGEST_PAUSE)
        _held(claimed).update(state=MailState.QUEUED, due_at=Now() + pause, error=error, lease_until=None)


def _end(claimed: Claim, **values: Any) -> None:
    with context.worker():
        if not _held(claimed).update(ended_at=Now(), lease_until=None, **values):
            raise LeaseLost(str(claimed.mail_id))


def _held(claimed: Claim) -> Any:
    return Mail.objects.filter(pk=claimed.mail_id, fencing=claimed.fencing, state=MailState.SENDING)


def requeue(mails: Any) -> int:
    """Dead letters of this queryset, once more from the beginning."""
    return int(
        mails.filter(state=MailState.DEAD).update(
            state=MailState.QUEUED,
            attempts=0,
            fencing=F("fencing") + 1,
            due_at=Now(),
            created_at=Now(),
            ended_at=None,
            error="",
        )
    )
