"""Pages of an import: choose a file, look at what it would do, confirm. `import_urls` makes them."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from consortium.domain import csv_text
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView

from . import uploads
from .actions import apply_import
from .choosing import UploadField, import_steps, kept_upload
from .grid import Reading, is_workbook
from .importer import DryRun, Effect, Importer, dry_run
from .limits import MyNumberFound, UnreadableFile
from .models import Import
from .queries import earlier_import, imported
from .responses import file_response, wanted_form
from .writer import Form as FileForm
from .writer import Sheet

SHOWN_ROWS = 20
SHOWN_PROBLEMS = 100
ENCODING_NAMES = {
    csv_text.UTF8: "UTF-8",
    csv_text.CP932: "Shift_JIS (CP932)",
    csv_text.UTF16: "UTF-16",
}
DELIMITER_NAMES = {",": gettext_lazy("コンマ"), "\t": gettext_lazy("タブ"), ";": gettext_lazy("セミコロン")}


class _Step(View):
    """What the pages of one importer share; `import_urls` sets the class attributes."""

    request: Any  # the surface's middleware put the actor on it
    importer_class: ClassVar[type[Importer]]
    permission: ClassVar[str]
    base: ClassVar[str]

    @cached_property
    def importer(self) -> Importer:
        return self.importer_class(self.request.actor)

    @cached_property
    def place(self) -> dict[str, Any]:
        """The URL's parameters but the upload."""
        return {name: value for name, value in self.kwargs.items() if name != "upload"}

    @cached_property
    def crumbs(self) -> list[Crumb]:
        return self.importer.crumbs(**self.place)

    def url(self, step: str, **more: Any) -> str:
        match = self.request.resolver_match
        namespace = f"{match.namespace}:" if match and match.namespace else ""
        return reverse(f"{namespace}{self.base}{step}", kwargs=self.place | more)

    def shown(self, current: int) -> dict[str, Any]:
        return {
            "importer": self.importer,
            "crumbs": [*self.crumbs, Crumb(str(self.importer.title))],
            "steps": import_steps(current),
            "start_url": self.url(""),
            "form_url": self.url("_form"),
        }


class UploadForm(Form):
    file = UploadField(
        ".csv,.txt,.tsv,.xlsx",
        gettext_lazy("CSV(UTF-8、Shift_JIS、UTF-16)またはExcel(.xlsx)、5 MB以下、1万行以下"),
    )


class Choose(_Step, FormView):
    """The first step: explains the columns, takes the file."""

    form_class = UploadForm
    template_name = "tabular/choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.shown(0), **kwargs)

    def perform(self, form: BaseForm) -> str:
        file = form.cleaned_data["file"]
        upload = uploads.keep(
            by=self.request.actor, kind=self.importer.kind, name=file.name, data=file.read()
        )
        return self.url("_check", upload=upload.id)


