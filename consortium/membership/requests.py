"""What a view may read from its request once the middleware has opened a context."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality

from .models import ApiToken, User
from .posts import Posts

if TYPE_CHECKING:
    from consortium.ui.shell import Shell


class PortalRequest(HttpRequest):
    """An annotation, never made: Django's own request, with what the middleware put on it.

    `user` is typed as signed in, as it is wherever login is required; a public view asks `is_signed_in`.
    """

    user: User
    actor: Actor
    """Speaks for the municipality or the secretariat of the path, or for nobody but the own account."""
    municipality: Municipality | None
    """The tenant of the path, None outside `/m/…`."""
    posts: Posts
    token: ApiToken | None
    """Of the system that calls, None for a person."""
    has_posts_elsewhere: bool
    """Whether the account has posts that this session does not reach."""
    second_factor_shown: bool
    """Whether somebody we trust in this has asked for a second factor at this sign-in."""
    shell: "Shell"


def is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def tenant_of(request: PortalRequest) -> Municipality:
    """The municipality of a page under `/m/<code>/`."""
    assert request.municipality is not None  # noqa: S101  # the path says so
    return request.municipality
