"""The rule sandbox at the browser: rules seen, a draft made, a year replayed, the workbook taken."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from flask import Flask

from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

RULES = "/administration/rules"


@pytest.fixture
def ruler(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "ruler", "dgw", "process_admin")
    return enter("ruler")


def test_a_draft_is_made_changed_and_replayed(ruler: Visitor, assigned: Journey) -> None:
    overview = ruler.get(RULES).text
    assert "答复代表" in overview and "代表法》第五十一条" in overview and "默认，待确认" in overview
    assert ruler.post(RULES, data={"name": ""}).status_code == 422
    where = ruler.post(RULES, data={"name": "试试一个月"}).location
    wrong = ruler.post(where, data={"rule": "answer", "length": "快", "warn": "7d"})
    assert wrong.status_code == 422 and 'value="快"' in wrong.text
    assert ruler.post(where, data={"rule": "answer", "length": "1m", "warn": "7d，3wd"}).status_code == 302
    assert "7d 3wd" in ruler.get(where).text
    span = "since=2026-01-01&until=2026-12-31"
    page = ruler.get(f"{where}?{span}").text
    assert "试算结果" in page and "省水利厅" in page
    assert ruler.get(f"{where}?since=x&until=2026-01-01").status_code == 422
    book = openpyxl.load_workbook(BytesIO(ruler.get(f"{where}/comparison.xlsx?{span}").data))
    assert book.sheetnames == ["概要", "改动的规则", "单位", "每周到期", "新增逾期", "不再逾期"]


def test_nobody_else_sees_it(enter: Enter, cast: Cast) -> None:
    for who in ("assigner", "deputy1"):
        assert enter(who).get(RULES).status_code == 403
        assert enter(who).post(RULES, data={"name": "x"}).status_code == 403
