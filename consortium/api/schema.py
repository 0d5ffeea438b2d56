"""The schema's common parts: problems and headers of every operation, ids that stay, examples of problems."""

from typing import Any, Final, cast

from django.utils.translation import override
from drf_spectacular.authentication import SessionScheme as Scheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as Base
from drf_spectacular.utils import OpenApiParameter

from consortium import problems
from consortium.problems import MEDIA_TYPE, Kind, problem

from .endpoints import Endpoint
from .idempotency import HEADER
from .parameters import FIELDS

HEADER_IN: Final = OpenApiParameter.HEADER
_VERBS: Final = {"get": "retrieve", "post": "create", "put": "replace", "patch": "change", "delete": "remove"}


class SessionScheme(Scheme):  # type: ignore[no-untyped-call]  # drf-spectacular registers it
    """Our session authentication is described like Django REST framework's own."""

    target_class = "consortium.api.authentication.SessionAuthentication"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = "consortium.api.authentication.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "cdx_<code>_<secret>",
            "description": "An API token, issued by an administrator of the municipality.",
        }


_STRING: Final = {"type": "string"}
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Problem details (RFC 9457). `type` leads to a page on cause and cure.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": _STRING,
        "status": {"type": "integer"},
        "detail": _STRING,
        "errors": {
            "type": "array",
            "description": "One entry per field or parameter that was refused.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {"field": _STRING, "code": _STRING, "detail": _STRING},
            },
        },
        "code": {"type": "string", "description": "For programs, where `type` is not enough."},
        "reauthenticate": {"type": "string", "description": "Page on which to prove who is there."},
        "allowed": {"type": "array", "description": "Names that are allowed instead.", "items": _STRING},
    },
}
_ERRORS: Final = [
    {"field": "year_to", "code": "order", "detail": "終わりの年度は始まりの年度以後にしてください。"}
]
ALWAYS: Final = (
    problems.PARAMETER,
    problems.NOT_ACCEPTABLE,
    problems.RATE_LIMITED,
    problems.INTERNAL,
    problems.UNAVAILABLE,
)
OF_PATH: Final = (problems.NOT_FOUND,)
OF_LIST: Final = (problems.CURSOR,)
OF_WRITE: Final = (problems.CSRF, problems.REAUTHENTICATION, problems.CONFLICT)
OF_BODY: Final = (problems.MALFORMED, problems.INVALID, problems.TOO_LARGE, problems.UNSUPPORTED)
OF_KEY: Final = (problems.KEY_MALFORMED, problems.IN_PROGRESS, problems.KEY_REUSED)
OF_CONDITION: Final = (problems.STALE,)
LIMITS: Final[dict[str, Any]] = {
    "RateLimit-Policy": {"description": 'Quota and window, e.g. `"client";q=600;w=60`.', "schema": _STRING},
    "RateLimit": {"description": 'What is left, e.g. `"client";r=597;t=42`.', "schema": _STRING},
}
ETAG: Final = {"description": "Strong validator of this representation.", "schema": _STRING}
RETRY_AFTER: Final = {"description": "Seconds to wait.", "schema": {"type": "integer"}}


class AutoSchema(Base):
    view: Endpoint  # type: ignore[override]  # every view of ours is one

    def get_operation_id(self) -> str:
        """From the view's name, so that it stays when an address changes: `reports_list`; or as it says."""
        method = self.method.lower()
        verb = "list" if self._is_list_view() and method == "get" else _VERBS[method]
        name = _snake(type(self.view).__name__).removesuffix("_view")
        return self.view.operation_id or f"{name}_{verb}"

    def get_extensions(self) -> dict[str, Any]:
        found = {_CALLER: self.view.credentials, _ALSO: self.view.refuses}
        return {name: [kind.slug for kind in kinds] for name, kinds in found.items() if kinds}

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def is_deprecated(self) -> bool:
        return self.method.lower() in self.view.deprecations

    def get_override_parameters(self) -> list[Any]:
        found = list(super().get_override_parameters())
        if self.method == "GET":
            return [*found, *self._of_reading()]
        if self.method == "POST" and self.view.keyed:
            found.append(
                _header(HEADER, "A key of your own; sent again with it, the request is carried out once.")
            )
        return found

    def _of_reading(self) -> list[Any]:
        view = self.view
        found: list[Any] = [view.query] if view.query else []
        if view.sparse_names:
            enum = view.sparse_names()
            schema = {"type": "array", "items": {"type": "string", "enum": enum}, "minItems": 1}
            found.append(
                OpenApiParameter(
                    FIELDS, schema, explode=False, description="Only these members, comma-separated."
                )
            )
        found.append(_header("If-None-Match", "An ETag; 304 when it is still the present one."))
        return found


