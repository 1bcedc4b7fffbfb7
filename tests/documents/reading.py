"""Reading printed documents back, as a person would: their words, page by page."""

from __future__ import annotations

import io
import re
import zipfile

from docx import Document
from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, without the breaks between lines."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    """All words of a PDF."""
    return "".join(pages_of(pdf))


def whole_words_of(pdf: bytes) -> str:
    """All words of a PDF without the numbers of its pages, so that a sentence over two pages is whole."""
    return "".join(re.sub(r"—\d+—", "", page) for page in pages_of(pdf))


def word_text(docx: bytes) -> str:
    """All words of a Word file, tables included, without breaks."""
    document = Document(io.BytesIO(docx))
    texts = [paragraph.text for paragraph in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return re.sub(r"\s+", "", "".join(texts))


def repacked(docx: bytes, changes: dict[str, bytes]) -> bytes:
    """The same file with parts changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in set(changes) - set(old.namelist()):
            new.writestr(name, changes[name])
    return out.getvalue()


def saying(text: str) -> bytes:
    """A Word file that says one thing."""
    document, out = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()
