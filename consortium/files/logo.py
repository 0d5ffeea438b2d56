"""A municipality's logo: the one file that pages show. Checked to be an image, and small."""

from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from consortium.domain.file_types import IMAGES
from consortium.membership.permissions import PortalPermission

from .models import StoredFile
from .purposes import Purpose, register

LOGO: Final = register(
    Purpose(
        key="logo",
        label=_("ロゴ"),
        kinds=frozenset(IMAGES),
        permission=PortalPermission.VIEW,
        megabytes=0.5,
        pixels=1024,
    )
)
SECONDS: Final = 600


def logos() -> list[StoredFile]:
    """Of the open municipality, the present one first; there is at most one once an action is over."""
    return list(StoredFile.objects.filter(purpose=LOGO.key).order_by("-created_at"))


def logo_id(municipality_id: int) -> str:
    """Of the open municipality, "" without one. Kept in the cache: every page asks for it."""
    kept: str | None = cache.get(_key(municipality_id))
    if kept is None:
        kept = next((str(file.pk) for file in logos()), "")
        cache.set(_key(municipality_id), kept, SECONDS)
    return kept


def logo(file_id: UUID) -> StoredFile | None:
    found: StoredFile | None = StoredFile.objects.filter(pk=file_id, purpose=LOGO.key).first()
    return found


def forget(municipality_id: int) -> None:
    cache.delete(_key(municipality_id))


def _key(municipality_id: int) -> str:
    return f"logo:{municipality_id}"
