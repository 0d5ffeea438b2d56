"""What the pages of every import share, whatever is in the file: field, steps, the file that is kept."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from consortium.ui.parts import Step, steps

from . import uploads
from .limits import UnreadableFile, check_size


class UploadField(forms.FileField):
    """accept: suffixes, e.g. ".csv,.xlsx"."""

    def __init__(self, accept: str, help_text: StrOrPromise) -> None:
        widget = forms.FileInput(attrs={"accept": accept})
        super().__init__(label=gettext_lazy("ファイル"), help_text=help_text, widget=widget)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        try:
            check_size(file.size)
        except UnreadableFile as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


def import_steps(current: int) -> list[Step]:
    """current: counted from 0."""
    return steps([_("ファイルを選ぶ"), _("内容を確かめる"), _("取込完了")], current)


def kept_upload(request: Any, upload_id: UUID, kind: str) -> uploads.Upload | None:
    """Where there is none any more, the next page says that its time is over."""
    found = uploads.held(upload_id, by=request.actor, kind=kind)
    if found is None:
        messages.warning(request, _("ファイルの保存期限が切れました。もう一度ファイルを選んでください。"))
    return found
