"""What is kept no longer: mails that have ended, old notices."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from consortium.tenancy import context

from .models import Mail, MailState, Notice


def purge() -> int:
    """Dead letters stay twice as long as sent mails, so that somebody can still requeue them."""
    now = timezone.now()
    kept = timedelta(days=settings.MAIL_KEEP_DAYS)
    with context.worker():
        sent, __ = Mail.objects.filter(state=MailState.SENT, ended_at__lt=now - kept).delete()
        dead, __ = Mail.objects.filter(state=MailState.DEAD, ended_at__lt=now - 2 * kept).delete()
        past = now - timedelta(days=settings.NOTICE_KEEP_DAYS)
        old, __ = Notice.objects.filter(created_at__lt=past).delete()
    return sent + dead + int(old)