class ReadingForm(Form):
    """How the file is to be read, where the guess was wrong: a GET of the same page."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("文字コード"),
        required=False,
        choices=[("", gettext_lazy("自動判別")), *ENCODING_NAMES.items()],
    )
    delimiter = forms.ChoiceField(
        label=gettext_lazy("区切り文字"),
        required=False,
        choices=[("", gettext_lazy("自動判別")), *DELIMITER_NAMES.items()],
    )
    sheet = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    @property
    def reading(self) -> Reading:
        return Reading(**self.cleaned_data) if self.is_valid() else Reading()


class _OfUpload(_Step):
    """What the later steps share: they need the file, which is kept for an hour."""

    upload: uploads.Upload

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: Any) -> Any:
        upload_id: UUID = self.kwargs["upload"]
        if imported(upload_id):
            messages.info(request, _("このファイルは取り込み済みです。"))
            return HttpResponseRedirect(self.crumbs[-1].url)
        upload = kept_upload(request, upload_id, self.importer.kind)
        if upload is None:
            return HttpResponseRedirect(self.url(""))
        self.upload = upload
        return super().dispatch(request, *args, **kwargs)

    def dry_run(self) -> DryRun:
        """Raises UnreadableFile; a file that may not be kept is forgotten at once."""
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        try:
            return dry_run(self.importer, self.upload, ReadingForm(data).reading)
        except MyNumberFound:
            uploads.drop(self.upload, by=self.request.actor, kind=self.importer.kind)
            raise


class ConfirmForm(Form):
    again = forms.BooleanField(label=gettext_lazy("同じ内容のファイルをもう一度取り込む"), required=False)


class Check(_OfUpload, FormView):
    """The second step: what the file would do, and what is wrong with it. POST does it."""

    form_class = ConfirmForm
    template_name = "tabular/check.html"

    @cached_property
    def earlier(self) -> Import | None:
        return earlier_import(self.importer.kind, self.upload.digest)

    def get_form(self, form_class: Any = None) -> BaseForm:
        form: BaseForm = super().get_form(form_class)
        if self.earlier:
            form.fields["again"].required = True
        else:
            del form.fields["again"]
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(upload=self.upload, **self.shown(1), **kwargs)
        try:
            run = self.dry_run()
        except UnreadableFile as problem:
            reading = None if is_workbook(self.upload.name) else ReadingForm(self.request.GET)
            return context | {"unreadable": str(problem), "reading": reading}
        return context | self._run(run)

    def _run(self, run: DryRun) -> dict[str, Any]:
        how = asdict(run.grid.how)
        return {
            "run": run,
            "how": how,
            "facts": list(_facts(run)),
            "reading": ReadingForm(initial=how),
            "sheets": [(name, f"?{urlencode({'sheet': name})}") for name in run.grid.sheets],
            "earlier": self.earlier,
            "rows": [
                (
                    row.number,
                    [(one.label, one.shown(row.values.get(one.name))) for one in self.importer.columns],
                )
                for row in run.table.rows[:SHOWN_ROWS]
            ],
            "rows_more": max(len(run.table.rows) - SHOWN_ROWS, 0),
            "problems": run.problems[:SHOWN_PROBLEMS],
            "problems_more": max(len(run.problems) - SHOWN_PROBLEMS, 0),
            "problems_url": f"{self.url('_problems', upload=self.upload.id)}?{urlencode(how)}",
        }

    def perform(self, form: BaseForm) -> str:
        try:
            run = self.dry_run()
        except UnreadableFile as problem:
            raise ValidationError(str(problem)) from problem
        done = apply_import(by=self.request.actor, importer=self.importer, run=run)
        uploads.drop(self.upload, by=self.request.actor, kind=self.importer.kind)
        text = ngettext("%(count)s件を取り込みました。", "%(count)s件を取り込みました。", done.rows)
        messages.success(self.request, text % {"count": f"{done.rows:,}"})
        return self.crumbs[-1].url


def _facts(run: DryRun) -> Iterator[Fact]:
    how = run.grid.how
    yield Fact(_("行"), f"{run.table.total:,}")
    for effect, label in ((Effect.NEW, _("追加")), (Effect.CHANGED, _("変更")), (Effect.SAME, _("変更なし"))):
        yield Fact(label, f"{run.count(effect):,}")
    yield Fact(_("誤りのある行"), f"{run.faulty_rows:,}")
    if how.sheet:
        yield Fact(_("シート"), how.sheet)
    else:
        names = (ENCODING_NAMES[how.encoding], DELIMITER_NAMES[how.delimiter])
        yield Fact(_("読み取り方"), " · ".join(str(name) for name in names))
    if run.table.ignored:
        yield Fact(_("取り込まない列"), _("、").join(run.table.ignored))


class Problems(_OfUpload):
    """The list of errors as a file, in the order of the rows."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            problems = self.dry_run().problems
        except UnreadableFile as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.url(""))
        rows = [(one.row, one.column, one.value, one.message) for one in problems]
        sheet = Sheet(_("誤りの一覧"), [_("行"), _("列"), _("値"), _("誤り")], rows, fictional=False)
        return file_response(request, wanted_form(request) or FileForm.CSV, "errors", sheet)


class FormFile(_Step):
    """A file with the right headings, to be filled in."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        headings = [column.label for column in self.importer.columns]
        sheet = Sheet(self.importer.title, headings, self.importer.sample(), fictional=False)
        return file_response(request, wanted_form(request) or FileForm.XLSX, "form", sheet)


def import_urls(route: str, name: str, importer: type[Importer]) -> list[URLPattern]:
    """Addresses `name`, `name_form`, `name_check` and `name_problems` below a route that ends in a slash."""
    shared = {"importer_class": importer, "permission": importer.permission, "base": name}

    def view(page: type[_Step], **more: Any) -> Any:
        return type(page.__name__, (page,), shared | more).as_view()  # type: ignore[attr-defined]  # a View

    return [
        path(route, view(Choose), name=name),
        path(f"{route}form/", view(FormFile), name=f"{name}_form"),
        path(f"{route}<uuid:upload>/", view(Check, dangerous=importer.dangerous), name=f"{name}_check"),
        path(f"{route}<uuid:upload>/problems/", view(Problems), name=f"{name}_problems"),
    ]
