"""Requests to addresses that an administrator typed in: to nowhere but where they may lead.

Each connection resolves its host itself, looks at every address and connects to the one it looked at, so that
a name cannot answer differently between check and use. No redirects, no proxies, no endless answers.
"""

import socket
import time
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

TIMEOUT: Final = (3.0, 5.0)
"""Seconds to connect, and to wait for a next byte."""
LONGEST: Final = 10.0
LARGEST: Final = 512 * 1024
LOCAL: Final = {"localhost", "127.0.0.1", "::1"}
_TRANSLATED: Final = (ip_network("64:ff9b::/96"), ip_network("2002::/16"), ip_network("2001::/32"))
"""IPv6 that carries an IPv4 address inside (NAT64, 6to4, Teredo): a private one can hide in it."""


def is_acceptable_url(url: str) -> bool:
    """https, or http to this very machine where that is allowed (demo and tests). No user, no fragment."""
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.fragment or not port_is_a_number:
        return False
    local = settings.SSO_ALLOWS_LOCALHOST and parts.hostname in LOCAL
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def is_permitted(host: str, address: str) -> bool:
    """Whether a request to this host may go to this address: a public one, or an internal one listed."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if host.lower() in {entry.lower() for entry in settings.SSO_INTERNAL_ISSUERS}:
        return True
    if any(ip in network for network in _listed_networks()):
        return True
    if settings.SSO_ALLOWS_LOCALHOST and host in LOCAL:
        return ip.is_loopback
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _TRANSLATED)


def _listed_networks() -> list[Any]:
    found = []
    for entry in settings.SSO_INTERNAL_ISSUERS:
        try:
            found.append(ip_network(entry))
        except ValueError:
            continue  # a host name
    return found


class _Checked:
    """For a connection of urllib3: the socket of an address that was looked at."""

    def _new_conn(self: Any) -> socket.socket:
        host = self._dns_host
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
            addresses = [str(entry[4][0]) for entry in found]
            if not addresses or not all(is_permitted(host, one) for one in addresses):
                raise NewConnectionError(self, "The host's address may not be reached from here.")
            return create_connection((addresses[0], self.port), self.timeout)
        except OSError as error:
            raise NewConnectionError(self, "The host could not be reached.") from error


class _HTTP(_Checked, HTTPConnection):
    pass


class _HTTPS(_Checked, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


class GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=4, maxsize=1)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if not is_acceptable_url(request.url or ""):
            raise requests.ConnectionError("Not an address that may be asked.")
        kwargs["stream"], kwargs["timeout"] = True, TIMEOUT
        response = super().send(request, *args, **kwargs)
        response.raw = BytesIO(_read(response))
        return response


def _read(response: requests.Response) -> bytes:
    deadline, body = time.monotonic() + LONGEST, b""
    while chunk := response.raw.read1(LARGEST, decode_content=True):
        body += chunk
        if len(body) > LARGEST or time.monotonic() > deadline:
            response.raw.close()
            raise requests.ConnectionError("The answer is too long.")
    response.raw.release_conn()
    return body


def guard(session: requests.Session) -> None:
    """Make a session keep to the rules above."""
    session.trust_env = False
    session.mount("https://", GuardedAdapter())
    session.mount("http://", GuardedAdapter())


def get_json(url: str, **headers: str) -> Any:
    """Raises requests.RequestException (also for an answer that isn't JSON, or a redirect)."""
    with requests.Session() as session:
        guard(session)
        response = session.get(url, headers={"Accept": "application/json", **headers}, allow_redirects=False)
        if response.status_code != requests.codes.ok:
            raise requests.HTTPError(f"Status {response.status_code}", response=response)
        return response.json()
