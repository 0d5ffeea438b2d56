"""Taking a file in, and giving it up. Actions call this inside their transaction and record it."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from structlog import get_logger

from consortium.domain.file_names import clean_name
from consortium.domain.file_types import IMAGES, FileKind, Refusal, Refused, kind_of, pixels
from consortium.domain.my_number import contains_my_number
from consortium.tenancy.actor import Actor

from .contents import remove_after_commit, write
from .models import BodyFile, StoredFile
from .purposes import Purpose
from .sizes import size_text
from .virus_scan import Infected, ScannerUnavailable, scan

log = get_logger()
FIELD = "file"
REFUSALS = {
    Refusal.EMPTY: _("ファイルが空です。中身のあるファイルを選択してください。"),
    Refusal.OTHER_CONTENT: _(
        "ファイルの内容が拡張子と一致しません。作成したソフトで開き、形式を選んで保存し直してください。"
    ),
    Refusal.DAMAGED: _("ファイルが壊れているため読み取れません。元のファイルを確かめてください。"),
    Refusal.MACROS: _(
        "マクロや埋込みプログラムを含むファイルは受け付けられません。取り除いて保存し直してください。"
    ),
    Refusal.PASSWORD: _("パスワード付きのファイルは受け付けられません。パスワードを外してください。"),
    Refusal.TOO_LARGE_UNPACKED: _("展開後の大きさが上限を超えるファイルは受け付けられません。"),
    Refusal.NOT_TEXT: _(
        "文字として読めない内容が含まれています。UTF-8かShift_JISのテキストとして保存し直してください。"
    ),
    Refusal.TEXT_TOO_LARGE: _("テキストは2MB以下にしてください。"),
    Refusal.PERSONAL_NUMBER: _("個人番号(マイナンバー)が含まれています。番号を消してください。"),
}


def checked(purpose: Purpose, name: str, content: bytes) -> tuple[str, FileKind]:
    """The cleaned name and the kind found. Raises ValidationError at `file`."""
    name = clean_name(name)
    if len(content) > purpose.max_bytes:
        limit = {"limit": size_text(purpose.max_bytes)}
        raise refused(_("ファイルが大きすぎます。%(limit)s以下にしてください。") % limit, "too_large")
    if contains_my_number(name):
        raise refused(
            _("ファイル名に個人番号(マイナンバー)が含まれています。名前を変えてください。"), "my_number"
        )
    try:
        kind = kind_of(name, content)
    except Refused as error:
        raise _refusal(error, purpose) from error
    if kind not in purpose.kinds:
        raise _refusal(Refused(Refusal.UNKNOWN_EXTENSION), purpose)
    _check_pixels(purpose, kind, content)
    _check_viruses(content)
    return name, kind


def keep(*, by: Actor, purpose: Purpose, name: str, content: bytes, **more: Any) -> StoredFile:
    """Take in an upload for the open municipality. more: further fields. Raises ValidationError at `file`."""
    name, kind = checked(purpose, name, content)
    return keep_made(by=by, purpose=purpose, name=name, kind=kind, content=content, **more)


def keep_made(
    *, by: Actor, purpose: Purpose, name: str, kind: FileKind, content: bytes, **more: Any
) -> StoredFile:
    """Keep what the platform made itself for the open municipality."""
    file = StoredFile(**_facts(by, purpose, name, kind, content), **more)
    file.save(force_insert=True)
    return file


def keep_for_the_body(
    *,
    by: Actor,
    purpose: Purpose,
    name: str,
    kind: FileKind,
    content: bytes,
    about: UUID,
    language: str,
    expires_at: datetime,
) -> BodyFile:
    facts = _facts(by, purpose, name, kind, content)
    file = BodyFile(**facts, about=about, language=language, expires_at=expires_at)
    file.save(force_insert=True)
    return file


def discard(file: StoredFile) -> None:
    """Delete the row now and its content after the commit. Raises ValidationError for what is kept."""
    deleted, _rows = StoredFile.objects.filter(pk=file.pk, kept=False).delete()
    if not deleted:
        raise ValidationError(_("公表した版の資料は削除できません。"), code="kept")
    remove_after_commit(file.key)


def refused(message: Any, code: str) -> ValidationError:
    return ValidationError({FIELD: ValidationError(message, code=code)})


def _facts(by: Actor, purpose: Purpose, name: str, kind: FileKind, content: bytes) -> dict[str, Any]:
    key, content_key = write(content)
    return {
        "name": name,
        "kind": kind.value,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "purpose": purpose.key,
        "key": key,
        "content_key": content_key,
        "created_by_id": by.id,
        "created_by_name": by.label,
    }


def _refusal(error: Refused, purpose: Purpose) -> ValidationError:
    if error.reason is Refusal.UNKNOWN_EXTENSION:
        kinds = {"kinds": "、".join(purpose.extensions)}
        return refused(
            _("この種類のファイルは受け付けられません。使える種類: %(kinds)s") % kinds, error.reason
        )
    return refused(REFUSALS[error.reason], error.reason)


def _check_pixels(purpose: Purpose, kind: FileKind, content: bytes) -> None:
    if purpose.pixels and kind in IMAGES and max(pixels(kind, content)) > purpose.pixels:
        limit = {"limit": purpose.pixels}
        raise refused(
            _("画像が大きすぎます。縦横とも%(limit)s画素以下にしてください。") % limit, "too_many_pixels"
        )


def _check_viruses(content: bytes) -> None:
    try:
        scan(content)
    except Infected as error:
        raise refused(
            _("ウイルスが検出されたため受け付けられません。情報システム担当に連絡してください。"), "infected"
        ) from error
    except ScannerUnavailable as error:
        log.error("virus_scanner_unavailable", why=str(error))
        message = _(
            "ウイルス検査ができないため、いまは受け付けられません。しばらく待ってからもう一度送ってください。"
        )
        raise refused(message, "scanner_unavailable") from error
