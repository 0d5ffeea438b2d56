"""The issuing CA is replaced: what the one before has issued lives on, and its lists and answers with it."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from consortium.tenancy import context
from identity.actions import devices
from identity.certifying import tend_status
from identity.domain.device import Reason
from identity.models import CertificateList
from identity.queries.signatures import verdict

from .openssl import DIGEST, World
from .residents import Resident

pytestmark = [
    pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on the path"),
    pytest.mark.usefixtures("device_ca"),
]


def roll_over(folder: Path, keys: Path, root: Path) -> str:
    out = StringIO()
    secret = f"--passphrase-file={root / 'root.passphrase'}"
    call_command("roll_over_ca", str(folder), str(keys), str(root / "root.key"), secret, stdout=out)
    return out.getvalue()


def renewed(settings: Any, folder: Path, keys: Path) -> dict[str, str]:
    """The settings after it: the old key beside the new one."""
    now = settings.DEVICE_CA
    return {
        **now,
        "FOLDER": str(folder),
        "KEY": (keys / "issuing.key").read_text(),
        "PASSPHRASE": (keys / "issuing.passphrase").read_text(),
        "EARLIER_KEY": now["KEY"],
        "EARLIER_PASSPHRASE": now["PASSPHRASE"],
    }


def test_both_generations_at_once(
    tmp_path: Path, ca_folders: tuple[Path, Path], hanako: Resident, party: Any, settings: Any
) -> None:
    folder, root = tmp_path / "ca", ca_folders[1]
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    old = World(tmp_path / "old", ca_folders[0], hanako)
    signature = old.sign(party)
    shutil.copytree(ca_folders[0], folder)
    assert "generation g2" in roll_over(folder, tmp_path / "keys", root)
    settings.DEVICE_CA = renewed(settings, folder, tmp_path / "keys")
    new = World(tmp_path / "new", folder, hanako)
    old.publish()
    assert (old.device.issuer, new.device.issuer) == ("", "g2")
    assert old.issuing.read_bytes() != new.issuing.read_bytes()
    for world in (old, new):
        code, told = world.verify()
        assert code == 0, told
        assert "good" in world.ocsp()
    old.change(devices.revoke_device, reason=Reason.STOLEN)
    new.publish()
    assert "certificate revoked" in old.verify()[1] and "keyCompromise" in old.ocsp()
    assert new.verify()[0] == 0 and "good" in new.ocsp()
    assert (len(old.entries()), len(new.entries())) == (1, 0)
    assert "unknown" in new.ocsp(serial=str(old.device.serial)), "it is another CA's"
    later = new.sign(party)
    with context.person(None):
        assert (verdict(signature, DIGEST).code, verdict(later, DIGEST).code) == ("", "")
    with pytest.raises(CommandError, match="Certificates of the CA before this one"):
        roll_over(folder, tmp_path / "third", root)


def test_the_earlier_key_has_to_be_one_of_ours(tmp_path: Path, settings: Any) -> None:
    settings.DEVICE_CA = {**settings.DEVICE_CA, "EARLIER_KEY": settings.DEVICE_CA["KEY"]}
    settings.DEVICE_CA["EARLIER_PASSPHRASE"] = settings.DEVICE_CA["PASSPHRASE"]
    with pytest.raises(ImproperlyConfigured, match="issuing-"):
        tend_status()


def test_a_key_that_is_not_the_roots(tmp_path: Path, ca_folders: tuple[Path, Path]) -> None:
    folder = shutil.copytree(ca_folders[0], tmp_path / "ca")
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    for kind in ("key", "passphrase"):
        shutil.copy(ca_folders[1] / f"issuing.{kind}", wrong / f"root.{kind}")
    with pytest.raises(CommandError, match="not the key of root"):
        roll_over(folder, tmp_path / "keys", wrong)
    assert not (tmp_path / "keys").exists() and not list(folder.glob("issuing-*"))


@pytest.mark.usefixtures("db")
def test_lists_are_numbered_by_each_ca(tmp_path: Path, ca_folders: tuple[Path, Path], settings: Any) -> None:
    folder = shutil.copytree(ca_folders[0], tmp_path / "ca")
    roll_over(folder, tmp_path / "keys", ca_folders[1])
    tend_status()
    settings.DEVICE_CA = renewed(settings, folder, tmp_path / "keys")
    tend_status()
    with context.worker():
        found = CertificateList.objects.order_by("issuer").values_list("issuer", "number")
        assert list(found) == [("", 1), ("g2", 1)]
