"""A private folder per test, and one purpose that is audited."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from consortium import storages
from consortium.domain.file_types import FileKind
from consortium.files import purposes
from consortium.files.keeping import keep
from consortium.files.models import StoredFile
from consortium.files.purposes import Purpose
from consortium.tenancy.models import Municipality

from . import samples

SECRET = Purpose(
    key="test_secret",
    label="試験",  # type: ignore[arg-type]  # never shown
    kinds=frozenset(FileKind),
    permission="audit.view",
    megabytes=0.01,
    audited=True,
    pixels=100,
)


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of private files."""
    settings.STORAGES = {**settings.STORAGES, "default": storages.private("", tmp_path / "files")}
    monkeypatch.setitem(purposes._registered, SECRET.key, SECRET)
    return tmp_path / "files"


@pytest.fixture
def administrator(maebashi: Municipality, staff: Callable[..., Any]) -> Any:
    return staff(maebashi, "administrator")


@pytest.fixture
def stored(maebashi: Municipality, administrator: Any, acting: Callable[..., Any]) -> StoredFile:
    with acting(administrator, maebashi) as actor:
        return keep(by=actor, purpose=SECRET, name="計画 2026.pdf", content=samples.PDF)