def if_match(*, required: bool) -> OpenApiParameter:
    """Of operations on what somebody else may have changed meanwhile."""
    return OpenApiParameter(
        "If-Match", str, HEADER_IN, required=required, description="The ETag of the version you have seen."
    )


def _header(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, HEADER_IN, description=description)


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


_ALSO: Final = "x-refuses"
_CALLER: Final = "x-credentials"
_OF_REQUESTS: Final = "Request"
"""Ends the names of schemas of bodies (COMPONENT_SPLIT_REQUEST)."""
_EXAMPLES: Final = {
    "code": "102016",
    "plan": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e4f",
    "number": 1,
    HEADER: "8e03978e-40d5-43dd-bc93-6894a57f9324",
    "If-Match": '"v3"',
    "If-None-Match": '"v3"',
}


def complete(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Post-processing: each operation lists the problems that it can answer with, and its headers."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["responses"] = {}
    for name, schema in components["schemas"].items():
        if name.endswith(_OF_REQUESTS) and schema.get("type") == "object":
            schema["additionalProperties"] = False
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for response in operation["responses"].values():
                _add_headers(response, method)
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in _EXAMPLES:
                    parameter["example"] = _EXAMPLES[parameter["name"]]
            if method == "get":
                operation["responses"]["304"] = {"description": "Not modified.", "headers": {"ETag": ETAG}}
            _add_problems(components["responses"], operation, list(_kinds(path, method, operation)))
    return result


def _kinds(path: str, method: str, operation: dict[str, Any]) -> list[Kind]:
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    callers = operation.pop(_CALLER, ())
    found = [*ALWAYS, *(kind for kind in problems.KINDS if kind.slug in callers)]
    found += OF_PATH if "{" in path or path.startswith("/api/v1/secretariat/") else ()
    found += OF_LIST if "cursor" in names else ()
    found += OF_WRITE if method != "get" else ()
    found += OF_BODY if method in {"post", "put", "patch"} else ()
    found += OF_KEY if HEADER in names else ()
    found += OF_CONDITION if "If-Match" in names else ()
    if any(one["name"] == "If-Match" and one.get("required") for one in operation.get("parameters", ())):
        found.append(problems.CONDITION_REQUIRED)
    also = operation.pop(_ALSO, ())
    return [*found, *(kind for kind in problems.KINDS if kind.slug in also)]


def _add_problems(shared: dict[str, Any], operation: dict[str, Any], kinds: list[Kind]) -> None:
    """One shared response for each set of kinds that operations answer with under one status."""
    for status in sorted({kind.status for kind in kinds}):
        these = [kind for kind in kinds if kind.status == status]
        name = "-or-".join(kind.slug for kind in these)
        shared.setdefault(name, _response(these))
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{name}"})


def _response(kinds: list[Kind]) -> dict[str, Any]:
    with override("en"):
        examples = {kind.slug: {"summary": str(kind.title), "value": _example(kind)} for kind in kinds}
        description = " ".join(str(kind.cause) for kind in kinds)
    headers = dict(LIMITS)
    if kinds[0].status in {429, 503}:
        headers["Retry-After"] = RETRY_AFTER
    if kinds[0].status == 401:
        headers["WWW-Authenticate"] = {"schema": _STRING}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


def _example(kind: Kind) -> dict[str, Any]:
    with override("ja"):
        errors = _ERRORS if kind in {problems.INVALID} else []
        return problem(kind, errors=errors)


def _add_headers(response: dict[str, Any], method: str) -> None:
    headers = cast(dict[str, Any], response.setdefault("headers", {}))
    headers.update(LIMITS)
    if method == "get":
        headers["ETag"] = ETAG
