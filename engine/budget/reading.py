"""A month's figures as a file (.xlsx, .csv): read whole or not at all, with every problem by its row and column.

Above the row of titles may stand what office tables have there: the month, and the unit (单位：万元). A blank cell in
the columns 预算 and 收支 means what stands above it, as in merged cells.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.budget.amounts import Unit, parse_amount, unit_named
from engine.budget.figures import BUDGETS, CARRY_OVER, COLUMNS, FIRST_DIGIT, LEVELS, SIDES, Figures, Line
from engine.casework.ledgers.files import table_lines
from engine.foundation.errors import DomainError
from engine.foundation.language import Sentence, _

MOST_ROWS = 20_000
HEAD_ROWS = 15  # among which the row of titles is looked for
BUDGET, SIDE, CODE, NAME, KEY, FROM = "预算", "收支", "科目编码", "科目名称", "重点支出", "结转年度"
NEEDED = (BUDGET, SIDE, CODE, NAME, COLUMNS["approved"].zh, COLUMNS["cumulative"].zh)
UNIT_SAID = re.compile(r"单位[:：]?\s*(?:人民币)?\s*(百万元|千元|万元|亿元|元)")
MONTH_SAID = re.compile(r"(20\d\d)年(?:1[-—至])?(\d{1,2})月")
YES = frozenset({"是", "√", "y", "yes", "1"})


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row, or the whole file (row 0), cannot be taken."""

    row: int
    column: str
    why: Sentence


class FiguresRefused(DomainError):
    """The file has problems; nothing of it is kept. `problems` has them all, `unit` what the file says of its unit."""

    text = _("文件有 {count} 处问题，没有导入任何数据。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file below its titles, by title, and what stands above them."""

    above: str
    titles: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


@dataclass(slots=True)
class _Reader:
    unit: Unit
    problems: list[Problem] = field(default_factory=list)

    def fault(self, row: int, column: str, template: str, /, **values: Any) -> None:
        self.problems.append(Problem(row, column, Sentence(template, **values)))


def read_figures(
    filename: str, content: bytes, *, year: int, month: int, unit: Unit | None
) -> tuple[Figures, Unit]:
    """The figures in a file, and the unit they were written in. Raises FiguresRefused, LedgerUnreadable.

    The unit is the one the file states; where it states none, `unit`. Where both are there they must agree.
    """
    table = _table(filename, content)
    stated = _stated_unit(table)
    _require_head(table, stated, unit, year, month)
    chosen = stated or unit
    assert chosen is not None
    reader = _Reader(chosen)
    lines = tuple(_lines(reader, table, year))
    _require_once(reader, lines)
    if not lines and not reader.problems:
        reader.fault(0, "", _("没有数据。"))
    if reader.problems:
        raise FiguresRefused(reader.problems)
    return Figures(year, month, lines), chosen


def _table(filename: str, content: bytes) -> Table:
    above: list[str] = []
    titles: tuple[str, ...] = ()
    rows: list[tuple[int, Mapping[str, str]]] = []
    for number, cells in enumerate(table_lines(filename, content, _names_columns), start=1):
        words = [_plain(cell) for cell in cells]
        if titles:
            given = {title: cell for title, cell in zip(titles, words, strict=False) if title}
            at = titles.index(NAME)
            given[NAME] = cells[at].strip() if at < len(cells) else ""  # a name stays as it is written
            if any(given.values()):
                rows.append((number, given))
        elif NAME in [_title(word) for word in words]:
            above += words
            titles = tuple(_title(word) for word in words)
        elif number > HEAD_ROWS:
            break
        else:
            above += words
        if len(rows) > MOST_ROWS:
            raise FiguresRefused([Problem(number, "", Sentence(_("超过 {most} 行。"), most=MOST_ROWS))])
    return Table(" ".join(above), titles, tuple(rows))


def _names_columns(line: Sequence[str]) -> bool:
    """Whether the names of the columns stand in it."""
    return NAME in [_title(_plain(cell)) for cell in line]


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).replace("\n", "").strip()


def _title(words: str) -> str:
    """A title without its unit in brackets: 年初预算数(万元)."""
    return re.sub(r"\((?:单位:)?(?:元|千元|万元|百万元|亿元)\)$", "", words.replace(" ", ""))


def _stated_unit(table: Table) -> Unit | None:
    said = {word for word in UNIT_SAID.findall(table.above)}
    said |= set(re.findall(r"\((?:单位:)?(元|千元|万元|百万元|亿元)\)", table.above))
    if len(said) > 1:
        why = Sentence(_("表中写了几种金额单位：{units}。"), units="、".join(sorted(said)))
        raise FiguresRefused([Problem(0, "", why)])
    return unit_named(said.pop()) if said else None


