from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from consortium.ui.shell import Shell

DEFAULT_SITE_NAME: Final = "自治体DX共同プラットフォーム"


class ShellContext(TypedDict):
    shell: Shell
    site_name: str
    demo: bool
    language: str
    """Code of the language for `lang`: easy Japanese is Japanese."""
    languages: Sequence[tuple[str, str]]
    """Codes and the names that languages give themselves."""
    version: str
    frame: str
    """What a page that lives on both surfaces extends."""
    session_ends: datetime | None


def shell(request: HttpRequest) -> ShellContext:
    """Touches neither database nor session: error pages use it too."""
    shown = getattr(request, "shell", None) or Shell(surface=current_surface())
    return {
        "shell": shown,
        "site_name": site_name(),
        "demo": settings.DEMO,
        "language": (get_language() or settings.LANGUAGE_CODE).partition("-")[0],
        "languages": settings.LANGUAGES,
        "version": settings.VERSION,
        "session_ends": getattr(request, "session_ends", None),
        "frame": "ui/resident.html" if shown.surface == "identity" else "ui/base.html",
    }


def site_name() -> str:
    """An operator's own name stands as given; ours has an English form."""
    own = getattr(settings, "SITE_NAME", DEFAULT_SITE_NAME)
    return gettext("自治体DX共同プラットフォーム") if own == DEFAULT_SITE_NAME else own


def current_surface() -> Literal["portal", "identity"]:
    return "identity" if settings.SURFACE == "identity" else "portal"
