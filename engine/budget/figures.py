"""The figures of a month: heads in a tree by their codes, for each of the four budgets, with their totals.

A code says where a head stands: three digits a class (类), five a section (款), seven an item (项), nine a sub-item
(目); revenue begins with 1, spending with 2 (政府收支分类科目).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from engine.definitions.words import Words

REVENUE, EXPENDITURE, CARRY_OVER = "revenue", "expenditure", "carry_over"
GENERAL = "general"

# 预算法第五条
BUDGETS = MappingProxyType(
    {
        GENERAL: Words("一般公共预算", "General public budget"),
        "funds": Words("政府性基金预算", "Government funds budget"),
        "capital": Words("国有资本经营预算", "State capital operations budget"),
        "insurance": Words("社会保险基金预算", "Social insurance funds budget"),
    }
)
SIDES = MappingProxyType(
    {
        REVENUE: Words("收入", "Revenue"),
        EXPENDITURE: Words("支出", "Expenditure"),
        CARRY_OVER: Words("结转", "Carried over"),
    }
)
COLUMNS = MappingProxyType(
    {
        "approved": Words("年初预算数", "Approved budget"),
        "adjusted": Words("调整预算数", "Adjusted budget"),
        "in_month": Words("本月数", "This month"),
        "cumulative": Words("累计数", "Year to date"),
        "last_year": Words("上年同期累计数", "Same period last year"),
    }
)
LEVELS = MappingProxyType({3: 1, 5: 2, 7: 3, 9: 4})  # length of a code → 类, 款, 项, 目
FIRST_DIGIT = MappingProxyType({REVENUE: "1", EXPENDITURE: "2"})

# Classes of the national classification that are neither earned nor spent in the course of the year.
TRANSFERS_IN, DEBT_INCOME = "110", "105"
RESERVE, TRANSFERS_OUT, DEBT_REPAYMENT = "227", "230", "231"
FROM_STABILISATION = "11015"  # 动用预算稳定调节基金
APART = frozenset({TRANSFERS_IN, DEBT_INCOME, RESERVE, TRANSFERS_OUT, DEBT_REPAYMENT})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet; amounts in fen, None where the file gives none."""

    place: int
    budget: str
    side: str
    code: str
    name: str
    approved: int | None = None
    adjusted: int | None = None
    in_month: int | None = None
    cumulative: int | None = None
    last_year: int | None = None
    is_key: bool = False
    carried_from: int | None = None

    @property
    def planned(self) -> int | None:
        """What the year's budget gives it now: as adjusted, else as approved."""
        return self.approved if self.adjusted is None else self.adjusted

    def amount(self, column: str) -> int | None:
        """The amount in a column of COLUMNS."""
        found: int | None = getattr(self, column)
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """A head with those below it; `depth` 0 for those that stand at the top of their table."""

    line: Line
    depth: int
    below: tuple[Head, ...]

    def all(self) -> Iterator[Head]:
        """It and everything below it, in order."""
        yield self
        for each in self.below:
            yield from each.all()


@dataclass(frozen=True, slots=True)
class Part:
    """One side of one budget: its heads, and the totals that the file states."""

    budget: str
    side: str
    heads: tuple[Head, ...]
    stated: tuple[Line, ...]

    def total(self, column: str, apart: Iterable[str] = ()) -> int | None:
        """The sum of its top heads in a column, without those whose codes are `apart`; None where none has a figure."""
        left_out = frozenset(apart)
        given = [
            amount
            for head in self.heads
            if head.line.code not in left_out and (amount := _planned_or(head.line, column)) is not None
        ]
        return sum(given) if given else None

    def head(self, code: str) -> Line | None:
        """The line of that code, wherever it stands."""
        for top in self.heads:
            for each in top.all():
                if each.line.code == code:
                    return each.line
        return None


@dataclass(frozen=True, slots=True)
class Figures:
    """All lines of one month."""

    year: int
    month: int
    lines: tuple[Line, ...]

    def part(self, budget: str, side: str) -> Part:
        """One side of one budget."""
        own = [line for line in self.lines if line.budget == budget and line.side == side]
        return Part(
            budget,
            side,
            tree([line for line in own if line.code]),
            tuple(line for line in own if not line.code),
        )

    def parts(self) -> list[Part]:
        """Every side of every budget that has lines."""
        found = [self.part(budget, side) for budget in BUDGETS for side in SIDES]
        return [part for part in found if part.heads or part.stated]

    def budgets(self) -> list[str]:
        """The budgets that have lines, in the order of the law."""
        there = {line.budget for line in self.lines}
        return [budget for budget in BUDGETS if budget in there]


def _planned_or(line: Line, column: str) -> int | None:
    return line.planned if column == "planned" else line.amount(column)


def parents(code: str) -> Iterator[str]:
    """The codes of the heads above one, the nearest first."""
    for length in (7, 5, 3):
        if length < len(code):
            yield code[:length]


def tree(lines: Sequence[Line]) -> tuple[Head, ...]:
    """The heads in order of their codes, each below the nearest one above it that is there.

    Several lines of one code (what is carried over from different years) stand beside one another.
    """
    codes = {line.code for line in lines}
    below: dict[str, list[Line]] = {}
    last: dict[str, int] = {}  # code → place of the line that has those below it
    for line in sorted(lines, key=lambda line: (line.code, line.place)):
        above = next((code for code in parents(line.code) if code in codes), "")
        below.setdefault(above, []).append(line)
        last[line.code] = line.place

    def under(code: str, depth: int) -> tuple[Head, ...]:
        return tuple(
            Head(line, depth, under(line.code, depth + 1) if last[line.code] == line.place else ())
            for line in below.get(code, ())
        )

    return under("", 0)
