"""What a reader of a PDF gets: its text, its fonts, what assistive technology is told."""

import io
from dataclasses import dataclass

from pypdf import PdfReader


@dataclass(frozen=True)
class Read:
    text: str
    pages: int
    title: str
    language: str
    tagged: bool
    standard: str
    fonts: frozenset[str]
    all_embedded: bool


def read(pdf: bytes) -> Read:
    reader = PdfReader(io.BytesIO(pdf))
    fonts, embedded = set(), True
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts.add(str(inner["/BaseFont"]).rpartition("+")[2])
            embedded &= "/FontFile3" in inner["/FontDescriptor"].get_object()
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    return Read(
        text="\n".join(page.extract_text() for page in reader.pages),
        pages=len(reader.pages),
        title=reader.metadata.title if reader.metadata else "",
        language=str(root["/Lang"]),
        tagged=bool(root["/MarkInfo"]["/Marked"]),
        standard="ua-1" if "<pdfuaid:part>1<" in metadata else "",
        fonts=frozenset(fonts),
        all_embedded=embedded,
    )
