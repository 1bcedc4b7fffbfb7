"""A report as its reader sees it, whatever file it came in: paragraphs and tables, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.foundation.errors import DomainError
from engine.foundation.language import _

Cells = tuple[str, ...]
MOST_CELLS = 200_000


class ReportUnreadable(DomainError):
    """The file is not a self-evaluation report that can be read."""

    text = _("无法读取自评报告：{why}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text or a heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; of merged cells the first has the words, the others are empty."""

    rows: tuple[Cells, ...]


Block = Paragraph | Table


def sound(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that say something. Raises ReportUnreadable for more cells than any report has."""
    kept = list(_kept(blocks))
    cells = sum(len(row) for block in kept if isinstance(block, Table) for row in block.rows)
    if cells > MOST_CELLS:
        raise ReportUnreadable(why=_("表格过大。"))
    return kept


def _kept(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                yield Paragraph(block.text.strip())
        elif rows := tuple(row for row in block.rows if any(cell.strip() for cell in row)):
            yield Table(tuple(tuple(cell.strip() for cell in row) for row in rows))
