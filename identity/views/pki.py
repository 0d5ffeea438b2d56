"""What anybody may fetch to believe a device's certificate: CA certificates, revocation lists, OCSP."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consortium.api.limits import address
from consortium.tenancy import context
from identity.limits import exceeded
from identity.pki import status
from identity.pki.authority import authority, der, generation_of, is_configured
from identity.queries.devices import known, latest_list, responder
from identity.requests import for_machines

CERTIFICATE, LIST, ANSWER = "application/pkix-cert", "application/pkix-crl", "application/ocsp-response"
LONG, SHORT = 86_400, 60
SIGNED_A_MINUTE = 1_200


@login_not_required
@require_safe
@for_machines
def certificate(request: HttpRequest, generation: str = "") -> HttpResponse:
    """Of an issuing CA, the first if no generation is named."""
    found = authority().issuer(generation) if is_configured() else None
    if found is None:
        raise Http404
    return _public(der(found), CERTIFICATE, LONG)


@login_not_required
@require_safe
@for_machines
def root(request: HttpRequest) -> HttpResponse:
    if not is_configured():
        raise Http404
    return _public(der(authority().root), CERTIFICATE, LONG)


@login_not_required
@require_safe
@for_machines
def root_list(request: HttpRequest) -> HttpResponse:
    if not is_configured():
        raise Http404
    return _public(der(authority().root_crl), LIST, LONG)


@login_not_required
@require_safe
@for_machines
def device_list(request: HttpRequest, generation: str = "") -> HttpResponse:
    """Of what one CA has issued, the first if no generation is named."""
    with context.person(None):
        found = latest_list(generation)
    if found is None:
        raise Http404
    return _public(bytes(found.content), LIST, SHORT)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@for_machines
def ocsp(request: HttpRequest, encoded: str = "") -> HttpResponse:
    """RFC 6960, appendix A, and RFC 5019: GET answers may be cached for a minute, so that a revocation is
    believed within one; what was asked with a nonce never. An answer is signed once for as long as nothing
    changes, and for one address only so often."""
    asked = request.body if request.method == "POST" else status.from_path(encoded)
    now = timezone.now().replace(microsecond=0)
    with context.person(None):
        try:
            found = status.answer(
                asked,
                issuers=authority().intermediates if is_configured() else [],
                lookup=lambda issuer, serial: known(serial, generation_of(issuer)),
                responders=lambda issuer: responder(generation_of(issuer)),
                now=now,
                keep=partial(_kept, request),
            )
        except _Busy:
            again = {"Cache-Control": "no-store", "Retry-After": str(SHORT)}
            return HttpResponse(status.try_later(), content_type=ANSWER, headers=again)
    if request.method == "POST" or not found.cacheable:
        return HttpResponse(found.der, content_type=ANSWER, headers={"Cache-Control": "no-store"})
    answer = _public(found.der, ANSWER, SHORT)
    answer["Expires"] = http_date(now.timestamp() + SHORT)
    return answer


class _Busy(Exception):
    """One address has had enough signed for it."""


def _kept(request: HttpRequest, name: str, make: Callable[[], bytes]) -> bytes:
    """Half of its life is left to whoever gets a kept answer last."""
    key = f"identity:ocsp:{name}"
    found: bytes | None = cache.get(key) if name else None
    if found is not None:
        return found
    if exceeded("ocsp", address(request), limit=SIGNED_A_MINUTE, seconds=SHORT):
        raise _Busy
    made = make()
    if name:
        cache.set(key, made, status.ANSWER_LIFE.total_seconds() / 2)
    return made


def _public(content: bytes, kind: str, seconds: int) -> HttpResponse:
    caching = f"public, max-age={seconds}, no-transform"
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": caching})
