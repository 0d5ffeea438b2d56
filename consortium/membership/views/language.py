"""The language of pages: kept in a cookie, and with the account of who is signed in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.views.i18n import set_language

from consortium.membership.actions import choose_language


@login_not_required
def language(request: Any) -> HttpResponseBase:
    """POST with `language` and `next`, as Django's own view."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(by=request.actor, user=request.user, language=chosen)
    return response
