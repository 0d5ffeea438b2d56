"""Template library of the design system; docs/ui.md shows each use in a line."""

from collections.abc import Iterable
from typing import Final

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.utils import flatatt
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from consortium.dates import calendar_date, calendar_time, formal_date
from consortium.ui.icons import PATHS
from consortium.ui.once import FIELD_NAME, issue
from consortium.ui.shell import Shell
from consortium.ui.stored import language_of, stored
from consortium.ui.tables import Table

register = template.Library()
BUTTON_KINDS: Final = ("primary", "secondary", "quiet", "danger")


class ComponentNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(
        self, name: FilterExpression, values: dict[str, FilterExpression], nodelist: NodeList
    ) -> None:
        self.name, self.values, self.nodelist = name, values, nodelist

    def render(self, context: Context) -> SafeString:
        if context.template is None:
            raise RuntimeError("a component is rendered inside a template")
        chosen = context.template.engine.get_template(f"ui/components/{self.name.resolve(context)}.html")
        values: dict[str, object] = {key: value.resolve(context) for key, value in self.values.items()}
        values["body"] = self.nodelist.render(context)
        return chosen.render(context.new(values))


@register.tag("component")
def component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "card" title=… %}…{% endcomponent %}`: components/card.html with the block as `body`."""
    _tag, name, *bits = token.split_contents()
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"component takes a name and key=value pairs, not {bits[0]!r}")
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(name), values, nodelist)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Decorative unless a label is given."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon--{}" viewBox="0 0 24 24" {} focusable="false">{}</svg>',
        name,
        role,
        mark_safe(PATHS[name]),  # noqa: S308 – our own constant
    )


@register.inclusion_tag("ui/components/button.html")
def button(
    label: str, kind: str = "secondary", href: str = "", icon: str = "", small: bool = False, **attrs: object
) -> dict[str, object]:
    """A button, or a link that looks like one when `href` is given. `hx_post=…` becomes `hx-post`."""
    if kind not in BUTTON_KINDS:
        raise template.TemplateSyntaxError(f"button kind {kind!r} is not one of {BUTTON_KINDS}")
    if not href:
        attrs.setdefault("type", "submit")
    html = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
    return {"label": label, "kind": kind, "href": href, "icon": icon, "small": small, "attrs": flatatt(html)}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(form: BaseForm, *more: BaseForm, focus: bool = True) -> dict[str, object]:
    """Every error of the forms, linked to its field; nothing when there is none. Takes the focus on load."""
    forms = (form, *more)
    return {
        "focus": focus,
        "general": [error for one in forms for error in one.non_field_errors()],
        "fields": [bound for one in forms for bound in one if bound.errors],
    }


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """Hidden one-time token: a form sent twice is carried out once (consortium.ui.once)."""
    request = context["request"]
    person = getattr(getattr(request, "user", None), "pk", None)
    token = issue(request.path, str(person or ""))
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD_NAME, token)


@register.inclusion_tag("ui/components/breadcrumb.html", takes_context=True)
def trail(context: Context) -> dict[str, object]:
    """The breadcrumb of the frame: home, then the view's `crumbs` or the menu's entry of the page."""
    shell: Shell = context["shell"]
    request = context.get("request")
    return {"crumbs": shell.trail(request.path if request else "", context.get("crumbs") or [])}


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(
    context: Context, page: "Page[object]", parameter: str = "page", name: str = "", summary: bool = True
) -> dict[str, object]:
    """Numbers, previous, next, total; keeps other query parameters. Two on one page need a `name` each."""
    request = context["request"]

    def url(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    numbers: Iterable[int | str] = page.paginator.get_elided_page_range(
        page.number, on_each_side=1, on_ends=1
    )
    links = [(number, url(number) if isinstance(number, int) else "") for number in numbers]
    return {
        "page": page,
        "name": name,
        "summary": summary,
        "links": links,
        "previous": url(page.number - 1) if page.has_previous() else "",
        "next": url(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("ui/components/page_range.html")
def page_range(page: "Page[object]") -> dict[str, object]:
    """238件中 61–80件."""
    return {"page": page}


@register.inclusion_tag("ui/components/listing.html", takes_context=True)
def listing(context: Context, table: Table[object]) -> dict[str, object]:
    """A declared list (consortium.ui.tables) with its filter, order, totals and pages."""
    return {"table": table, "request": context["request"]}


register.filter(stored)
register.filter(calendar_date)
register.filter(calendar_time)
register.filter(formal_date)


@register.filter
def lang(text: object) -> SafeString | str:
    """The attribute, for an element that holds nothing but this text: `<h1{{ plan.title|lang }}>`."""
    language = language_of(text)
    return format_html(' lang="{}"', language) if language else ""


@register.filter
def tone(level: str) -> str:
    """Django message tag → tone of a notice."""
    return {"debug": "info", "error": "danger"}.get(level, level or "info")
