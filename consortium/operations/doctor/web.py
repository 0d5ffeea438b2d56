"""Settings that are valid one by one and wrong together, or wrong in production."""

import os
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, run_checks

from consortium import environment

from .finding import Examination, Finding, good, warning, wrong

LOCAL: Final = {"localhost", "127.0.0.1", "::1"}


def spelling() -> Iterator[Finding]:
    for hint in environment.hints(os.environ):
        yield warning("environment", hint, "correct its name, or unset it")


def origins() -> Iterator[Finding]:
    portal, identity = urlsplit(settings.PORTAL_URL), urlsplit(settings.IDENTITY_URL)
    local = {portal.hostname, identity.hostname} <= LOCAL
    for name, url in (("PORTAL_URL", portal), ("IDENTITY_URL", identity)):
        if url.scheme != "https" and not local:
            yield wrong("origins", f"{name} is not HTTPS", "passkeys and secure cookies need HTTPS")
    if portal.netloc == identity.netloc:
        yield wrong("origins", "both surfaces have one origin", "give each a host name of its own")
    elif portal.hostname == identity.hostname and not local:
        cure = "give each a host name of its own: cookies know no ports"
        yield warning("origins", "both surfaces share a host name", cure)
    else:
        yield good("origins", "two origins" + (", on this machine only" if local else ", HTTPS"))


def modes() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong("mode", "DEBUG is on", "unset DEBUG: its error pages show settings and data")
    if settings.DEMO:
        yield warning("mode", "DEMO is on", "unset DEMO where data are real")
    if "*" in settings.ALLOWED_HOSTS:
        yield wrong("hosts", "ALLOWED_HOSTS holds *", "name the hosts: links in mails are made of them")
    if settings.SECURE and not settings.SECURE_PROXY_SSL_HEADER and settings.SECURE_SSL_REDIRECT:
        cure = "set BEHIND_PROXY=true if a proxy ends TLS, or every request is redirected for ever"
        yield warning("proxy", "HTTPS without BEHIND_PROXY", cure)


def django() -> Iterator[Finding]:
    """Django's own checks, those for deployment too unless all is on this machine."""
    found = run_checks(include_deployment_checks=bool(settings.SECURE))
    for message in found:
        grade = wrong if message.level > WARNING else warning
        yield grade(
            "Django", f"{message.id}: {message.msg}".splitlines()[0], message.hint or "see its message"
        )
    if not found:
        yield good("Django", "its checks find nothing")


WEB: Final[tuple[Examination, ...]] = (spelling, origins, modes, django)
