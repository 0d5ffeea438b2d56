"""Reads about files: what the open context may see of the own and of others' shared ones."""

from uuid import UUID

from django.utils import timezone

from .models import BodyFile, StoredFile


def readable(file_id: UUID, purpose: str) -> StoredFile | None:
    """An own file, or one that its owner shares now."""
    found: StoredFile | None = StoredFile.visible.filter(pk=file_id, purpose=purpose).first()
    return found


def made_of(about: UUID, purpose: str) -> StoredFile | None:
    """The latest file made of a row, own or shared."""
    found: StoredFile | None = (
        StoredFile.visible.filter(about=about, purpose=purpose).order_by("-created_at").first()
    )
    return found


def of_the_body(file_id: UUID, purpose: str) -> BodyFile | None:
    """Unless it has expired."""
    found: BodyFile | None = (
        BodyFile.objects.filter(pk=file_id, purpose=purpose).exclude(expires_at__lt=timezone.now()).first()
    )
    return found


def bodys_made_of(about: UUID, purpose: str, language: str) -> BodyFile | None:
    """The latest file made of a row that has not expired."""
    found = BodyFile.objects.filter(about=about, purpose=purpose, language=language)
    latest: BodyFile | None = found.exclude(expires_at__lt=timezone.now()).order_by("-created_at").first()
    return latest
