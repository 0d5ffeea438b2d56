"""What a page holds, as far as a person would see and use it: headings, links, forms, messages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from deploy.demo.state import StepError

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
SILENT = frozenset({"script", "style", "template"})
ERRORS = ("error-summary", "field__error", "notice--danger", "problem")


@dataclass
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def __iter__(self) -> "Iterator[Node]":
        """Itself and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    def all(self, *tags: str) -> "list[Node]":
        return [node for node in self if node.tag in tags]

    def of_class(self, *names: str) -> "list[Node]":
        return [node for node in self if set(names) & set(node.attributes.get("class", "").split())]

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        """In one line, without what is not shown."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return "" if self.tag in SILENT else " ".join(" ".join(parts).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        depth = next((n for n in range(len(self.open) - 1, 0, -1) if self.open[n].tag == tag), 0)
        if depth:
            del self.open[depth:]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(text: str) -> Node:
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.open[0]


@dataclass
class Form:
    """`values`: what a browser would send if the form were sent as it came; `offers`: what may be chosen."""

    action: str
    method: str
    node: Node
    values: dict[str, list[str]]
    offers: dict[str, set[str]]

    def filled(self, **entries: str | list[str]) -> list[tuple[str, str]]:
        """Raises StepError on a field that is not there, or a choice that is not offered."""
        values = dict(self.values)
        for name, entry in entries.items():
            chosen = entry if isinstance(entry, list) else [entry]
            self._check(name, chosen)
            values[name] = chosen
        return [(name, value) for name, chosen in values.items() for value in chosen]

    def _check(self, name: str, chosen: list[str]) -> None:
        if name not in self.values:
            raise StepError(f"The form has no field {name}; it has {', '.join(self.values)}")
        offered = self.offers.get(name)
        missing = [value for value in chosen if offered is not None and value not in offered]
        if missing:
            raise StepError(f"{name} does not offer {missing}; it offers {sorted(offered or ())[:20]}")


def forms(page: Node) -> list[Form]:
    """Those of the page's own content first, then those of its frame."""
    own = {id(form) for main in page.all("main") for form in main.all("form")}
    nodes = sorted(page.all("form"), key=lambda node: id(node) not in own)
    return [_form(node, page) for node in nodes]


def _form(node: Node, page: Node) -> Form:
    form = Form(node.attributes.get("action", ""), node.attributes.get("method", "get").lower(), node, {}, {})
    own = node.attributes.get("id")
    inside = {id(one) for one in node}
    for control in page.all("input", "select", "textarea", "button"):
        if id(control) in inside or (own and control.attributes.get("form") == own):
            _read(control, form)
    return form


def _read(control: Node, form: Form) -> None:
    name = control.attributes.get("name")
    if not name or "disabled" in control.attributes:
        return
    if control.tag == "select":
        _read_select(control, name, form)
    elif control.attributes.get("type") in {"checkbox", "radio"}:
        value = control.attributes.get("value", "on")
        form.offers.setdefault(name, set()).add(value)
        form.values.setdefault(name, []).extend([value] if "checked" in control.attributes else [])
    elif control.tag == "button":
        _read_button(control, name, form)
    else:
        text = (
            control.raw.removeprefix("\n")
            if control.tag == "textarea"
            else control.attributes.get("value", "")
        )
        form.values.setdefault(name, []).append(text)


def _read_button(control: Node, name: str, form: Form) -> None:
    """A button's value goes out only if it is pressed: name it in `filled`."""
    form.values.setdefault(name, [])
    form.offers.setdefault(name, set()).add(control.attributes.get("value", ""))


def _read_select(control: Node, name: str, form: Form) -> None:
    options = control.all("option")
    offered = [option.attributes.get("value", option.text) for option in options]
    picked = [
        value for value, option in zip(offered, options, strict=True) if "selected" in option.attributes
    ]
    form.offers[name] = set(offered)
    form.values[name] = picked or ([] if "multiple" in control.attributes else offered[:1])


def data_block(page: Node, name: str) -> Any:
    """What `json_script` put under that id."""
    for script in page.all("script"):
        if script.attributes.get("id") == name:
            return json.loads(script.raw)
    raise StepError(f"The page holds no data block {name}")
