"""The same keeping on S3-compatible storage: moto's server as a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from django.conf import LazySettings

from consortium import storages
from consortium.embedded.place import free_port
from consortium.embedded.process import die_with_parent
from consortium.files import janitor
from consortium.files.contents import ContentMissing, read
from consortium.files.keeping import discard, keep
from consortium.files.models import StoredFile
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality

from . import samples
from .conftest import SECRET

pytestmark = pytest.mark.django_db
BUCKET = "private"


@pytest.fixture
def bucket(tmp_path: Any, settings: LazySettings) -> Iterator[Any]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(15),  # noqa: PLW1509 (no threads that matter)
    )
    try:
        address = f"s3+http://key:se%2Fcret@127.0.0.1:{port}/{BUCKET}"
        settings.STORAGES = {**settings.STORAGES, "default": storages.private(address, tmp_path)}
        yield made(port)
    finally:
        server.kill()
        server.wait()


def made(port: int) -> Any:
    """The bucket, as soon as the server listens."""
    s3 = boto3.resource(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="se/cret",
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 0}),
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            return s3.create_bucket(Bucket=BUCKET)
        except EndpointConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_kept_read_swept_and_deleted(
    bucket: Any, maebashi: Municipality, django_capture_on_commit_callbacks: Any
) -> None:
    with context.tenant(maebashi.pk):
        file = keep(by=system_actor("test"), purpose=SECRET, name="計画.pdf", content=samples.PDF)
    (stored,) = bucket.objects.all()
    assert stored.key == file.key
    assert b"%PDF" not in stored.get()["Body"].read()
    assert read(file) == samples.PDF

    bucket.put_object(Key=f"{maebashi.pk}/orphan", Body=b"x")
    findings = janitor.Findings()
    janitor.compare(str(maebashi.pk), findings)
    assert findings == janitor.Findings(), "both are young"
    with context.worker():
        assert str(maebashi.pk) in janitor.folders()
    with patch.object(janitor, "GRACE", timedelta(hours=-1)):
        janitor.compare(str(maebashi.pk), findings)
    assert findings == janitor.Findings(removed=1)

    with django_capture_on_commit_callbacks() as later, context.tenant(maebashi.pk):
        discard(file)
    for callback in later:
        callback()
    assert list(bucket.objects.all()) == []
    with pytest.raises(ContentMissing):
        read(file)
    with context.tenant(maebashi.pk):
        assert not StoredFile.objects.exists()
