"""Taken in by purpose, sealed, and never half there."""

import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consortium import crypto
from consortium.domain.file_types import FileKind
from consortium.files import janitor
from consortium.files.contents import ContentMissing, read
from consortium.files.keeping import discard, keep, keep_for_the_body
from consortium.files.models import BodyFile, StoredFile
from consortium.files.tasks import ask_for_clean_up
from consortium.jobs.models import Job
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING
from tests.isolation.rows import as_owner

from . import samples
from .conftest import SECRET

pytestmark = pytest.mark.django_db
BY = system_actor("test")


def objects(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(path: Path, hours: float) -> None:
    moment = path.stat().st_mtime - hours * 3600
    os.utime(path, (moment, moment))


def test_what_lies_on_the_disk_is_unreadable(stored: StoredFile, files: Path, maebashi: Municipality) -> None:
    (path,) = objects(files)
    assert path == files / stored.key
    assert path.parent.name == str(maebashi.pk)
    assert len(path.name) == 32
    assert samples.PDF[:8] not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert read(stored) == samples.PDF
    assert (stored.kind, stored.size, len(stored.sha256)) == ("pdf", len(samples.PDF), 64)


def test_the_keyring_can_be_rotated_and_nothing_be_exchanged(
    stored: StoredFile, files: Path, settings: LazySettings
) -> None:
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    crypto.keyring.cache_clear()
    assert read(stored) == samples.PDF
    other = StoredFile(key=stored.key.replace(stored.key[-4:], "AAAA"), content_key=stored.content_key)
    (files / stored.key).rename(files / other.key)
    with pytest.raises(ContentMissing):
        read(other)
    with pytest.raises(ContentMissing):
        read(stored)
    crypto.keyring.cache_clear()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("大.txt", b"a" * 11_000, "too_large"),
        ("図.png", samples.png(101, 1), "too_many_pixels"),
        ("図.svg", b"<svg/>", "unknown_extension"),
        ("１２３４５６７８９０１８.txt", b"a", "my_number"),
        ("図.pdf", samples.png(), "other_content"),
    ],
)
def test_refusals_say_what_to_do(
    name: str, content: bytes, code: str, maebashi: Municipality, files: Path
) -> None:
    with context.tenant(maebashi.pk), pytest.raises(ValidationError) as refused:
        keep(by=BY, purpose=SECRET, name=name, content=content)
    (error,) = refused.value.error_dict["file"]
    assert error.code == code
    assert objects(files) == []


def test_limits_are_settings(maebashi: Municipality, settings: LazySettings) -> None:
    settings.FILE_LIMITS_MB = {SECRET.key: 0.00001}
    with context.tenant(maebashi.pk), pytest.raises(ValidationError):
        keep(by=BY, purpose=SECRET, name="a.txt", content=b"a" * 11)


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    name=st.text(max_size=40)
    | st.builds("{}.{}".format, st.text(max_size=20), st.sampled_from(["pdf", "csv", "xlsx"])),
    content=st.binary(max_size=200) | st.sampled_from(list(samples.all_kinds().values())),
)
def test_whatever_is_sent_is_kept_whole_or_not_at_all(
    name: str, content: bytes, maebashi: Municipality, files: Path
) -> None:
    before = len(objects(files))
    with context.tenant(maebashi.pk):
        rows = StoredFile.objects.count()
        try:
            file = keep(by=BY, purpose=SECRET, name=name, content=content)
        except ValidationError:
            assert (StoredFile.objects.count(), len(objects(files))) == (rows, before)
            return
        assert StoredFile.objects.count() == rows + 1
        assert read(StoredFile.objects.get(pk=file.pk)) == content


def test_deleting_takes_the_content_after_the_commit(
    stored: StoredFile, files: Path, maebashi: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as later, context.tenant(maebashi.pk):
        discard(stored)
        assert len(objects(files)) == 1
    for callback in later:
        callback()
    assert objects(files) == []
    with context.tenant(maebashi.pk):
        assert not StoredFile.objects.exists()


def test_what_is_kept_cannot_be_deleted_by_whatever_means(stored: StoredFile, maebashi: Municipality) -> None:
    with context.tenant(maebashi.pk):
        StoredFile.objects.update(kept=True)
        with pytest.raises(ValidationError):
            discard(stored)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM files_storedfile")
            assert cursor.rowcount == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            StoredFile.objects.update(sha256="0" * 64)
        assert StoredFile.objects.count() == 1


def test_the_janitor_takes_what_no_row_speaks_of(
    stored: StoredFile, files: Path, maebashi: Municipality
) -> None:
    with pytest.raises(ZeroDivisionError), context.tenant(maebashi.pk):
        keep(by=BY, purpose=SECRET, name="a.txt", content=b"undone")
        1 / 0  # noqa: B018
    (orphan,) = [path for path in objects(files) if path != files / stored.key]
    for path in objects(files):
        age(path, 0.9)
    assert clean_up() == janitor.Findings()
    for path in objects(files):
        age(path, 0.2)
    assert clean_up() == janitor.Findings(removed=1)
    assert not orphan.exists()
    assert read(stored) == samples.PDF


def test_the_janitor_tells_of_lost_contents(stored: StoredFile, files: Path) -> None:
    (files / stored.key).unlink()
    assert clean_up() == janitor.Findings(), "an upload may be under way"
    with as_owner():
        StoredFile._base_manager.update(created_at=timezone.now() - timedelta(hours=2))
    assert clean_up() == janitor.Findings(missing=1)
    with pytest.raises(ContentMissing):
        read(stored)


def test_the_janitor_ends_what_has_expired(files: Path, django_capture_on_commit_callbacks: Any) -> None:
    for hours in (-1, 1):
        with context.secretariat():
            keep_for_the_body(
                by=BY,
                purpose=SECRET,
                name="集計.txt",
                kind=FileKind.TXT,
                content=b"1",
                about=samples.ABOUT,
                language="ja",
                expires_at=timezone.now() + timedelta(hours=hours),
            )
    assert len(objects(files)) == 2
    with django_capture_on_commit_callbacks(execute=True), context.worker():
        assert janitor.expire() == 1
    assert len(objects(files)) == 1
    with context.secretariat():
        assert BodyFile.objects.count() == 1


def test_it_is_asked_for_once_a_day(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    for _ in range(2):
        ask_for_clean_up.push_request(headers=HOUSEKEEPING, **HOUSEKEEPING)
        ask_for_clean_up.run()
    with context.worker():
        assert Job.objects.filter(kind="consortium.files.tasks.clean_up").count() == 1


def clean_up() -> janitor.Findings:
    findings = janitor.Findings()
    with context.worker():
        folders = janitor.folders()
    for folder in folders:
        janitor.compare(folder, findings)
    return findings
