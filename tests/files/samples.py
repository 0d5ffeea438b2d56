"""Files of every kind, as small as they can be."""

import io
import struct
import zipfile
from uuid import UUID

ABOUT = UUID("019a0000-0000-7000-8000-000000000001")
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "xlsx": f"{OOXML}spreadsheetml.sheet.main+xml",
    "docx": f"{OOXML}wordprocessingml.document.main+xml",
    "pptx": f"{OOXML}presentationml.presentation.main+xml",
}


def png(width: int = 8, height: int = 8) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + bytes(4) + b"\0\0\0\0IEND\xaeB`\x82"
    )


def jpeg(width: int = 8, height: int = 8) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0" + frame + b"\xff\xd9"
    )


def office(kind: str, types: str = "", **parts: bytes) -> bytes:
    """types: further text of the content types; parts: names with __ for /."""
    out = io.BytesIO()
    declared = f'<Types><Override PartName="/main.xml" ContentType="{MAIN[kind]}"/>{types}</Types>'
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", declared)
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_bin", ".bin"), content)
    return out.getvalue()


def all_kinds() -> dict[str, bytes]:
    """A good file of each kind, by a name that fits it."""
    return {
        "計画.pdf": PDF,
        "図.PNG": png(),
        "写真.jpg": jpeg(),
        **{f"資料.{kind}": office(kind) for kind in MAIN},
        "一覧.csv": "団体,値\n前橋市,1\n".encode("cp932"),
        "覚え書き.txt": "\ufeff覚え書き\n".encode(),
    }
