"""The words for this package's audit events."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels

labels.register(
    {
        "account.notifications_chosen": _("%(actor)sがお知らせの受け取り方を変更しました"),
        "mail.requeued": _("%(actor)sが送信できなかったメールを再送信の対象にしました"),
    }
)
