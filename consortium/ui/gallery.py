"""The component gallery: every component in every state. A new screen starts here."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import generic

from consortium.domain.diff import compare_clauses
from consortium.ui.branches import Radios, When
from consortium.ui.fields import DayField
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Event, Fact, Tab, steps
from consortium.ui.registry import Task
from consortium.ui.samples import CITIES, CityTable, clauses_after, clauses_before
from consortium.ui.views import FormView

if TYPE_CHECKING:
    from django.views.generic.base import ContextMixin as _Guarded
else:
    _Guarded = object


def gallery_allowed(request: HttpRequest) -> bool:
    """Signed-in staff, or anybody while debugging."""
    user = getattr(request, "user", None)
    staff = bool(user and user.is_authenticated and getattr(user, "kind", "staff") == "staff")
    return bool(settings.DEBUG) or staff


class SampleForm(Form):
    branches = {"audience": When({"visibility": ("members",)})}
    name = forms.CharField(
        label=_("計画の名称"), max_length=100, help_text=_("100文字以内。正式な名称を入力してください。")
    )
    summary = forms.CharField(label=_("概要"), widget=forms.Textarea, required=False, max_length=200)
    code = forms.CharField(
        label=_("団体コード"),
        max_length=6,
        widget=forms.TextInput(attrs={"class": "input--code input--short"}),
    )
    email = forms.EmailField(label=_("メールアドレス"))
    field = forms.ChoiceField(
        label=_("分野"),
        choices=[("", _("選択してください")), ("mobility", _("交通")), ("health", _("保健・医療"))],
    )
    starts = DayField(label=_("開始日"))
    budget = forms.IntegerField(label=_("予算額(千円)"), min_value=0, required=False)
    visibility = forms.ChoiceField(
        label=_("公開の範囲"),
        choices=[("own", _("自治体内")), ("members", _("加盟団体")), ("public", _("一般"))],
        widget=Radios,
    )
    audience = forms.CharField(
        label=_("公開する団体"),
        max_length=100,
        help_text=_("公開の範囲に「加盟団体」を選んだときだけ表示されます。"),
    )
    partners = forms.MultipleChoiceField(
        label=_("連携する取組み"),
        choices=[
            ("card", _("マイナンバーカードの利活用")),
            ("ai", _("AIの利用")),
            ("bpr", _("業務の見直し")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("当てはまるものをすべて選んでください。"),
    )
    paper = forms.FileField(label=_("添付資料"), required=False, help_text=_("PDF、10MBまで。"))
    agreed = forms.BooleanField(label=_("内容を確認しました"))
    fixed = forms.CharField(label=_("登録番号"), disabled=True, required=False, initial="R08-0042")


class GalleryGuard(_Guarded):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not gallery_allowed(request):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return response


class Gallery(GalleryGuard, FormView):
    template_name = "ui/gallery.html"
    form_class = SampleForm
    success_url = "?sent=1"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        return {
            **context,
            **_samples(),
            "table": CityTable(self.request, CITIES),
            "erroneous": SampleForm(
                {"email": "x", "name": "", "budget": "-1"}, auto_id="bad_%s", initial={"fixed": "R08-0042"}
            ),
            "long_page": Paginator(range(238), 20).get_page(self.request.GET.get("page", 4)),
            "short_page": Paginator(range(3), 20).get_page(1),
        }


class GalleryProgress(GalleryGuard, generic.View):
    def get(self, request: HttpRequest) -> HttpResponse:
        job = {"id": "job-a", "label": _("集計が終わりました"), "percent": 100}
        return render(request, "ui/components/progress.html", job)


def _samples() -> dict[str, object]:
    day = date(2026, 6, 30)
    return {
        "crumbs": [
            Crumb(str(_("ホーム")), "/"),
            Crumb(str(_("共通計画")), "#"),
            Crumb(str(_("地域交通計画"))),
        ],
        "tabs": [
            Tab(str(_("概要")), "#", active=True),
            Tab(str(_("条項")), "#", count=12),
            Tab(str(_("履歴")), "#"),
        ],
        "steps": steps(
            [str(_("内容")), str(_("添付資料")), str(_("確認")), str(_("決裁")), str(_("完了"))], 2
        ),
        "events": [
            Event(str(_("公開")), tone="", note=str(_("決裁の後に公開されます。"))),
            Event(str(_("確認中")), day, str(_("企画課 高橋")), current=True),
            Event(
                str(_("差戻し")),
                datetime(2026, 6, 12, 5, 20, tzinfo=UTC),
                str(_("総務課 佐藤")),
                str(_("指標の根拠を追記してください。")),
                tone="warning",
            ),
            Event(str(_("提出")), date(2026, 6, 10), str(_("企画課 高橋")), tone="success"),
        ],
        "facts": [
            Fact(str(_("計画の名称")), str(_("地域公共交通の維持確保計画")), "#"),
            Fact(str(_("計画期間")), str(_("令和8年度から令和12年度まで"))),
            Fact(str(_("出典")), str(_("共通計画 第3版(高崎市)")), "#", str(_("出典を見る"))),
        ],
        "todo": [
            Task(str(_("地域交通計画の承認")), "#", day, str(_("共通計画"))),
            Task(str(_("新しい職員の招待")), "#"),
        ],
        "cities": CITIES,
        "changes": compare_clauses(clauses_before(), clauses_after()),
    }
