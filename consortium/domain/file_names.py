"""Names of uploaded files: made safe to show, to send in a header and to save on any desk."""

import re
import unicodedata
from typing import Final

MAX_NAME: Final = 120
_FORBIDDEN: Final = re.compile(r'[/\\:*?"<>|]')  # what Windows refuses in a name
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.I)


def clean_name(name: str) -> str:
    """The last part of a path in NFC, without control, format and surrogate characters (a right-to-left
    override makes `fdp.exe` look like a document), at most MAX_NAME characters; the extension is kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _INVISIBLE)
    plain = _FORBIDDEN.sub("_", " ".join(visible.split())).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    extension = extension[:10]
    room = MAX_NAME - len(extension) - len(dot)
    whole = f"{stem.strip()[:room] or 'file'}{dot}{extension}"
    return f"_{whole}"[:MAX_NAME] if _RESERVED.match(whole) else whole


def extension_of(name: str) -> str:
    """`pdf` of `計画.PDF`; empty without one."""
    return name.rpartition(".")[2].casefold() if "." in name else ""


_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
