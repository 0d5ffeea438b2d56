"""Words for this package's audit events."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels

labels.register(
    {
        "table.imported": _("%(actor)sがファイルを取り込みました"),
        "table.exported": _("%(actor)sが一覧を出力しました"),
    }
)
