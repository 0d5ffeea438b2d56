"""Guides for developers, open to anybody: what the schema cannot say."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from django_stubs_ext import StrPromise

from consortium.problems import KINDS
from consortium.ui.parts import Crumb

from . import limits, models, pagination, parsers


@dataclass(frozen=True, slots=True)
class Guide:
    slug: str
    title: StrPromise
    summary: StrPromise


GUIDES: Final = (
    Guide("getting-started", _("はじめに"), _("トークンの用意から最初の呼出しまで。")),
    Guide("authentication", _("認証"), _("APIトークンとセッション、権限の範囲。")),
    Guide("pagination", _("一覧の取得"), _("ページ送り、絞込み、項目の選択。")),
    Guide("idempotency", _("二重処理の防止"), _("Idempotency-Key で安全に送り直します。")),
    Guide("concurrency", _("同時編集"), _("ETag と If-Match で上書きを防ぎます。")),
    Guide("rate-limits", _("呼出し回数の上限"), _("上限と、超えたときの待ち方。")),
    Guide("versioning", _("版と廃止"), _("変わらないこと、変わるときの知らせ方。")),
    Guide("errors", _("エラーの読み方"), _("問題の詳細の形式と、種類の一覧への案内。")),
)
PRODUCT_GUIDES: Final[list[tuple[str, str, Guide]]] = []
"""(URL name, its argument, what the list says of it): products register theirs."""
_BY_SLUG: Final = {guide.slug: guide for guide in GUIDES}


@method_decorator(login_not_required, name="dispatch")
class Start(TemplateView):
    template_name = "api/guide/start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = [(reverse(name, args=[argument]), guide) for name, argument, guide in PRODUCT_GUIDES]
        return super().get_context_data(guides=GUIDES, more=more, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class Page(TemplateView):
    """One guide: `api/guide/<slug>.html`."""

    def get_template_names(self) -> list[str]:
        return [f"api/guide/{self.kwargs['slug']}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guide = _BY_SLUG.get(self.kwargs["slug"])
        if guide is None:
            raise Http404("No such guide.")
        return super().get_context_data(
            guide=guide,
            guides=GUIDES,
            origin=settings.PORTAL_URL,
            facts=_facts(),
            crumbs=_crumbs(guide.title),
            **kwargs,
        )


@method_decorator(login_not_required, name="dispatch")
class Problems(TemplateView):
    """Where the `type` of every problem leads."""

    template_name = "api/guide/problems.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The identity surface has no guides, only this list."""
        here = Crumb(str(_("エラーの種類")))
        guides = self.request.resolver_match.namespace if self.request.resolver_match else ""
        crumbs = _crumbs(here.label) if guides else [here]
        return super().get_context_data(kinds=KINDS, crumbs=crumbs, **kwargs)


def _crumbs(title: Any) -> list[Crumb]:
    return [Crumb(str(_("開発者向けガイド")), reverse("developers:start")), Crumb(str(title))]


def _facts() -> dict[str, Any]:
    """Figures that the texts name, taken from where they are decided."""
    return {
        "limit": pagination.DEFAULT_LIMIT,
        "max_limit": pagination.MAX_LIMIT,
        "kept_hours": int(models.KEPT.total_seconds()) // 3600,
        "depth": parsers.MAX_DEPTH,
        "megabytes": f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000:g}",
        "policies": (limits.CLIENT, limits.ADDRESS, limits.ANONYMOUS),
    }
