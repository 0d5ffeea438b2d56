"""The letter box: `$STATE/mail`, where the demo's processes put what they send."""

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from deploy.demo.state import StepError

BETWEEN = re.compile(rb"^-{79}$", re.MULTILINE)
PATIENCE = 60
"""Seconds."""
LINK = re.compile(r"https?://\S+/invitations/\S+")


def invitation_for(folder: Path, address: str, patience: float = PATIENCE) -> str:
    """The link in the newest letter to that address which holds one; the worker needs a moment to send it."""
    deadline = time.monotonic() + patience
    while not (link := newest_link(folder, address)):
        if time.monotonic() > deadline:
            raise StepError(f"No letter with an invitation for {address} in {folder}")
        time.sleep(0.1)
    return link


def newest_link(folder: Path, address: str) -> str | None:
    for letter in letters(folder):
        if address in str(letter["To"]) and (link := LINK.search(letter.get_content())):
            return link[0]
    return None


def letters(folder: Path) -> Iterator[EmailMessage]:
    """Newest first."""
    for file in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        for part in reversed(BETWEEN.split(file.read_bytes())):
            if part.strip():
                yield message_from_bytes(part.lstrip(), policy=policy.default)
