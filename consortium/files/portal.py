"""Files' audit events as sentences."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets

labels.register(
    {
        "file.downloaded": _("%(actor)sがファイルをダウンロードしました"),
        "logo.changed": _("%(actor)sがロゴを変更しました"),
        "logo.removed": _("%(actor)sがロゴを外しました"),
    }
)
targets.register("files.storedfile", _("ファイル"), lambda one: one.name)
targets.register("files.bodyfile", _("ファイル"), lambda one: one.name)
