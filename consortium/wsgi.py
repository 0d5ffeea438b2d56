"""The web processes' way in, and what they are set to once everything is loaded."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortium.settings")
_django: Final = get_wsgi_application()

# What is loaded stays: the collector need not look through it again, nor look at all every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An answer that is there as a whole goes to the server in one piece, which spares it to iterate."""
    response = _django(environ, start_response)
    if not isinstance(response, HttpResponse):
        return response
    try:
        return [response.content]
    finally:
        response.close()
