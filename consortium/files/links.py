"""Addresses of downloads: signed, for one session of one person, and soon over."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from consortium.membership.requests import PortalRequest


class LinkInvalid(Exception):
    """Expired, of another session or place, or forged."""


def sign(request: PortalRequest, what: str) -> str:
    """what: the thing that the address may be used for, in one session and one place."""
    return signing.dumps(what, salt=_salt(request))


def opened(request: PortalRequest, token: str) -> str:
    """What the token was signed for. Raises LinkInvalid."""
    try:
        return str(signing.loads(token, salt=_salt(request), max_age=settings.DOWNLOAD_MINUTES * 60))
    except signing.BadSignature as error:
        raise LinkInvalid from error


def url_of(request: PortalRequest, purpose: str, file_id: UUID | str) -> str:
    """Of a file's download; whoever opens it is asked for the purpose's permission."""
    token = sign(request, f"file:{purpose}:{file_id}")
    if request.municipality is None:
        return reverse("files:body_download", args=[token])
    return reverse("files:download", args=[request.municipality.code, token])


def file_of(request: PortalRequest, token: str) -> tuple[str, UUID]:
    """Purpose and id of the file that an address was made for. Raises LinkInvalid."""
    what, purpose, pk = (*opened(request, token).split(":"), "", "")[:3]
    if what != "file":
        raise LinkInvalid
    return purpose, UUID(pk)


def _salt(request: PortalRequest) -> str:
    """Part of the key of the signature: nothing of it can be read from the address."""
    place = request.municipality.pk if request.municipality else "body"
    return f"files.download:{request.user.pk}:{request.session.session_key}:{place}"
