"""Audit events of the platform's own upkeep, as sentences."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels

labels.register({"housekeeping.removed": _("%(actor)sが保存期間の過ぎた記録を削除しました")})
