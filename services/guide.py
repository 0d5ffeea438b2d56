"""The guide for developers of services, from docs/ to a page: who has the running site has the guide."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from consortium.markdown import parser

FOLDER: Final = settings.BASE_DIR / "docs"
_TITLED: Final = re.compile(r"title=(\S+)")


@dataclass(frozen=True, slots=True)
class Document:
    """file: in docs/."""

    slug: str
    file: str
    title: StrPromise
    language: str = "ja"


DOCUMENTS: Final = (
    Document("sign-in", "service-developers.md", _("連携サービスの開発")),
    Document("errors", "service-errors.md", _("連携サービスのエラー")),
    Document("conformance", "conformance.md", _("適合性の確認表")),
    Document("transparency", "transparency.md", _("同意と情報提供の記録の検証"), "en"),
)
BY_SLUG: Final = {one.slug: one for one in DOCUMENTS}
_BY_FILE: Final = {one.file: one for one in DOCUMENTS}


class Renderer(RendererHTML):
    """What scrolls can be reached by keyboard; links between the documents lead to their pages."""

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        found = _TITLED.search(tokens[idx].info)
        name = escape(found[1] if found else _numbered(env, _("入力する内容")))
        code = escape(tokens[idx].content)
        title = f"<p><code>{name}</code></p>" if found else ""
        scrolling = f'class="sample" tabindex="0" role="region" aria-label="{name}"'
        return f"{title}<pre {scrolling}><code>{code}</code></pre>"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        label = escape(_numbered(env, _("表")))
        scrolling = f'class="table__scroll" role="region" tabindex="0" aria-label="{label}"'
        return f'<div class="table"><div {scrolling}><table>'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div></div>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        known = _BY_FILE.get(str(tokens[idx].attrGet("href")))
        if known:
            tokens[idx].attrSet("href", reverse("services:guide", args=[known.slug]))
        return self.renderToken(tokens, idx, options, env)


def _numbered(env: Any, name: StrPromise) -> str:
    """Regions of a page are told apart by their names."""
    env["named"] = env.get("named", 0) + 1
    return f"{name} {env['named']}"


def html_of(document: Document) -> str:
    """Without its first heading, which is the page's. Raw HTML in it is shown as text."""
    return _html(FOLDER / document.file, get_language())


@cache
def _html(path: Path, language: str | None) -> str:
    """language: of what the page adds to the text, a part of the cache's key."""
    _heading, _line, text = path.read_text(encoding="utf-8").partition("\n")
    return str(parser(Renderer).render(text))
