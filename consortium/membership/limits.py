"""How often a password may be tried, so that guessing is slow and nobody can lock somebody else out.

A browser in which an account has signed in before carries a signed cookie (OWASP: device cookies). Attempts
from it are counted for this device alone; whatever strangers do, it keeps its own attempts. Everybody else is
counted per account and source, per source, and per account as a whole (ASVS 2.2.1: at most 100 an hour).
Passkeys are outside all of this: there is nothing to guess.
"""

import secrets
from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from consortium.ui.errors import Page, too_many

from .models import User

APP: Final = "membership"
COOKIE: Final = "portal_device"
COOKIE_SECONDS: Final = 180 * 24 * 3600
PEOPLE_PER_DEVICE: Final = 8
RATES: Final = {
    "known_device": "10/5m/key",
    "account_and_source": "5/5m/key",
    "source": "60/5m/ip",
    "account": "100/h/key",
    "reset_mail": "1/2m/key,5/h/key",
    "apply": "40/h/ip",  # the municipalities of a prefecture may share one address (LGWAN)
    "change_email": "3/h/user",
}
SIGN_IN: Final = Page(
    _("サインインの失敗が続いています"),
    _(
        "しばらく待ってから、もう一度操作してください。パスキー、または以前にサインインした端末からは、"
        "すぐにサインインできます。"
    ),
)
Usage = list[ratelimit.RateLimitUsage]


def attempt(request: HttpRequest, email: str) -> Usage:
    """Count a try of a password. Raises ImmediateHttpResponse with 429 when there were too many."""
    return [_consume(request, action, key, SIGN_IN) for action, key in _buckets(request, email)]


def forget(request: HttpRequest, email: str) -> None:
    """After a reset of the password by mail."""
    for action, key in _buckets(request, email):
        if key:
            ratelimit.clear(request, app=APP, action=action, config=RATES, key=key)


def count(request: HttpRequest, action: str) -> None:
    """Count a request of a kind in RATES. Raises ImmediateHttpResponse with 429."""
    _consume(request, action, None, None)


def may_mail(request: HttpRequest, address: str) -> bool:
    """Whether another link may be sent to an address; who asks is not told."""
    key = _digest(address)
    return bool(
        ratelimit.consume(request, app=APP, action="reset_mail", config=RATES, key=key, limit_get=True)
    )


def is_known_device(request: HttpRequest, user: User) -> bool:
    """Whether this account has signed in from this browser before, by whatever address."""
    return not _devices(request).keys().isdisjoint(_names(user))


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """After a sign-in: this browser is known to the account from now on."""
    names, known = _names(user), _devices(request)
    others = [one for one in known.items() if one[0] not in names][-len(names) * (PEOPLE_PER_DEVICE - 1) :]
    known = dict([*others, *((name, known.get(name) or secrets.token_urlsafe(12)) for name in names)])
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=COOKIE),
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _buckets(request: HttpRequest, email: str) -> list[tuple[str, str | None]]:
    person = _digest(email)
    if device := _devices(request).get(person):
        return [("known_device", f"{person}:{device}")]
    source = f"{person}:{ratelimit.get_ip(request)}"
    return [("account_and_source", source), ("source", None), ("account", person)]


def _consume(
    request: HttpRequest, action: str, key: str | None, page: Page | None
) -> ratelimit.RateLimitUsage:
    usage = ratelimit.consume(request, app=APP, action=action, config=RATES, key=key)
    if usage is None:
        (rate, *_more) = ratelimit.parse_rates(RATES[action])
        raise ImmediateHttpResponse(too_many(request, retry_after=int(rate.duration), page=page))
    return usage


def _devices(request: HttpRequest) -> dict[str, str]:
    """Name of an account -> of this browser for that account."""
    try:
        known: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return {}
    return dict(known)


def _names(user: User) -> tuple[str, str]:
    """An account in the cookie: by its address, which an attempt tells, and by its key, which stays."""
    return _digest(user.email or ""), _digest(str(user.pk))


def _digest(address: str) -> str:
    """No address stands in a cookie or in the cache."""
    return salted_hmac("membership.limits", address.strip().lower()).hexdigest()[:24]
