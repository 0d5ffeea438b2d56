"""Who calls: a machine by its API token, or a person by her session."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as Base
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from consortium import problems

from .exceptions import CHALLENGE, Refusal


class TokenAuthentication(BaseAuthentication):
    """The middleware has found the token, in the context of its municipality; it is no account."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = getattr(request._request, "token", None)
        return (AnonymousUser(), token) if token else None

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class SessionAuthentication(Base):
    """As the pages; what writes needs a CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise Refusal(problems.CSRF) from error
