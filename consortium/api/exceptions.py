"""A refusal of one of the kinds in consortium.problems, raised from anywhere below a view."""

from typing import Any, Final

from rest_framework.exceptions import APIException

from consortium.problems import Kind

CHALLENGE: Final = 'Bearer realm="api"'
"""Of WWW-Authenticate."""


class Refusal(APIException):
    """more: further members of the problem (`errors`, `allowed`). headers: of the answer."""

    def __init__(
        self, kind: Kind, detail: str = "", *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        self.kind, self.more, self.headers = kind, more, headers or {}
        self.status_code = kind.status
        super().__init__(detail or str(kind.cure))
