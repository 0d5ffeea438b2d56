"""What files are uploaded or made for. A product registers its own purposes beside its actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django_stubs_ext import StrPromise

from consortium.domain.file_types import TYPES, FileKind

MEGABYTE: Final = 1 << 20
_registered: dict[str, "Purpose"] = {}


@dataclass(frozen=True)
class Purpose:
    """permission: who may download. audited: each download is recorded. pixels: longest side of an image.

    megabytes: the limit unless `FILE_LIMITS_MB` sets another.
    """

    key: str
    label: StrPromise
    kinds: frozenset[FileKind]
    permission: str
    megabytes: float = 20
    audited: bool = False
    pixels: int = field(default=0)

    @property
    def max_bytes(self) -> int:
        return int(float(settings.FILE_LIMITS_MB.get(self.key, self.megabytes)) * MEGABYTE)

    @property
    def extensions(self) -> list[str]:
        return [extension for kind in FileKind if kind in self.kinds for extension in TYPES[kind].extensions]


def register(purpose: Purpose) -> Purpose:
    if purpose.key in _registered:
        raise ValueError(f"{purpose.key} is registered twice.")
    _registered[purpose.key] = purpose
    return purpose


def purposes() -> Mapping[str, Purpose]:
    return _registered
