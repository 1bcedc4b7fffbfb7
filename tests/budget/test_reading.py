"""A file of figures is taken whole or not at all, and every problem is said with its row and column."""

from __future__ import annotations

import pytest

from engine.budget.amounts import UNITS
from engine.budget.reading import FiguresRefused, read_figures
from engine.budget.workbook import blank, workbook_of
from engine.casework.ledgers.unreadable import LedgerUnreadable
from tests.budget.sheets import csv_file, rows

WAN = UNITS["wan"]


def refused(content: bytes, unit: str = "", name: str = "数据.csv") -> list[tuple[int, str, str]]:
    with pytest.raises(FiguresRefused) as refusal:
        read_figures(name, content, year=2026, month=8, unit=UNITS.get(unit))
    return [(each.row, each.column, str(each.why)) for each in refusal.value.problems]


@pytest.mark.parametrize("unit", list(UNITS))
def test_our_own_workbook_is_read_back_to_the_same_fen(unit: str) -> None:
    figures, _unit = read_figures("数据.csv", csv_file(rows()), year=2026, month=8, unit=None)
    again, written_in = read_figures(
        "导出.xlsx", workbook_of(figures, UNITS[unit]), year=2026, month=8, unit=None
    )
    assert written_in.key == unit
    plain = [(each.budget, each.side, each.code, each.name) for each in figures.lines]
    assert [(each.budget, each.side, each.code, each.name) for each in again.lines] == plain
    for one, other in zip(figures.lines, again.lines, strict=True):
        assert [one.approved, one.adjusted, one.in_month, one.cumulative, one.last_year] == [
            other.approved, other.adjusted, other.in_month, other.cumulative, other.last_year,
        ]  # fmt: skip
        assert (one.is_key, one.carried_from) == (other.is_key, other.carried_from)


def test_office_files_in_the_other_encoding_and_with_the_month_above_are_read() -> None:
    above = ("２０２６年8月预算执行情况", "单位: 万元")
    content = csv_file(rows(), above, "gb18030")
    figures, unit = read_figures("数据.csv", content, year=2026, month=8, unit=None)
    assert (unit, len(figures.lines)) == (WAN, 9)
    assert figures.lines[1].budget == "general"  # a blank cell means what stands above it


def test_the_unit_must_be_said_once_and_the_same() -> None:
    assert "没有写明金额单位" in refused(csv_file(rows(), ()))[0][2]
    assert refused(csv_file(rows()), "yi") == [(0, "", "表上写的单位是万元，选择的是亿元。")]
    assert "几种金额单位" in refused(csv_file(rows(), ("单位：万元", "(亿元)")))[0][2]


def test_another_month_is_not_taken_for_this_one() -> None:
    content = csv_file(rows(), ("2026年7月预算执行情况 单位：万元",))
    assert refused(content) == [(0, "", "表上写的是2026年7月，不是2026年8月。")]


def test_every_problem_of_every_row_is_said_at_once() -> None:
    content = csv_file(
        rows(
            (0, "预算", "二般公共预算"),
            (1, "科目编码", "1010"),
            (2, "累计数", "二千"),
            (3, "科目名称", ""),
            (5, "科目编码", "105"),
            (6, "年初预算数", "0.00000012"),
            (8, "结转年度", "2026"),
        )
    )
    said = {(row, column) for row, column, _why in refused(content)}
    assert {
        (3, "预算"),
        (4, "科目编码"),
        (5, "累计数"),
        (6, "科目名称"),
        (8, "科目编码"),
        (9, "年初预算数"),
        (11, "结转年度"),
    } <= said


def test_a_head_stands_once_and_a_row_has_figures() -> None:
    body = rows()
    empty = ["一般公共预算", "支出", "208", "社会保障和就业支出", "", "", "", "", "", "", ""]
    problems = refused(csv_file([*body, body[5], empty]))
    assert problems[0][0] == 13
    assert problems[0][2].startswith("这一行没有任何金额")
    assert problems[1] == (12, "科目编码", "与第 8 行重复。")


def test_a_file_that_is_no_table_of_figures_is_refused() -> None:
    assert "没有这些列" in refused("姓名,电话\n王,1\n".encode(), "wan")[0][2]
    assert refused(blank(WAN), name="空白.xlsx") == [(0, "", "没有数据。")]
    with pytest.raises(LedgerUnreadable):
        read_figures("数据.xlsx", b"no workbook", year=2026, month=8, unit=WAN)
