"""The national form of one page, made up of the worked example: read from text, Word and sheets, and checked."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import docx
import openpyxl
import pytest

from engine.performance.assessing import Assessment, assess
from engine.performance.completing import completed
from engine.performance.files import read_blocks
from engine.performance.keeping import keep_file
from engine.performance.projects import project_page
from engine.performance.reading import read_report
from engine.performance.records import fingerprint, record_of, report_from
from engine.performance.scheme import School
from models import PerformanceFunding, db
from tests.performance.reports import LINES, SCHEME, WHY, assessed, clean
from tests.support.cast import Cast

# Widths: how many of nine columns a cell covers. «^» goes on from the cell above.
Row = list[tuple[str, int]]
FUND_HEADS = ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
INDICATOR_HEADS = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值"]
INDICATOR_HEADS += ["分值", "得分", "偏差原因分析及改进措施"]
GOAL, OUTCOME = "整治河道120公里，水质稳定。", "整治河道108公里。"


def cells(words: str) -> Row:
    return [(cell.replace("/", ""), 1) for cell in words.split()]


def form(**changes: str) -> list[Row]:
    """The form in rows; `changes` puts other words in the place of some."""
    rows: list[Row] = [
        [("项目名称", 2), ("汾河支流整治项目", 7)],
        [("主管部门", 2), ("省水利厅", 3), ("实施单位", 2), ("河道中心", 2)],
        [("项目资金（万元）", 1), ("", 2), *((head, 1) for head in FUND_HEADS)],
        [("^", 1), ("年度资金总额：", 2), *cells("500.00 500.00 462.50 10 92.5% 9.25")],
        [("^", 1), ("其中：当年财政拨款", 2), *cells("500 480 442.50 — 92.19% —")],
        [("^", 1), ("上年结转资金", 2), *cells("/ 20 20 — / —")],
        [("^", 1), ("其他资金", 2), *cells("/ / / — / —")],
        [("年度总体目标", 1), ("预期目标", 4), ("实际完成情况", 4)],
        [("^", 1), (GOAL, 4), (OUTCOME, 4)],
        [(head, 1) for head in INDICATOR_HEADS],
    ]  # fmt: skip
    level = ""
    weights = {
        "产出指标": "产出指标（50分）",
        "效益指标": "效益指标（30分）",
        "满意度指标": "满意度指标（10分）",
    }
    for each in LINES:
        first = "^" if each.level1 == level else weights[each.level1]
        level = each.level1
        told = (each.level2, each.name, each.target, each.actual, each.weight, each.score, each.reason)
        rows.append([("^", 1), (first, 1), *((cell, 1) for cell in told)])
    rows.append([("总分", 6), ("100", 1), ("93.00", 1), ("", 1)])
    return [[(changes.get(words, words), width) for words, width in row] for row in rows]


def as_text(rows: list[Row]) -> bytes:
    """As converters spell it: a cell over several columns once, one that goes on from above empty."""
    told = "\n\n".join("\n".join("\t" + words.replace("^", "") for words, _width in row) for row in rows)
    return f"项目支出绩效自评表\n（2025年度）\n\n{told}\n".encode()


def as_docx(rows: list[Row]) -> bytes:
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表")
    document.add_paragraph("（2025年度）")
    table = document.add_table(rows=len(rows), cols=9)
    above = [0] * 9
    for number, row in enumerate(rows):
        at = 0
        for words, width in row:
            if words == "^":
                table.cell(above[at], at).merge(table.cell(number, at))
            else:
                cell = table.cell(number, at)
                (cell.merge(table.cell(number, at + width - 1)) if width > 1 else cell).text = words
                above[at] = number
            at += width
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def as_xlsx(rows: list[Row]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A2"] = "项目支出绩效自评表", "（2025年度）"
    for number, row in enumerate(rows, start=3):
        at = 1
        for words, width in row:
            cell = sheet.cell(number, at)
            if words.endswith("%") and words[0].isdigit():
                cell.value, cell.number_format = float(Decimal(words[:-1]) / 100), "0.00%"
            elif words != "^":
                cell.value = float(words) if words.replace(".", "").isdigit() else words
            if width > 1:
                sheet.merge_cells(
                    start_row=number, end_row=number, start_column=at, end_column=at + width - 1
                )
            at += width
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


FORMS: dict[str, Callable[[list[Row]], bytes]] = {"a.txt": as_text, "a.docx": as_docx, "a.xlsx": as_xlsx}


def told(found: Assessment) -> list[tuple[str, str, str, str]]:
    return [(each.code, each.place, each.stated, each.computed) for each in found.problems]


@pytest.mark.parametrize("filename", FORMS)
def test_the_worked_example_is_read_whole_and_follows_from_itself(filename: str) -> None:
    content = FORMS[filename](form())
    found = assessed(filename, content)
    assert told(found) == []
    report = found.report
    assert (report.project, report.year, report.annual_goal) == ("汾河支流整治项目", 2025, GOAL)
    assert report.basics == {"主管部门": "省水利厅", "实施单位": "河道中心", "实际完成情况": OUTCOME}
    assert (str(found.total), str(found.total_stated.normalize()), str(found.execution)) == (
        "93.00",
        "93",
        "9.25",
    )
    assert found.grade is not None and found.grade.value == "优"
    assert [str(each.computed) for each in found.indicators] == [
        "13.50", "15.00", "9.47", "9.00", "15.00", "7.50", "4.50", "9.78",
    ]  # fmt: skip
    assert [(each.line.level1, each.line.level2, each.line.name) for each in found.indicators] == [
        (each.level1, each.level2, each.name) for each in LINES
    ]
    assert found.indicators[0].line.reason == WHY
    amounts = {place: value for place, value in found.values.items() if value is not None}
    assert amounts["全年预算资金", "小计"] == 480 and amounts["全年执行资金", "上年结转"] == 20
    assert (
        amounts["年初预算资金", "年度总金额"] == 500
        and amounts["预算执行率", "年度总金额"] == found.execution * 10
    )
    # By the other school of «less is better».
    other = assess(read_report(read_blocks(filename, content)), replace(SCHEME, school=School.RATIO))
    assert (str(other.total), str(other.indicators[3].computed)) == ("93.09", "9.09")


@pytest.mark.parametrize("filename", FORMS)
def test_what_does_not_follow_is_told_with_its_place_in_the_form(filename: str) -> None:
    wrong = {
        "462.50": "465.50",  # neither the sum of its rows nor what the rate follows from
        "13.50": "14",
        "93.00": "95",
        "≥90%": "90%",
    }
    rows = form(**wrong)
    rows[-2] = [
        (words if at != 6 else "9", width) for at, (words, width) in enumerate(rows[-2])
    ]  # its weight
    found = assessed(filename, FORMS[filename](rows))
    codes = {(code, place): (stated, computed) for code, place, stated, computed in told(found)}
    assert codes["funding_sum_wrong", "自评表 / 全年执行资金 / 年度总金额"][1] == "462.5"
    assert codes["funding_rate_wrong", "自评表 / 预算执行率 / 年度总金额"] == ("92.5%", "93.1")
    assert codes["execution_wrong", "自评表 / 预算执行率 / 得分"][1] == "9.31"
    assert codes["score_wrong", "自评表 / 整治河道长度 / 得分"] == ("14", "13.5")
    assert codes["weights_sum", "自评表 / 权重"] == ("99", "100")
    assert codes["operator_missing", "自评表 / 群众满意度 / 目标值"] == ("90%", "≥90%")
    assert ("total_wrong", "自评表 / 总得分") in codes
    assert not {"table_missing", "section_missing", "goals_missing", "funding_overspent"} & {
        code for code, _place in codes
    }


def test_a_form_without_some_of_its_parts_is_told_what_is_missing() -> None:
    rows = form(**{"年度总体目标": "其他说明", "10": "15"})
    found = assessed("a.txt", as_text(rows[:-1]))
    codes = {code for code, *_rest in told(found)}
    assert {"goals_missing", "total_missing", "level_weight"} <= codes
    nothing = {"500.00": "", "462.50": ""}
    missing = assessed("a.txt", as_text(form(**nothing)))
    assert missing.values["全年预算资金", "小计"] == 480
    assert ("budget_missing", "自评表 / 全年预算资金 / 年度总金额") in {each[:2] for each in told(missing)}
    no_indicators = assessed("a.docx", as_docx(form()[:9]))
    assert "table_missing" in {code for code, *_rest in told(no_indicators)} and not no_indicators.whole


def test_a_form_is_kept_and_shown_as_it_is(cast: Cast) -> None:
    reviewer = cast.actor("reviewer_one")
    kept = keep_file(reviewer, filename="自评表.docx", content=as_docx(form()), budget_head="213")
    assert (kept.problems, keep_file(reviewer, filename="a.xlsx", content=as_xlsx(form())).project_id) == (
        0,
        kept.project_id,
    )
    page = project_page(reviewer, kept.project_id)
    assert page.assessment.problems == () and page.assessment.report.one_page
    rows = set(db.session.scalars(db.select(PerformanceFunding.row_name)))
    assert rows == {"年初预算资金", "全年预算资金", "全年执行资金", "预算执行率"}
    # Nothing is made up of money that arrived; and reports kept before are known by the mark that they had.
    report = completed(page.assessment.report, SCHEME)
    assert report.funding is not None and report.funding.at("资金结余", "年度总金额") == ""
    assert report_from(record_of(report)) == report
    assert "rows" not in record_of(clean())["funding"] and fingerprint(clean()) != fingerprint(report)
