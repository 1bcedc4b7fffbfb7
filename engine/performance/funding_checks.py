"""The funding table: every amount read, every derived figure computed again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.performance.problems import Problem, problem
from engine.performance.quantities import (
    HUNDRED,
    PERCENT,
    TEN_THOUSAND,
    blank,
    in_wan,
    plain,
    quantity,
    ratio,
    rounded,
    times,
)
from engine.performance.report import (
    ADJUSTED,
    AMOUNT_ROWS,
    ARRIVED,
    BALANCE,
    CARRIED,
    COLUMNS,
    EXECUTED,
    FISCAL,
    FISCAL_PARTS,
    FORM_ROWS,
    FUNDING_PLACE,
    OTHER,
    RATE_ROWS,
    ROWS,
    TOTAL,
    Funding,
)

Values = dict[tuple[str, str], Decimal | None]
SUMS = {FISCAL: FISCAL_PARTS, TOTAL: (FISCAL, CARRIED, OTHER)}
ZERO, ONE = Decimal(0), Decimal(1)
WAN = "万元"
MOST_PLACES = 10


def funding_values(funding: Funding) -> Values:
    """Every cell as a number: amounts in 万元, rates in percent; None where it is blank or no number."""
    return {(row, column): _value(funding, row, column) for row in ROWS for column in COLUMNS}


def _value(funding: Funding, row: str, column: str) -> Decimal | None:
    found = quantity(funding.at(row, column))
    if found is None or found.operator:
        return None
    if row in RATE_ROWS:
        return found.value if found.unit in ("", PERCENT) else None
    return in_wan(found, funding.units.get(column) or WAN)


def converted(values: Values) -> Values:
    """The values with amounts put right that are in the wrong unit, ten thousand times or parts of what they should be.

    So one slip of the unit is told once, and not again by every figure that rests on the amount.
    """
    found = _rows_in_one_unit(values)
    for row in AMOUNT_ROWS:
        for column, parts in SUMS.items():
            sum_ = _sum(found, row, parts)
            if sum_ is not None and _slipped(found[row, column], sum_):
                found[row, column] = sum_
    return found


def _rows_in_one_unit(values: Values) -> Values:
    """The values with each row that is whole in the wrong unit brought to that of the others."""
    scaled = dict(values)
    for row, factor in slipped_rows(values).items():
        scaled |= {(row, column): _scaled(values[row, column], factor) for column in COLUMNS}
    return scaled


def slipped_rows(values: Values) -> dict[str, Decimal]:
    """Rows of amounts that are whole in the wrong unit of money: what to multiply them by.

    So is a row with parts that make its total, from which no stated figure follows, while every one does from its
    ten-thousandth or its ten-thousandfold.
    """
    found = {}
    for row in AMOUNT_ROWS:
        total = values[row, TOTAL]
        if _sum(values, row, SUMS[TOTAL]) not in (None, total):
            continue  # a slip of one amount
        for factor in (ONE / TEN_THOUSAND, TEN_THOUSAND):
            other = dict(values) | {(row, TOTAL): _scaled(total, factor)}
            if total and not any(_following(values, row)) and all(_following(other, row) or [False]):
                found[row] = factor
    return found


def _scaled(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else times(value, factor)


def _following(values: Values, row: str) -> list[bool]:
    """Of each figure stated for the total that rests on this row: whether it follows from it."""
    arrived, executed, budget = (values[each, TOTAL] or ZERO for each in (ARRIVED, EXECUTED, ADJUSTED))
    told = []
    if row in (ARRIVED, EXECUTED) and (balance := values[BALANCE, TOTAL]) is not None:
        told.append(balance == arrived - executed)
    for rate, part in RATE_ROWS.items():
        stated = values[rate, TOTAL]
        if stated is not None and row in (part, ADJUSTED) and budget > 0:
            told.append(same_rate(stated, times(HUNDRED, ratio(values[part, TOTAL] or ZERO, budget))))
    return told


def _sum(values: Values, row: str, parts: tuple[str, ...]) -> Decimal | None:
    known = [value for part in parts if (value := values[row, part]) is not None]
    return sum(known, ZERO) if known else None


def _slipped(stated: Decimal | None, computed: Decimal) -> bool:
    """Whether one is the other in the wrong unit of money."""
    return bool(stated and computed) and stated in (computed * TEN_THOUSAND, computed / TEN_THOUSAND)


def funding_problems(funding: Funding, values: Values) -> Iterator[Problem]:
    """What is inconsistent in the table."""
    yield from _unit_problems(funding)
    for row in ROWS:
        for column in COLUMNS:
            words = funding.at(row, column)
            if not blank(words) and values[row, column] is None:
                yield problem("number_unreadable", FUNDING_PLACE, row, column, stated=words)
    yield from _row_problems(funding, values)
    values, right = _rows_in_one_unit(values), converted(values)
    for row in AMOUNT_ROWS:
        yield from _sum_problems(funding, values, right, row)
    for column in COLUMNS:
        yield from _balance_problems(funding, right, column)
        for row in RATE_ROWS:
            yield from _rate_problems(funding, right, row, column)
    if not (budget := values[ADJUSTED, TOTAL]):
        code = "budget_missing" if budget is None else "budget_zero"
        yield problem(code, FUNDING_PLACE, ADJUSTED, TOTAL, stated=funding.at(ADJUSTED, TOTAL))


def _unit_problems(funding: Funding) -> Iterator[Problem]:
    common = funding.units.get(TOTAL, "")
    if not common:
        yield problem("unit_missing", FUNDING_PLACE, TOTAL)
    for column in COLUMNS:
        if (unit := funding.units.get(column, "")) != common:
            yield problem("unit_mismatch", FUNDING_PLACE, column, stated=unit, computed=common)
    for row in (*AMOUNT_ROWS, BALANCE):
        for column in COLUMNS:
            found = quantity(funding.at(row, column))
            unit = funding.units.get(column, "")
            if found and found.unit and unit and found.unit != unit and in_wan(found, unit) is not None:
                told = in_wan(found, unit)
                yield problem(
                    "unit_mismatch",
                    FUNDING_PLACE,
                    row,
                    column,
                    stated=funding.at(row, column),
                    computed=f"{plain(told or ZERO)}{WAN}",
                )


def _row_problems(funding: Funding, values: Values) -> Iterator[Problem]:
    for row, factor in slipped_rows(values).items():
        meant = _scaled(values[row, TOTAL], factor)
        yield problem(
            "unit_mismatch",
            FUNDING_PLACE,
            row,
            stated=funding.at(row, TOTAL),
            computed=f"{plain(meant or ZERO)}{WAN}",
        )


def _sum_problems(funding: Funding, values: Values, right: Values, row: str) -> Iterator[Problem]:
    for column in COLUMNS:
        value = values[row, column]
        if value is not None and value < 0:
            yield problem("funding_negative", FUNDING_PLACE, row, column, stated=funding.at(row, column))
    for column, parts in SUMS.items():
        if (sum_ := _sum(right, row, parts)) is not None:
            yield from _unlike(funding, values, row, column, sum_)


def _unlike(
    funding: Funding,
    values: Values,
    row: str,
    column: str,
    computed: Decimal,
    code: str = "funding_sum_wrong",
) -> Iterator[Problem]:
    stated = values[row, column]
    if stated == computed or (stated is None and computed == 0):
        return
    if _slipped(stated, computed):
        code = "unit_mismatch"
    yield problem(code, FUNDING_PLACE, row, column, stated=funding.at(row, column), computed=computed)


def _balance_problems(funding: Funding, values: Values, column: str) -> Iterator[Problem]:
    if BALANCE not in funding.rows:
        return
    arrived, executed = values[ARRIVED, column], values[EXECUTED, column]
    computed = (arrived or ZERO) - (executed or ZERO)
    if computed < 0:
        yield problem(
            "funding_overspent",
            FUNDING_PLACE,
            EXECUTED,
            column,
            stated=funding.at(EXECUTED, column),
            computed=f"≤{plain(arrived or ZERO)}",
        )
    yield from _unlike(funding, values, BALANCE, column, computed, "funding_balance_wrong")


def _rate_problems(funding: Funding, values: Values, row: str, column: str) -> Iterator[Problem]:
    stated, whole = values[row, column], values[ADJUSTED, column]
    place = (FUNDING_PLACE, row, column)
    # The national form asks for the rate of the whole; those of its parts may be left out.
    left_out = funding.rows == FORM_ROWS and column != TOTAL and blank(funding.at(row, column))
    if row not in funding.rows or left_out:
        return
    if not whole or whole < 0:
        if stated is not None:
            yield problem("funding_rate_not_computable", *place, stated=funding.at(row, column))
        return
    exact = times(HUNDRED, ratio(values[RATE_ROWS[row], column] or ZERO, whole))
    if stated is not None and same_rate(stated, exact):
        return
    fraction = stated is not None and stated != 0 and same_rate(stated * HUNDRED, exact)
    yield problem(
        "percent_fraction" if fraction else "funding_rate_wrong",
        *place,
        stated=funding.at(row, column),
        computed=rounded(exact),
    )


def same_rate(stated: Decimal, exact: Decimal) -> bool:
    """Whether a rate is stated rightly: rounded half up to its own places, one at least; 98 is not 97.6."""
    return stated == rounded(exact, min(max(1, -int(stated.as_tuple().exponent)), MOST_PLACES))
