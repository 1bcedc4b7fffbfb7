"""Reports as files: what is written is read again, and what is no report is refused with its reason."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest

from engine.performance.assessing import assess
from engine.performance.blocks import ReportUnreadable, Table, sound
from engine.performance.composing import Grid, composed
from engine.performance.files import read_blocks
from engine.performance.reading import read_report
from engine.performance.word_writing import as_word
from engine.performance.workbook import laid_out, template, workbook
from tests.performance.reports import PUBLISHED, SCHEME, assessed, clean
from tests.support.sheets import CUT_OFF, NO_SUCH_TEXT, sheet_of


def test_a_composed_report_reads_back_without_a_problem_and_with_the_same_figures() -> None:
    expected = assess(clean(), SCHEME)
    written = {
        "a.docx": as_word(composed(clean()), "自评报告"),
        "a.xlsx": workbook(composed(clean(), body=False)),
    }
    for name, content in written.items():
        found = assessed(name, content)
        assert [(each.code, each.place) for each in found.problems] == [], name
        assert found.values == expected.values
        assert (found.total, found.grade, found.execution) == (
            expected.total,
            expected.grade,
            expected.execution,
        )
        assert [each.computed for each in found.indicators] == [each.computed for each in expected.indicators]
        assert (found.report.project, found.report.year) == ("汾河支流整治项目", 2025)
        for name_ in ("whole_goal", "annual_goal", "basics", "evidence"):
            assert getattr(found.report, name_) == getattr(clean(), name_), name_
        assert found.report.texts["五"] == clean().texts["五"]


def test_a_list_in_the_text_is_no_section() -> None:
    report = replace(clean(), texts={**clean().texts, "五": ("一、汛期安排不足。", "二、调度不细。")})
    found = assessed("a.docx", as_word(composed(report), ""))
    assert found.problems == ()
    assert found.report.texts["五"] == ("一、汛期安排不足。", "二、调度不细。")


def test_the_template_filled_in_is_a_report() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    assert book.sheetnames == ["自评报告", "填写说明"]
    sheet = book.active
    rows = {str(cell.value): cell.row for row in sheet.iter_rows(max_col=2) for cell in row if cell.value}
    for column in "CDG":  # 年度总金额, 小计, 市级
        sheet[f"{column}{rows['全年预算资金']}"] = 50
    for column, value in zip("CDEFH", ("平台使用率", 50, "≥90%", 0.9, 50), strict=True):
        sheet[f"{column}{rows['数量指标']}"] = value
    sheet[f"F{rows['数量指标']}"].number_format = "0%"
    buffer = io.BytesIO()
    book.save(buffer)
    found = assessed("a.xlsx", buffer.getvalue())
    assert found.values["全年预算资金", "市级"] == 50
    (indicator,) = found.indicators
    assert (indicator.line.level1, indicator.line.actual, indicator.computed) == ("产出指标", "90%", 50)


def package(parts: dict[str, bytes]) -> bytes:
    """A .docx with these parts instead of its own."""
    buffer, made = io.BytesIO(), io.BytesIO()
    docx.Document().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, parts.get(entry.filename, old.read(entry)))
    return buffer.getvalue()


def formulas() -> bytes:
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def blank_word() -> bytes:
    return package({})


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("filename", "content", "why"),
    [
        ("a.pdf", b"%PDF-1.7", "只接受"),
        ("a.docx", b"%PDF-1.7", "内容与扩展名不符"),
        ("a.txt", b"PK\x03\x04", "内容与扩展名不符"),
        ("a.txt", b"\xff\xfe\x00\x00", "文字编码"),
        ("a.txt", "今天天气很好。".encode(), "没有找到资金表"),
        ("a.docx", PUBLISHED, "内容与扩展名不符"),
        ("a.docx", package({"word/document.xml": DOCTYPE}), "XML 声明"),
        ("a.docx", package({"word/document.xml": b" " * 40_000_000}), "解压后过大"),
        ("a.docx", package({"word/document.xml": b"<broken"}), "已损坏"),
        ("a.docx", package({"word/document.xml": b"<x/>"}), "已损坏"),
        ("a.docx", blank_word(), "没有找到资金表"),
        ("a.xlsx", blank_word(), "内容与扩展名不符"),
        ("a.xlsx", formulas(), "公式还没有算出数值"),
        ("a.xlsx", sheet_of(CUT_OFF), "文件已损坏"),
        ("a.xlsx", sheet_of(NO_SUCH_TEXT), "文件已损坏"),
        ("a.txt", ("\t1\n" * 300_000).encode(), "表格过大"),
    ],
)
def test_what_is_no_report_is_refused_with_its_reason(filename: str, content: bytes, why: str) -> None:
    with pytest.raises(ReportUnreadable) as refusal:
        read_report(read_blocks(filename, content))
    assert why in refusal.value.message


def test_tracked_changes_and_controls_are_read_as_they_stand() -> None:
    document = docx.Document(io.BytesIO(as_word(composed(clean()), "")))
    body = document.element.body
    table = body.xpath("w:tbl")[0]
    control, content = (table.makeelement(f"{{{table.nsmap['w']}}}{name}") for name in ("sdt", "sdtContent"))
    table.addprevious(control)
    control.append(content)
    content.append(table)
    buffer = io.BytesIO()
    document.save(buffer)
    assert assessed("a.docx", buffer.getvalue()).problems == ()


def test_text_in_another_encoding_is_read() -> None:
    expected = assessed("a.txt", PUBLISHED)
    for encoding in ("gb18030", "utf-8-sig", "utf-16"):
        assert assessed("a.txt", PUBLISHED.decode().encode(encoding)) == expected, encoding


def test_the_unit_may_stand_above_the_table() -> None:
    text = PUBLISHED.decode().replace("(万元)", "")
    bare = {each.code for each in assessed("a.txt", text.encode()).problems}
    above = text.replace("\n\t项目\n\t行次", "\n单位：万元\n\n\t项目\n\t行次", 1)
    inside = text.replace("\n\t项目\n\t行次", "\n\t（单位：万元）\n\n\t项目\n\t行次", 1)
    assert "unit_missing" in bare
    for told in (above, inside):
        assert told != text
        assert assessed("a.txt", told.encode()).problems == assessed("a.txt", PUBLISHED).problems


def test_one_table_may_hold_funding_and_indicators() -> None:
    rows = []
    for grid in (part for part in composed(clean(), body=False) if isinstance(part, Grid)):
        cells = {(at, column): cell.text for at, column, cell, _head in laid_out(grid)}
        rows += [
            tuple(cells.get((at, column), "") for column in range(len(grid.widths)))
            for at in range(len(grid.rows))
        ]
    (table,) = sound([Table(tuple(rows))])
    report = read_report([table])
    assert report.funding is not None and report.funding.at("全年执行资金", "省级") == "342.5"
    assert [line.name for line in report.annex or ()] == [line.name for line in clean().body or ()]
