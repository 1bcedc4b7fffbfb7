"""Budget figures on screen: taken in, refused row by row, read by head, taken out again."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from flask import Flask

from engine.budget.amounts import UNITS
from engine.budget.reading import read_figures
from tests.budget.sheets import csv_file, rows
from tests.support.cast import PASSWORD, Cast, assemble, join
from tests.webui.visitors import signed_in


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 9, 10, 10, 0))
    with app.app_context():
        made = assemble()
        join(made, "budget", "dgw", "budget_reviewer")
        join(made, "member", "dgw", "standing_member")
    return made


def form(content: bytes, **more: str) -> dict[str, object]:
    return {"year": "2026", "month": "8", "file": (io.BytesIO(content), "八月.csv"), **more}


def test_a_month_is_taken_in_read_and_taken_out_again(app: Flask, cast: Cast) -> None:
    reviewer = signed_in(app, "budget@14", PASSWORD)
    assert "还没有预算执行数据" not in reviewer.get("/budget").text
    answer = reviewer.post("/budget/figures", data=form(csv_file(rows((4, "累计数", "6,251")))))
    assert answer.headers["Location"].endswith("/budget/2026/8")

    page = signed_in(app, "member@14", PASSWORD).get("/budget/2026/8").text
    assert "6,250.00" in page
    assert "本年收入合计（累计数）为6,251.00万元，各类相加为6,250.00万元，相差1.00万元" in page
    assert "没有上月的数据" in page
    assert '/budget/figures"' not in page  # who only reads is offered no import
    assert "0.63" in reviewer.get("/budget/2026/8?unit=yi").text
    english = reviewer.get("/budget/2026/8?lang=en").text
    assert "is stated as 6,251.00 ten thousand yuan" in english
    assert reviewer.get("/budget/2026/7").status_code == 404

    taken = reviewer.get("/budget/2026/8/figures.xlsx").data
    figures, unit = read_figures("导出.xlsx", taken, year=2026, month=8, unit=None)
    assert (len(figures.lines), unit) == (9, UNITS["wan"])


def test_what_is_wrong_with_a_file_is_said_row_by_row(app: Flask, cast: Cast) -> None:
    reviewer = signed_in(app, "budget@14", PASSWORD)
    content = csv_file(rows((1, "科目编码", "1010"), (2, "累计数", "二千")))
    answer = reviewer.post("/budget/figures", data=form(content))
    assert answer.status_code == 422
    assert "文件有 2 处问题，没有导入任何数据" in answer.text
    assert "“二千”不是金额" in answer.text
    assert reviewer.get("/budget/2026/8").status_code == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"month": "10"}, "不晚于本月"),
        ({"year": "x"}, "请填写年份"),
        ({"unit": "yi"}, "表上写的单位是万元，选择的是亿元"),
        ({"file": "八月.doc"}, "只接受"),
        ({"file": None}, "请选择文件"),
    ],
)
def test_a_form_that_cannot_be_taken_is_given_back(
    app: Flask, cast: Cast, change: dict[str, object], sentence: str
) -> None:
    sent = {name: value for name, value in (form(csv_file(rows())) | change).items() if value is not None}
    if isinstance(sent.get("file"), str):
        sent["file"] = (io.BytesIO(b"x"), sent["file"])
    answer = signed_in(app, "budget@14", PASSWORD).post("/budget/figures", data=sent)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_correction_says_why_and_the_version_before_stays(app: Flask, cast: Cast) -> None:
    reviewer = signed_in(app, "budget@14", PASSWORD)
    reviewer.post("/budget/figures", data=form(csv_file(rows())))
    corrected = csv_file(rows((0, "累计数", "5,601"), (1, "累计数", "3,501"), (4, "累计数", "6,251")))
    assert "更正须说明理由" in reviewer.post("/budget/figures", data=form(corrected)).text
    assert reviewer.post("/budget/figures", data=form(corrected, reason="更正。")).status_code == 302
    assert "6,251.00" in reviewer.get("/budget/2026/8").text
    before = reviewer.get("/budget/2026/8?version=1").text
    assert "已有更正" in before
    assert "6,251.00" not in before
