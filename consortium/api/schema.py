"""The schema's common parts: problems of every operation, and ids that tell operations apart."""

from typing import Any

from drf_spectacular.authentication import SessionScheme as Scheme
from drf_spectacular.openapi import AutoSchema as Base

from .problems import MEDIA_TYPE


class SessionScheme(Scheme):  # type: ignore[no-untyped-call]  # drf-spectacular registers it
    """Our session authentication is described like Django REST framework's own."""

    target_class = "consortium.api.authentication.SessionAuthentication"


_STRING = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _STRING,
        "status": {"type": "integer"},
        "detail": _STRING,
        "errors": {
            "type": "array",
            "description": "One entry per field that was refused.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {"field": _STRING, "code": _STRING, "detail": _STRING},
            },
        },
    },
}
ALWAYS = {
    "401": "Not signed in.",
    "403": "Not allowed.",
    "406": "Only JSON is offered.",
    "429": "Too many calls.",
}
WITH_PATH = {"404": "No such thing, or none that the caller may know of."}
WITH_BODY = {
    "400": "The data was refused; `errors` says why.",
    "413": "The body is too large.",
    "415": "Only application/json is accepted.",
}


class AutoSchema(Base):
    def get_operation_id(self) -> str:
        """From the view's name, so that it stays when an address changes: `reports_list`."""
        action = {
            "get": "retrieve",
            "post": "create",
            "put": "replace",
            "patch": "change",
            "delete": "remove",
        }
        verb = (
            "list" if self._is_list_view() and self.method.lower() == "get" else action[self.method.lower()]
        )
        return f"{self._snake(type(self.view).__name__)}_{verb}"

    def get_tags(self) -> list[str]:
        """For whom the address speaks."""
        if self.path.startswith("/api/v1/m/"):
            return ["Municipality"]
        return ["Secretariat" if self.path.startswith("/api/v1/secretariat/") else "Registry"]

    @staticmethod
    def _snake(name: str) -> str:
        return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


def add_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Post-processing: each operation lists the problems that it can answer with."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            found = ALWAYS | (WITH_PATH if "{" in path else {}) | (WITH_BODY if method != "get" else {})
            for status, description in found.items():
                operation["responses"].setdefault(status, _response(description))
    return result


def _response(description: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}
