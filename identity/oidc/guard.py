"""What is refused before Authlib sees it: requests no honest client sends and it would stumble over.

Raises InvalidRequestError (RFC 6749 sections 4.1.2.1 and 5.2), whose words never repeat what was sent.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from authlib.oauth2.rfc6749 import InvalidRequestError
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.http.request import UnreadablePostError

LONGEST: Final = 4096
LIMITS: Final = {
    "client_id": 40,
    "nonce": 512,
    "code_verifier": 128,
    "code": 128,
    "scope": 500,
    "redirect_uri": 2000,
}
FREE_TEXT: Final = frozenset({"login_hint", "claims", "ui_locales", "claims_locales", "logout_hint"})
"""Not repeated in any header, address or error: any text without control characters."""
OPAQUE: Final = frozenset({"state", "nonce", "client_secret"})
"""VSCHAR of RFC 6749 appendix A: printable ASCII."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
_STRICT: Final = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]*")
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{1,60}")
_FORM: Final = "application/x-www-form-urlencoded"


def check_parameters(parameters: QueryDict) -> None:
    for name, values in parameters.lists():
        if not _NAME.fullmatch(name):
            raise InvalidRequestError("A parameter name contains characters that are not allowed.")
        if len(values) > 1:
            raise InvalidRequestError(f"The parameter {name} is repeated.")
        _check_value(name, str(values[0]))


def _check_value(name: str, value: str) -> None:
    if len(value) > LIMITS.get(name, LONGEST):
        raise InvalidRequestError(f"The parameter {name} is too long.")
    if name in FREE_TEXT:
        allowed = not _CONTROL.search(value)
    else:
        allowed = bool((_PRINTABLE if name in OPAQUE else _STRICT).fullmatch(value))
    if not allowed:
        raise InvalidRequestError(f"The parameter {name} contains characters that are not allowed.")


def check_token_request(request: HttpRequest) -> None:
    """Also: everything in the body, as a form, with one way of client authentication."""
    check_form(request)
    _check_client_authentication(request)


def check_form(request: HttpRequest) -> None:
    if request.META.get("QUERY_STRING"):
        raise InvalidRequestError("Parameters belong in the body of the request, not in its address.")
    if request.content_type != _FORM:
        raise InvalidRequestError(f"The body must be {_FORM}.")
    check_parameters(_form(request))


def check_resource_request(request: HttpRequest) -> None:
    """One access token, in the header: RFC 6750 section 3.1."""
    twice = "access_token" in request.GET or "access_token" in _form(request)
    if twice and "Authorization" in request.headers:
        raise InvalidRequestError("Send the access token once, in the Authorization header.")


def _form(request: HttpRequest) -> QueryDict:
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, UnreadablePostError, UnicodeError, LookupError):
        raise InvalidRequestError("The body cannot be read as a form in UTF-8.") from None


def _check_client_authentication(request: HttpRequest) -> None:
    form, header = request.POST, request.headers.get("Authorization")
    ways = [name for name in ("client_secret", "client_assertion") if name in form]
    if len(ways) + (header is not None) > 1:
        raise InvalidRequestError("Use one way of client authentication only.")
    if header is not None and basic_client_id(header) != form.get("client_id", basic_client_id(header)):
        raise InvalidRequestError("client_id differs from the one in the Authorization header.")


def basic_client_id(header: str) -> str:
    """The client id of an `Authorization: Basic` header (RFC 6749 section 2.3.1), all of it well-formed."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidRequestError("The Authorization header must be Basic.")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
        client_id, colon, secret = text.partition(":")
        parts = [unquote_to_bytes(part).decode() for part in (client_id, secret)]
    except (binascii.Error, ValueError):
        raise InvalidRequestError("The Authorization header is not Base64 of UTF-8.") from None
    if not colon or not _all_printable(parts) or len(parts[0]) > LIMITS["client_id"]:
        raise InvalidRequestError("The Authorization header is malformed.")
    return parts[0]


def _all_printable(texts: Iterable[str]) -> bool:
    return all(_PRINTABLE.fullmatch(text) for text in texts)
