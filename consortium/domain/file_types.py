"""What a file is, by its bytes: the name only says what it claims to be. No Django.

What a kind may hold is judged as well: macros, active content and passwords in Office files, control
characters and 個人番号 in texts.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import puremagic

from .file_names import extension_of
from .my_number import contains_my_number

CONTENT_TYPES: Final = "[Content_Types].xml"
MAX_ENTRIES: Final = 5_000
MAX_UNPACKED: Final = 300_000_000
MAX_TYPES_BYTES: Final = 1_000_000
MAX_TEXT: Final = 2 << 20
"""Bytes of a CSV or TXT file: every character of it is looked at."""


class FileKind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    XLSX = "xlsx"
    DOCX = "docx"
    PPTX = "pptx"
    CSV = "csv"
    TXT = "txt"


class Refusal(StrEnum):
    EMPTY = "empty"
    UNKNOWN_EXTENSION = "unknown_extension"
    OTHER_CONTENT = "other_content"
    DAMAGED = "damaged"
    MACROS = "macros"
    PASSWORD = "password"  # noqa: S105  # a reason, not a secret
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    NOT_TEXT = "not_text"
    TEXT_TOO_LARGE = "text_too_large"
    PERSONAL_NUMBER = "personal_number"


class Refused(ValueError):
    """`found` is the MIME type that the bytes look like, where there is one."""

    def __init__(self, reason: Refusal, found: str = "") -> None:
        super().__init__(reason)
        self.reason, self.found = reason, found


_OOXML: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class _Type:
    mime: str
    extensions: tuple[str, ...]
    begins: bytes = b""
    main_part: bytes = b""


TYPES: Final[Mapping[FileKind, _Type]] = MappingProxyType(
    {
        FileKind.PDF: _Type("application/pdf", ("pdf",), b"%PDF-"),
        FileKind.PNG: _Type("image/png", ("png",), b"\x89PNG\r\n\x1a\n"),
        FileKind.JPEG: _Type("image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff"),
        FileKind.XLSX: _Type(
            f"{_OOXML}spreadsheetml.sheet", ("xlsx",), b"PK\x03\x04", b"spreadsheetml.sheet.main+xml"
        ),
        FileKind.DOCX: _Type(
            f"{_OOXML}wordprocessingml.document",
            ("docx",),
            b"PK\x03\x04",
            b"wordprocessingml.document.main+xml",
        ),
        FileKind.PPTX: _Type(
            f"{_OOXML}presentationml.presentation",
            ("pptx",),
            b"PK\x03\x04",
            b"presentationml.presentation.main+xml",
        ),
        FileKind.CSV: _Type("text/csv", ("csv",)),
        FileKind.TXT: _Type("text/plain", ("txt",)),
    }
)
OFFICE: Final = (FileKind.XLSX, FileKind.DOCX, FileKind.PPTX)
IMAGES: Final = (FileKind.PNG, FileKind.JPEG)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE_PARTS: Final = ("vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_MARKUP: Final = ("<!doctype", "<html", "<svg", "<?xml", "<script", "%!ps", "%pdf-")


def kind_of(name: str, content: bytes) -> FileKind:
    """The kind that the name claims and the bytes bear out. Raises Refused."""
    if not content:
        raise Refused(Refusal.EMPTY)
    extension = extension_of(name)
    kind = next((kind for kind, each in TYPES.items() if extension in each.extensions), None)
    if kind is None:
        raise Refused(Refusal.UNKNOWN_EXTENSION)
    _CHECKS[kind](kind, content)
    return kind


def decoded(content: bytes) -> str | None:
    """A text in UTF-8, with or without a byte order mark, or CP932; None if it is neither."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def looks_like(content: bytes) -> list[str]:
    """MIME types that the bytes can be, by their magic numbers."""
    try:
        return [match.mime_type for match in puremagic.magic_string(content) if match.mime_type]
    except (puremagic.PureError, ValueError):
        return []


def pixels(kind: FileKind, content: bytes) -> tuple[int, int]:
    """Width and height of an image. Raises Refused."""
    try:
        size = _png_size(content) if kind is FileKind.PNG else _jpeg_size(content)
    except (struct.error, IndexError):
        size = (0, 0)
    if not all(size):
        raise Refused(Refusal.DAMAGED)
    return size


def _check_magic(kind: FileKind, content: bytes) -> None:
    expected, found = TYPES[kind], looks_like(content)
    if not content.startswith(expected.begins) or (found and expected.mime not in found):
        other = "" if expected.mime in found else next(iter(found), "")
        raise Refused(Refusal.OTHER_CONTENT, other)


def _check_image(kind: FileKind, content: bytes) -> None:
    _check_magic(kind, content)
    pixels(kind, content)


def _check_office(kind: FileKind, content: bytes) -> None:
    if content.startswith(_OLE):  # ECMA-376 encryption wraps the whole package into an OLE file
        raise Refused(Refusal.PASSWORD)
    if not content.startswith(b"PK\x03\x04"):
        raise Refused(Refusal.OTHER_CONTENT, next(iter(looks_like(content)), ""))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_package(kind, package)
    except Refused:
        raise
    except Exception as error:  # zipfile answers damaged input with a dozen kinds of error
        raise Refused(Refusal.DAMAGED) from error


def _check_package(kind: FileKind, package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(Refusal.TOO_LARGE_UNPACKED)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(Refusal.PASSWORD)
    if any(part in f"/{entry.filename.casefold()}" for entry in entries for part in _ACTIVE_PARTS):
        raise Refused(Refusal.MACROS)
    with package.open(CONTENT_TYPES) as file:
        types = file.read(MAX_TYPES_BYTES)
    if b"macroenabled" in types.lower() or b"vbaproject" in types.lower():
        raise Refused(Refusal.MACROS)
    if b"&" in types or b"<!" in types:  # no Office program writes these; they hide types from the search
        raise Refused(Refusal.DAMAGED)
    if TYPES[kind].main_part not in types:
        raise Refused(Refusal.OTHER_CONTENT)


def _check_text(kind: FileKind, content: bytes) -> None:
    if len(content) > MAX_TEXT:
        raise Refused(Refusal.TEXT_TOO_LARGE)
    text = decoded(content)
    if text is None or _CONTROL.search(text):
        raise Refused(Refusal.NOT_TEXT, next(iter(looks_like(content)), ""))
    if text.lstrip("\ufeff \t\r\n").casefold().startswith(_MARKUP):
        raise Refused(Refusal.OTHER_CONTENT, next(iter(looks_like(content)), ""))
    if contains_my_number(text):
        raise Refused(Refusal.PERSONAL_NUMBER)


_CHECKS: Final[Mapping[FileKind, Callable[[FileKind, bytes], None]]] = {
    FileKind.PDF: _check_magic,
    **dict.fromkeys(IMAGES, _check_image),
    **dict.fromkeys(OFFICE, _check_office),
    FileKind.CSV: _check_text,
    FileKind.TXT: _check_text,
}


def _png_size(content: bytes) -> tuple[int, int]:
    """Of the header chunk, which comes first (PNG 3rd edition, 11.2.1)."""
    length, name, width, height = struct.unpack(">I4sII", content[8:24])
    return (width, height) if (length, name) == (13, b"IHDR") else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Of the first frame header, SOF0 to SOF15 but for DHT, JPG and DAC (ITU-T T.81, B.1.1.3)."""
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if length < 2:
            break
        at += 2 + length
    return 0, 0
