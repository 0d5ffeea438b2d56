"""What anybody may fetch to believe a device's certificate: CA certificates, revocation lists, OCSP."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from consortium.tenancy import context
from identity.pki import status
from identity.pki.authority import authority, der, is_configured
from identity.queries.devices import known, latest_list, responder
from identity.requests import for_machines

CERTIFICATE, LIST, ANSWER = "application/pkix-cert", "application/pkix-crl", "application/ocsp-response"
LONG, SHORT = 86_400, 60


@login_not_required
@require_safe
@for_machines
def certificate(request: HttpRequest, name: str) -> HttpResponse:
    """name: "ca" for the issuing CA, "root"."""
    if not is_configured():
        raise Http404
    found = authority().root if name == "root" else authority().issuing
    return _public(der(found), CERTIFICATE, LONG)


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
def device_list(request: HttpRequest) -> HttpResponse:
    with context.person(None):
        found = latest_list()
    if found is None:
        raise Http404
    return _public(bytes(found.content), LIST, SHORT)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@for_machines
def ocsp(request: HttpRequest, encoded: str = "") -> HttpResponse:
    """RFC 6960, appendix A, and RFC 5019: GET answers may be cached for a minute, so that a revocation is
    believed within one; what was asked with a nonce never."""
    asked = request.body if request.method == "POST" else status.from_path(encoded)
    now = timezone.now().replace(microsecond=0)
    with context.person(None):
        ours = responder() if is_configured() else None
        if ours is None:
            return HttpResponse(status.try_later(), content_type=ANSWER)
        found = status.answer(asked, lookup=known, authority=authority().issuing, responder=ours, now=now)
    if request.method == "POST" or not found.cacheable:
        return HttpResponse(found.der, content_type=ANSWER, headers={"Cache-Control": "no-store"})
    answer = _public(found.der, ANSWER, SHORT)
    answer["Expires"] = http_date(now.timestamp() + SHORT)
    return answer


def _public(content: bytes, kind: str, seconds: int) -> HttpResponse:
    caching = f"public, max-age={seconds}, no-transform"
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": caching})
