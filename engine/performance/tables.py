"""The two kinds of tables in a report, found by their headings: funding, and indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.performance.blocks import Cells, Table
from engine.performance.quantities import tidy
from engine.performance.report import (
    ANNEX_PLACE,
    CARRIED,
    COLUMNS,
    FISCAL,
    FISCAL_PARTS,
    OTHER,
    ROWS,
    TOTAL,
    Funding,
    Line,
)

UNIT = re.compile(r"\((?:单位:)?(亿元|万元|元)\)")
UNIT_OF_ALL = re.compile(r"单位:?(亿元|万元|元)")
GROUP = "财政资金"
# How the heading of a column begins, and which column it is; the first that fits counts.
FUNDING_HEADS = (
    ("年度总金额", TOTAL),
    ("小计", FISCAL),
    ("中央", FISCAL_PARTS[0]),
    ("省", FISCAL_PARTS[1]),
    ("市", FISCAL_PARTS[2]),
    ("县", FISCAL_PARTS[3]),
    ("区", FISCAL_PARTS[3]),
    ("上年结转", CARRIED),
    ("其他", OTHER),
)
INDICATOR_HEADS = (
    ("一级指标", "level1"),
    ("二级指标", "level2"),
    ("三级指标", "name"),
    ("目标指标", "name"),
    ("指标名称", "name"),
    ("权重", "weight"),
    ("分值", "weight"),
    ("目标值", "target"),
    ("指标值", "target"),
    ("年度指标值", "target"),
    ("业绩值", "actual"),
    ("实际完成值", "actual"),
    ("实际值", "actual"),
    ("全年完成值", "actual"),
    ("完成率", "completion"),
    ("指标得分", "score"),
    ("得分", "score"),
    ("偏差原因", "reason"),
    ("未完成原因", "reason"),
)
NEEDED = {"name", "weight", "target", "actual", "score"}
SUMS = ("合计", "总计", "总分", "小计")  # how a line begins that only sums up the others


def unit_of_all(words: str) -> str:
    """The unit that a line above a table names for all of it (单位：万元), "" for none."""
    found = UNIT_OF_ALL.search(tidy(words))
    return found[1] if found else ""


def funding_in(table: Table, unit: str = "") -> Funding | None:
    """The funding table that this is, or None; `unit` is what stands above it, for headings that name none."""
    start = next((place for place, row in enumerate(table.rows) if _row_name(row)), None)
    if start is None:
        return None
    heads = _heads([row for row in table.rows[:start] if not _is_remark(row)])
    names = [_of(head, FUNDING_HEADS) for head in heads]
    if TOTAL not in names:
        return None
    cells: dict[tuple[str, str], str] = {}
    for row in table.rows[start:]:
        name = _row_name(row)
        for column, cell in zip(names, row, strict=False):
            if name and column:
                cells[name, column] = cell
    above = next(filter(None, (unit_of_all(cell) for row in table.rows[:start] for cell in row)), unit)
    return Funding(cells, _units(heads, names, above))


def _is_remark(row: Cells) -> bool:
    """A line over the headings that only names the table or its unit."""
    return len([cell for cell in row if tidy(cell)]) < 2


def _row_name(row: Cells) -> str:
    """Which of ROWS the row is, "" for none."""
    first = tidy(row[0]) if row else ""
    return next((name for name in ROWS if first.startswith(name)), "")


def _heads(rows: Sequence[Cells]) -> list[str]:
    """The headings of the columns in their order; the group 财政资金 gives way to what the next line names under it."""
    lines = [[cell for cell in row if tidy(cell)] for row in rows]
    if not lines:
        return []
    below = [cell for line in lines[1:] for cell in line if cell not in lines[0]]
    found: list[str] = []
    for cell in lines[0]:
        found += below if below and tidy(cell).startswith(GROUP) else [cell]
    return found


def _of(head: str, known: Sequence[tuple[str, str]]) -> str:
    text = tidy(head)
    return next((column for begins, column in known if text.startswith(begins)), "")


def _units(heads: Sequence[str], names: Sequence[str], above: str) -> dict[str, str]:
    """The unit of each column; those of public money, which bear none, have that of the total, else that of all."""
    said = {
        name: found[1]
        for head, name in zip(heads, names, strict=True)
        if name in COLUMNS and (found := UNIT.search(tidy(head)))
    }
    common = said.get(TOTAL) or next(iter(said.values()), above)
    return {column: said.get(column, common) for column in COLUMNS}


def lines_in(table: Table, place: str, level1: str) -> tuple[Line, ...] | None:
    """The indicators of this table, or None if it has none of them; level 1 where the table does not name it."""
    for number, row in enumerate(table.rows):
        columns = indicator_columns(row)
        if columns.keys() >= NEEDED:
            where = ANNEX_PLACE if "level1" in columns else place
            return tuple(lines_under(table.rows[number + 1 :], columns, where, level1))
    return None


def indicator_columns(row: Cells) -> dict[str, int]:
    """What of an indicator stands in which place of the row, if these are headings."""
    return {name: at for at, cell in enumerate(row) if (name := _of(cell, INDICATOR_HEADS))}


def lines_under(rows: Sequence[Cells], columns: dict[str, int], place: str, level1: str) -> Iterator[Line]:
    """A cell merged with the one above has its words; the second level does not reach into another first level."""
    above, second = level1, ""
    for row in rows:
        cells = {name: row[at].replace("\n", "") if at < len(row) else "" for name, at in columns.items()}
        if any(tidy(cells.get(name, "")).startswith(SUMS) for name in ("level1", "level2", "name")):
            continue
        if own := cells.get("level1", ""):
            above, second = own, ""
        second = cells.get("level2", "") or second
        if any(cells[name] for name in NEEDED):
            yield Line(**{**cells, "place": place, "level1": above, "level2": second})
