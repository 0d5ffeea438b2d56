"""An Apache of our own, without rights: one folder, one port, the configuration that the guide prints."""

import os
import pwd
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from . import guide, programs

# What surrounds the guide's part in any installation: Debian's files say the same.
SERVER: Final = """
ServerName localhost
ServerRoot "{folder}"
PidFile "{folder}/apache.pid"
DefaultRuntimeDir "{folder}"
Mutex file:{folder}
Listen 127.0.0.1:{port}
{account}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
StartServers 1
ThreadsPerChild 8
ErrorLog /dev/stderr
LogLevel warn auth_openidc:info
DocumentRoot "{folder}/pages"
DirectoryIndex index.html
Header set X-Sub "%{{OIDC_CLAIM_sub}}e"
Header set X-Resident-Of "%{{OIDC_CLAIM_resident_of}}e"
Header set X-Age-Over-65 "%{{OIDC_CLAIM_age_over_65}}e"
Include "{folder}/service.conf"
"""
ACCOUNT: Final = "www-data"


@contextmanager
def apache(folder: Path, port: int, text: str = "", **environment: str) -> Iterator[None]:
    """text: of the service's configuration; empty for the guide's."""
    pages = folder / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("signed in", encoding="utf-8")
    (folder / "service.conf").write_text(text or guide.blocks()["service.conf"], encoding="utf-8")
    account = ""
    if os.getuid() == 0:  # root's Apache changes to another account, who has to reach this folder
        account = f"User {ACCOUNT}\nGroup {ACCOUNT}"
        _open(folder, pwd.getpwnam(ACCOUNT).pw_uid)
    config = folder / "apache.conf"
    config.write_text(
        SERVER.format(folder=folder, port=port, account=account, modules=programs.MODULES), encoding="utf-8"
    )
    command = [str(programs.APACHE), "-DFOREGROUND", "-f", str(config)]
    secret = {"PASSPHRASE": secrets.token_urlsafe(32)}
    with programs.running(command, port, folder, "/callback", **environment, **secret):
        yield


def _open(folder: Path, owner: int) -> None:
    folder.chmod(0o711)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner)
