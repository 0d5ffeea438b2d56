"""Against a server that speaks clamd's protocol over a real socket."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError

from consortium.files.keeping import keep
from consortium.files.models import StoredFile
from consortium.files.virus_scan import CHUNK, Infected, ScannerUnavailable, scan
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.models import Municipality

from .conftest import SECRET

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        if b"BUSY" in content:
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0")


@pytest.fixture
def clamd(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    path = tmp_path / "clamd.ctl"
    with socketserver.ThreadingUnixStreamServer(str(path), Clamd) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        settings.CLAMD_URL = f"unix://{path}"
        yield
        server.shutdown()


def test_answers(clamd: None) -> None:
    scan(b"a" * (CHUNK * 2 + 1))
    with pytest.raises(Infected, match="Eicar-Test"):
        scan(b"a" * CHUNK + EICAR)
    with pytest.raises(ScannerUnavailable):
        scan(b"BUSY")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "infected"),
        ("unix:///nowhere", "scanner_unavailable"),
        ("tcp://127.0.0.1:1", "scanner_unavailable"),
    ],
)
def test_nothing_is_accepted_unscanned(
    url: str, code: str, clamd: None, settings: LazySettings, maebashi: Municipality, files: Path
) -> None:
    settings.CLAMD_URL = url or settings.CLAMD_URL
    with context.tenant(maebashi.pk):
        with pytest.raises(ValidationError) as refused:
            keep(by=system_actor("test"), purpose=SECRET, name="a.txt", content=EICAR)
        assert not StoredFile.objects.exists()
    assert refused.value.error_dict["file"][0].code == code
    assert not files.exists()
