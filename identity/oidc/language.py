"""The language that a service asks for (`ui_locales`), for residents who have chosen none here."""

from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation

from .asking import Asking

MOST: Final = 10


def wished(asking: Asking) -> str | None:
    """The first one that this site speaks."""
    if settings.LANGUAGE_COOKIE_NAME in asking.request.COOKIES:
        return None
    for tag in asking.parameters.get("ui_locales", "").split()[:MOST]:
        try:
            return translation.get_supported_language_variant(tag.lower())
        except LookupError:
            continue
    return None


def keep(response: HttpResponse, language: str) -> None:
    """For the sign-in page and what follows it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
