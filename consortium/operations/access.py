"""Who may see more than whether we are well: who shows METRICS_TOKEN or asks from OPERATIONS_NETWORKS."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare


def is_operator(request: HttpRequest) -> bool:
    return _has_token(request) or _is_near(request)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme.lower() == "bearer" and constant_time_compare(token, expected)


def _is_near(request: HttpRequest) -> bool:
    """A forwarded request comes from wherever our proxy says; without a proxy of ours nobody may say so."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and not settings.SECURE_PROXY_SSL_HEADER:
        return False
    given = forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(given)
    except ValueError:
        return False
    return any(address in ip_network(network) for network in settings.OPERATIONS_NETWORKS)
