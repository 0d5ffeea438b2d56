"""A form sent twice is carried out once.

The page carries a signed nonce. The first submit claims it in the cache, does its work and leaves there
where it led; a second submit of the same page is sent to that place. A submit that failed gives its claim
back. Which of the two it was is known after COMMIT only: `Settle` stands outside the request's transaction.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from structlog import get_logger

from consortium.ui import kept

log = get_logger()
FIELD_NAME: Final = "once"
TOKEN_SECONDS: Final = 12 * 3600
RESULT_SECONDS: Final = (
    2 * TOKEN_SECONDS
)  # longer than any token lives, or a late replay would be carried out
CLAIM_SECONDS: Final = 60  # a process that died in the middle blocks the form no longer than this
WAIT_SECONDS: Final = 3.0
_STEP: Final = 0.05
_RUNNING: Final = "…"
_CLAIM: Final = "once_claim"


class Expired(Exception):
    """The token is forged, of another page, or too old."""


class Running(Exception):
    """The first submit is still at work."""


@dataclass(frozen=True, slots=True)
class Claim:
    key: str
    led_to: str = ""
    """Where the first submit led; empty when this one is the first."""

    def settle(self, led_to: str) -> None:
        """led_to: where the submit led, empty if it came to nothing."""
        if self.key and led_to:
            cache.set(self.key, led_to, RESULT_SECONDS)
        elif self.key:
            cache.delete(self.key)


class Settle:
    """Middleware around the one that opens the transaction: a failed COMMIT comes here as a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        claim: Claim | None = getattr(request, _CLAIM, None)
        if claim:
            led_to = response.url if isinstance(response, HttpResponseRedirect) else ""
            _settle(request, claim, led_to)
        return response


def _settle(request: HttpRequest, claim: Claim, led_to: str) -> None:
    """What is committed is told as done, though it cannot be noted for a second submit."""
    try:
        claim.settle(led_to)
        if led_to:
            kept.forget(request)
    except Exception:  # whatever the cache or the session store raises
        log.exception("once_not_settled", path=request.path)


def issue(path: str, person: str = "") -> str:
    """person: id of the account that the form is rendered for."""
    return _signer(path).sign(f"{secrets.token_urlsafe(18)}.{person}")


def owner(request: HttpRequest) -> str:
    """Id of the account that the sent form was rendered for, however long ago; empty if that isn't known."""
    try:
        signed = _signer(request.path).unsign(request.POST.get(FIELD_NAME, ""))
    except signing.BadSignature:
        return ""
    return str(signed.rpartition(".")[2])


def claim(request: HttpRequest) -> Claim:
    """Raises Expired or Running. A request without a token (a script, a test) is not guarded."""
    token = request.POST.get(FIELD_NAME)
    key = _key(request, token) if token is not None else ""
    if key and not cache.add(key, _RUNNING, CLAIM_SECONDS):
        return Claim(key=key, led_to=_await_result(key))
    first = Claim(key=key)
    setattr(request, _CLAIM, first)
    return first


def _key(request: HttpRequest, token: str) -> str:
    try:
        nonce = _signer(request.path).unsign(token, max_age=TOKEN_SECONDS)
    except signing.BadSignature as error:
        raise Expired from error
    person = getattr(getattr(request, "user", None), "pk", None)
    return f"ui.once:{person}:{nonce}"


def _signer(path: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"ui.once:{path}")


def _await_result(key: str) -> str:
    deadline = time.monotonic() + WAIT_SECONDS
    while (result := cache.get(key)) == _RUNNING and time.monotonic() < deadline:
        time.sleep(_STEP)
    if result in {None, _RUNNING}:
        raise Running
    return str(result)
