"""The web processes' way in, and what they are set to once everything is loaded."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortium.settings")
_django: Final = get_wsgi_application()
# What Django does around each request and has nothing to do here: no URLconf is chosen and no cache closed,
# and a connection that broke or grew old is closed by the request that saw it.
request_started.disconnect(close_old_connections)
request_started.disconnect(reset_queries)
request_finished.disconnect(close_caches)
request_finished.disconnect(reset_urlconf)
_CGI: Final = ("HTTP_", "REQUEST_", "SERVER_", "REMOTE_", "CONTENT_", "PATH_", "QUERY_", "SCRIPT_")
_PROCESS: Final = frozenset(name for name in os.environ if not name.startswith(_CGI))
"""What granian hands over with every request though it is none: settings, secrets among them. To look through
it for headers takes longer than to answer some requests."""

# What is loaded stays: the collector need not look through it again, nor look at all every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An answer that is there as a whole goes to the server in one piece, which need not ask for the rest."""
    told = {name: value for name, value in environ.items() if name not in _PROCESS}
    response = _django(told, start_response)
    if not isinstance(response, HttpResponse):
        return response
    try:
        return [response.content]
    finally:
        response.close()