def _require_head(table: Table, stated: Unit | None, unit: Unit | None, year: int, month: int) -> None:
    """What must be so before any row is read."""
    problems = []
    missing = [title for title in NEEDED if title not in table.titles]
    if missing:
        problems.append(Problem(0, "", Sentence(_("没有这些列：{names}。"), names="、".join(missing))))
    if stated is None and unit is None:
        problems.append(
            Problem(0, "", Sentence(_("没有写明金额单位（元、万元、亿元），请在表上写明或者在此选择。")))
        )
    if stated and unit and stated != unit:
        why = _("表上写的单位是{stated}，选择的是{chosen}。")
        problems.append(Problem(0, "", Sentence(why, stated=stated.title, chosen=unit.title)))
    said = MONTH_SAID.search(table.above)
    if said and (int(said[1]), int(said[2])) != (year, month):
        why = _("表上写的是{said_year}年{said_month}月，不是{year}年{month}月。")
        values = {"said_year": said[1], "said_month": int(said[2]), "year": year, "month": month}
        problems.append(Problem(0, "", Sentence(why, **values)))
    if problems:
        raise FiguresRefused(problems)


def _lines(reader: _Reader, table: Table, year: int) -> Iterable[Line]:
    budget = side = ""
    for row, cells in table.rows:
        budget = _named(reader, row, BUDGET, cells, budget, {words.zh: key for key, words in BUDGETS.items()})
        if cells.get(BUDGET):
            side = ""
        side = _named(reader, row, SIDE, cells, side, {words.zh: key for key, words in SIDES.items()})
        name, code = cells.get(NAME, ""), cells.get(CODE, "")
        if not name:
            reader.fault(row, NAME, _("没有写科目名称。"))
        _check_code(reader, row, code, side)
        amounts = {key: _amount(reader, row, words.zh, cells) for key, words in COLUMNS.items()}
        if all(amount is None for amount in amounts.values()):
            reader.fault(
                row, "", _("这一行没有任何金额（用公式算的单元格，请先在电子表格程序中保存计算结果）。")
            )
        yield Line(
            place=row,
            budget=budget,
            side=side,
            code=code,
            name=name[:500],
            is_key=cells.get(KEY, "").lower() in YES,
            carried_from=_carried_from(reader, row, cells, side, year),
            **amounts,
        )


def _named(
    reader: _Reader, row: int, column: str, cells: Mapping[str, str], above: str, known: Mapping[str, str]
) -> str:
    """The key of what a cell names; a blank one means what stands above it."""
    words = cells.get(column, "")
    if not words:
        if not above:
            reader.fault(row, column, _("没有填写。"))
        return above
    for title, key in known.items():
        if words in (title, title.removesuffix("预算")):
            return key
    reader.fault(row, column, _("“{value}”不是{names}之一。"), value=words[:40], names="、".join(known))
    return above


def _check_code(reader: _Reader, row: int, code: str, side: str) -> None:
    """Digits of a length that the classification has; none where the line is a total."""
    if not code:
        return
    if not code.isdecimal() or not code.isascii() or len(code) not in LEVELS:
        reader.fault(
            row, CODE, _("“{value}”不是科目编码：类三位、款五位、项七位、目九位数字。"), value=code[:40]
        )
    elif side in FIRST_DIGIT and not code.startswith(FIRST_DIGIT[side]):
        reader.fault(
            row,
            CODE,
            _("{side}科目的编码以{digit}开头，这里是“{value}”。"),
            side=SIDES[side].zh,
            digit=FIRST_DIGIT[side],
            value=code,
        )


def _amount(reader: _Reader, row: int, column: str, cells: Mapping[str, str]) -> int | None:
    try:
        return parse_amount(cells.get(column, ""), reader.unit)
    except DomainError as refusal:
        reader.fault(row, column, refusal.template, **refusal.values)
        return None


def _carried_from(reader: _Reader, row: int, cells: Mapping[str, str], side: str, year: int) -> int | None:
    if side != CARRY_OVER:
        return None
    words = cells.get(FROM, "").removesuffix("年")
    if words.isdecimal() and words.isascii() and len(words) == 4 and int(words) < year:
        return int(words)
    reader.fault(row, FROM, _("结转资金须写明来自哪一年的预算（早于{year}年的四位数年份）。"), year=year)
    return None


def _require_once(reader: _Reader, lines: Sequence[Line]) -> None:
    """A head stands once in its table; what is carried over, once for each year it comes from."""
    seen: dict[tuple[object, ...], int] = {}
    for line in lines:
        key = (line.budget, line.side, line.code or line.name, line.carried_from)
        first = seen.setdefault(key, line.place)
        if first != line.place:
            reader.fault(line.place, CODE, _("与第 {row} 行重复。"), row=first)
