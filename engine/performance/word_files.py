"""The .docx form of a report: paragraphs and tables of its body, merged cells laid out on their grid."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.foundation.language import _
from engine.performance.blocks import Block, Paragraph, ReportUnreadable, Table

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"
# What wraps running content without being content: content controls, tracked insertions, smart tags.
WRAPPERS = frozenset(WORD + name for name in ("sdt", "sdtContent", "ins", "smartTag", "customXml", "moveTo"))
MOST_COLUMNS = 200


def read_word(content: bytes) -> Iterator[Block]:
    """The blocks of a .docx that has passed `check_package`. Raises ReportUnreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            root = etree.fromstring(archive.read(MAIN), parser)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ReportUnreadable(why=_("文件已损坏。")) from error
    body = root.find(f"{WORD}body")
    if body is None:
        raise ReportUnreadable(why=_("文件已损坏。"))
    yield from _blocks(body)


def _blocks(parent: Any) -> Iterator[Block]:
    for each in _content(parent):
        if each.tag == f"{WORD}p":
            yield Paragraph(_words(each))
        elif each.tag == f"{WORD}tbl":
            yield Table(tuple(_rows(each)))


def _content(parent: Any) -> Iterator[Any]:
    """The children, with those of wrappers in the wrapper's place."""
    for child in parent:
        if child.tag in WRAPPERS:
            yield from _content(child)
        else:
            yield child


def _rows(table: Any) -> Iterator[tuple[str, ...]]:
    for row in _content(table):
        if row.tag == f"{WORD}tr":
            cells = [""] * _number(row.find(f"{WORD}trPr/{WORD}gridBefore"))
            for cell in _content(row):
                if cell.tag == f"{WORD}tc":
                    cells += _cell(cell)
            yield tuple(cells[:MOST_COLUMNS])


def _cell(cell: Any) -> list[str]:
    """The words of a cell and an empty place for each further column it covers; none if it continues the one above."""
    merged = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    continues = merged is not None and merged.get(f"{WORD}val", "continue") == "continue"
    paragraphs = [_words(each) for each in cell.iter(f"{WORD}p")]
    words = "" if continues else "\n".join(text for text in paragraphs if text)
    return [words, *[""] * (max(_number(cell.find(f"{WORD}tcPr/{WORD}gridSpan")), 1) - 1)]


def _number(element: Any) -> int:
    """The value of an element that counts columns; 0 where there is none."""
    said = element.get(f"{WORD}val", "") if element is not None else ""
    return min(int(said), MOST_COLUMNS) if said.isdecimal() else 0


def _words(paragraph: Any) -> str:
    """The text without what tracking has deleted."""
    parts = []
    for each in paragraph.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br"):
        parts.append((each.text or "") if each.tag == f"{WORD}t" else " ")
    return "".join(parts).strip()
