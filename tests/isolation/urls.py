"""Every URL of both surfaces, found by walking the resolver, and the objects its parameters name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from consortium.membership.access import declared_permission

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Endpoint:
    """name: with its namespace; route: as written, e.g. "m/<municipality:code>/plans/"."""

    name: str
    route: str
    view: Any

    @property
    def parameters(self) -> list[str]:
        return [name for name in _PARAMETER.findall(self.route) if name != "code"]

    @property
    def is_tenant(self) -> bool:
        return self.route.startswith(("m/<", "api/v1/m/<"))

    @property
    def is_secretariat(self) -> bool:
        return self.route.startswith(("secretariat/", "api/v1/secretariat/"))

    @property
    def permission(self) -> str | None:
        return declared_permission(self.view)

    def path(self, code: str, values: dict[str, Any]) -> str:
        """Raises KeyError for a parameter without a value."""
        given = {"code": code, **values}
        return "/" + _PARAMETER.sub(lambda match: str(given[match[1]]), self.route)


def endpoints(urlconf: str | tuple[URLPattern, ...]) -> list[Endpoint]:
    return list(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Endpoint]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Endpoint(f"{namespace}{entry.name or route}", route, entry.callback)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, route, inner)
