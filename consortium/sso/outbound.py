"""Requests to addresses that an administrator typed in: to nowhere but where they may lead.

Each connection resolves its host itself, looks at every address and connects to the one it looked at, so that
a name cannot answer differently between check and use. No redirects, no proxies, no endless answers, and one
error for whatever goes wrong on the way: requests.RequestException.
"""

import socket
from contextlib import suppress
from contextvars import ContextVar
from http.client import HTTPException
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError
from urllib3.util.connection import create_connection

TIMEOUT: Final = (3.0, 5.0)
"""Seconds to connect, and to wait for a next byte."""
LONGEST: Final = 10.0
"""Seconds for the whole exchange once the address is known, however slowly its bytes come."""
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


class _Exchange:
    """Ends its connections after LONGEST, whatever they wait for: handshake, headers, size of a chunk."""

    def __init__(self) -> None:
        self._watched: list[socket.socket] = []
        self._timer = Timer(LONGEST, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._outer = _exchange.set(self)
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        _exchange.reset(self._outer)
        for one in self._watched:
            one.close()

    def watch(self, connected: socket.socket) -> socket.socket:
        """By a second descriptor, since TLS takes the first one away. Raises OSError if it is too late."""
        self._watched.append(connected.dup())
        if not self._timer.is_alive():
            raise TimeoutError
        return connected

    def _end(self) -> None:
        for one in self._watched:
            with suppress(OSError):  # the other side was faster
                one.shutdown(socket.SHUT_RDWR)


_exchange: ContextVar[_Exchange] = ContextVar("exchange")


class _Checked:
    """For a connection of urllib3: the socket of an address that was looked at."""

    def _new_conn(self: Any) -> socket.socket:
        host = self._dns_host
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
            addresses = [str(entry[4][0]) for entry in found]
            if not addresses or not all(is_permitted(host, one) for one in addresses):
                raise NewConnectionError(self, "The host's address may not be reached from here.")
            return _exchange.get().watch(create_connection((addresses[0], self.port), self.timeout))
        except (OSError, UnicodeError) as error:
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
        try:
            with _Exchange():
                response = super().send(request, *args, **kwargs)
                response.raw = BytesIO(_read(response))
        except requests.RequestException:
            raise
        except ReadTimeoutError as error:
            raise requests.ReadTimeout(error, request=request) from error
        except (HTTPError, HTTPException, OSError, UnicodeError) as error:
            raise requests.ConnectionError(error, request=request) from error
        return response


def _read(response: requests.Response) -> bytes:
    """Each connection serves one request, so that none outlives its exchange."""
    body = b""
    try:
        while chunk := response.raw.read1(LARGEST, decode_content=True):
            body += chunk
            if len(body) > LARGEST:
                raise requests.ConnectionError("The answer is too long.")
    finally:
        response.raw.close()
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
