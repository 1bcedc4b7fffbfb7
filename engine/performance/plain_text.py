"""The text form of a report: paragraphs are lines; each cell of a table is a line that begins with a tab, and an empty
line ends a row. So word processors' documents are spelled by common converters to text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.foundation.encodings import decoded
from engine.foundation.language import _
from engine.performance.blocks import Block, Paragraph, ReportUnreadable, Table

BOOKMARK = re.compile(r"\[bookmark: [^\]\n]{0,100}\]")
CELL = "\t"


def read_text(content: bytes) -> Iterator[Block]:
    """The blocks of a text in UTF-8, GB 18030, or UTF-16 with its mark. Raises ReportUnreadable."""
    rows: list[tuple[str, ...]] = []
    row: list[str] = []
    for line in _lines(content):
        if line.startswith(CELL):
            row.append(line.strip())
            continue
        if row:
            rows.append(tuple(row))
            row = []
        if line.strip():
            if rows:
                yield Table(tuple(rows))
                rows = []
            yield Paragraph(line.strip())
    rows += [tuple(row)] if row else []
    if rows:
        yield Table(tuple(rows))


def _lines(content: bytes) -> list[str]:
    text = decoded(content)
    if text is None:
        raise ReportUnreadable(why=_("文字编码不是 UTF-8、UTF-16 或者 GB 18030。"))
    return BOOKMARK.sub("", text).splitlines()
