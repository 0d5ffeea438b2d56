"""What a file is: the name claims, the bytes decide."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.file_names import MAX_NAME, clean_name, extension_of
from consortium.domain.file_types import FileKind, Refusal, Refused, kind_of, pixels

from . import samples

EXTENSIONS = [
    "pdf",
    "png",
    "jpg",
    "jpeg",
    "xlsx",
    "docx",
    "pptx",
    "csv",
    "txt",
    "svg",
    "html",
    "exe",
    "zip",
    "",
]


@pytest.mark.parametrize(("name", "content"), samples.all_kinds().items(), ids=samples.all_kinds())
def test_good_files_are_recognised(name: str, content: bytes) -> None:
    extension = extension_of(name).replace("jpg", "jpeg")
    assert kind_of(name, content) == extension


@pytest.mark.parametrize(("name", "content"), samples.all_kinds().items(), ids=samples.all_kinds())
def test_no_binary_file_passes_under_another_name(name: str, content: bytes) -> None:
    text = extension_of(name) in {"csv", "txt"}
    for other in ("pdf", "png", "jpg", "xlsx", "docx", "pptx", *(() if text else ("csv", "txt"))):
        if extension_of(name) != other:
            with pytest.raises(Refused):
                kind_of(f"x.{other}", content)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.pdf", b"", Refusal.EMPTY),
        ("図.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.UNKNOWN_EXTENSION),
        ("頁.html", b"<!doctype html>", Refusal.UNKNOWN_EXTENSION),
        ("無名", samples.PDF, Refusal.UNKNOWN_EXTENSION),
        ("計画.pdf", b"MZ\x90\0" + samples.PDF, Refusal.OTHER_CONTENT),
        ("頁.txt", b"\xef\xbb\xbf \n<!DOCTYPE HTML><script>", Refusal.OTHER_CONTENT),
        ("図.txt", b"<svg onload=alert(1)>", Refusal.OTHER_CONTENT),
        ("一覧.csv", b"a,b\0c", Refusal.NOT_TEXT),
        ("一覧.csv", b"\x81\x20\xff\xff", Refusal.NOT_TEXT),
        ("一覧.csv", "番号,１２３４-５６７８-９０１８".encode(), Refusal.PERSONAL_NUMBER),
        ("一覧.csv", b"a" * ((2 << 20) + 1), Refusal.TEXT_TOO_LARGE),
        ("図.png", samples.png(0, 8), Refusal.DAMAGED),
        ("図.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", Refusal.DAMAGED),
        ("表.xlsx", b"PK\x03\x04 broken", Refusal.DAMAGED),
        ("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Refusal.PASSWORD),
        ("表.xlsx", samples.office("docx"), Refusal.OTHER_CONTENT),
        ("表.xlsx", samples.office("xlsx", xl__vbaProject_bin=b"x"), Refusal.MACROS),
        ("表.xlsx", samples.office("xlsx", word__activeX__a=b"x"), Refusal.MACROS),
        ("表.xlsx", samples.office("xlsx", "application/vnd.ms-office.vbaProject"), Refusal.MACROS),
        ("表.xlsx", samples.office("xlsx", "sheet.macroEnabled.main+xml"), Refusal.MACROS),
        ("表.xlsx", samples.office("xlsx", "sheet.macro&#69;nabled.main+xml"), Refusal.DAMAGED),
    ],
)
def test_bad_files_are_refused_for_their_reason(name: str, content: bytes, reason: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(name, content)
    assert refused.value.reason is reason


def test_an_office_file_that_unpacks_to_gigabytes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", f"<Types>{samples.MAIN['xlsx']}</Types>")
        with package.open("xl/bomb.xml", "w", force_zip64=True) as part:
            for _ in range(301):
                part.write(bytes(1_000_000))
    assert len(out.getvalue()) < 400_000
    with pytest.raises(Refused) as refused:
        kind_of("爆弾.xlsx", out.getvalue())
    assert refused.value.reason is Refusal.TOO_LARGE_UNPACKED


def test_pixels_of_images() -> None:
    assert pixels(FileKind.PNG, samples.png(640, 480)) == (640, 480)
    assert pixels(FileKind.JPEG, samples.jpeg(640, 480)) == (640, 480)


@given(
    extension=st.sampled_from(EXTENSIONS),
    start=st.sampled_from(
        [b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", samples.office("xlsx")]
    ),
    rest=st.binary(max_size=300),
)
def test_whatever_comes_is_accepted_or_refused(extension: str, start: bytes, rest: bytes) -> None:
    try:
        kind = kind_of(f"x.{extension}", start + rest)
    except Refused:
        return
    assert kind in FileKind


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("C:\\文書\\計画.pdf", "計画.pdf"),
        ("../../etc/passwd", "passwd"),
        ("か\u3099き.pdf", "がき.pdf"),
        ("計画\u202efdp.exe", "計画fdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "pdf"),
        ("con.txt", "_con.txt"),
        ("あ" * 300 + ".xlsx", "あ" * (MAX_NAME - 5) + ".xlsx"),
    ],
)
def test_names_are_cleaned(given: str, cleaned: str) -> None:
    assert clean_name(given) == cleaned


@given(st.text(max_size=400))
def test_cleaned_names_are_short_and_stay_as_they_are(name: str) -> None:
    cleaned = clean_name(name)
    assert 0 < len(cleaned) <= MAX_NAME
    assert not set(cleaned) & set('/\\:*?"<>|\r\n\0')
    assert clean_name(cleaned) == cleaned
    cleaned.encode()
