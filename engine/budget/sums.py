"""Whether figures add up: heads below a head, totals as stated, month upon month."""

from __future__ import annotations

from collections.abc import Iterator

from engine.budget.figures import CARRY_OVER, COLUMNS, Figures, Head, Line, Part
from engine.budget.findings import Finding


def check_sums(figures: Figures) -> Iterator[Finding]:
    """Every head with heads below it, and every stated total, in every column.

    Heads that come to less than the one above them may have others beside them that the table leaves out (其中), which
    is noted; those that come to more cannot be right.
    """
    for part in figures.parts():
        for top in part.heads:
            for head in top.all():
                yield from _below(head)
        for line in part.stated:
            yield from _stated(part, line)


def _below(head: Head) -> Iterator[Finding]:
    line = head.line
    for column in COLUMNS:
        given = [amount for each in head.below if (amount := _standing(each.line, column)) is not None]
        stated = line.amount(column)
        if not given or stated is None or sum(given) == stated:
            continue
        kind = "sum_exceeds" if sum(given) > stated else "sum_below"
        yield Finding(kind, line.budget, line.side, line, column, stated, sum(given))


def _stated(part: Part, line: Line) -> Iterator[Finding]:
    for column in COLUMNS:
        stated = line.amount(column)
        computed = part.total("planned" if column == "adjusted" else column)
        if stated is not None and computed is not None and stated != computed:
            yield Finding("total_differs", line.budget, line.side, line, column, stated, computed)


def _standing(line: Line, column: str) -> int | None:
    """The amount in a column; what was not adjusted stands in the adjusted budget as it was approved."""
    return line.planned if column == "adjusted" else line.amount(column)


def check_chain(figures: Figures, before: Figures | None) -> Iterator[Finding]:
    """What came this month and what had come before must make what has come by now; the approved budget stays.

    Without the month before (`before` None and not January) there is nothing to compare with.
    """
    if before is None and figures.month > 1:
        return
    earlier = {_key(line): line for line in before.lines} if before else {}
    for line in figures.lines:
        was = earlier.get(_key(line))
        yield from _month_upon_month(line, was, first=before is None)
        if was is not None and None not in (was.approved, line.approved) and was.approved != line.approved:
            yield Finding(
                "approved_changed", line.budget, line.side, line, "approved", line.approved, was.approved
            )


def _month_upon_month(line: Line, was: Line | None, *, first: bool) -> Iterator[Finding]:
    if line.side == CARRY_OVER or line.in_month is None or line.cumulative is None:
        return
    brought = 0 if first or was is None else was.cumulative
    if brought is not None and brought + line.in_month != line.cumulative:
        yield Finding(
            "chain_broken",
            line.budget,
            line.side,
            line,
            "cumulative",
            line.cumulative,
            brought + line.in_month,
        )


def _key(line: Line) -> tuple[str, str, str, str, int | None]:
    return line.budget, line.side, line.code, "" if line.code else line.name, line.carried_from
