"""The letter box: `$STATE/mail`, where the demo's processes put what they send."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from deploy.demo.state import StepError

BETWEEN = re.compile(rb"^-{79}$", re.MULTILINE)
LINK = re.compile(r"https?://\S+/invitations/\S+")


def invitation_for(folder: Path, address: str) -> str:
    """The link in the newest letter to that address which holds one."""
    for letter in letters(folder):
        if address in str(letter["To"]) and (link := LINK.search(letter.get_content())):
            return link[0]
    raise StepError(f"No letter with an invitation for {address} in {folder}")


def letters(folder: Path) -> Iterator[EmailMessage]:
    """Newest first."""
    for file in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        for part in reversed(BETWEEN.split(file.read_bytes())):
            if part.strip():
                yield message_from_bytes(part.lstrip(), policy=policy.default)
