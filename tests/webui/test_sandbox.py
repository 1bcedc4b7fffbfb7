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
    assert "答复代表" in overview and "代表法》第五十一条" in overview and "参照外地，待确定" in overview
    assert ruler.post(RULES, data={"name": ""}).status_code == 422
    where = ruler.post(RULES, data={"name": "试试一个月"}).location
    wrong = ruler.post(where, data={"rule": "answer", "length": "快", "warn": "7d"})
    assert wrong.status_code == 422 and 'value="快"' in wrong.text
    assert ruler.post(where, data={"rule": "answer", "length": "1m", "warn": "7d，3wd"}).status_code == 302
    assert "7日、3个工作日" in ruler.get(where).text
    span = "since=2026-01-01&until=2026-12-31"
    page = ruler.get(f"{where}?{span}").text
    assert "试算结果" in page and "省水利厅" in page
    assert ruler.get(f"{where}?since=x&until=2026-01-01").status_code == 422
    book = openpyxl.load_workbook(BytesIO(ruler.get(f"{where}/comparison.xlsx?{span}").data))
    assert book.sheetnames == ["概要", "改动的规则", "单位", "每周到期", "新增逾期", "不再逾期"]


def test_a_draft_is_proposed_by_one_and_confirmed_by_another(
    app: Flask, ruler: Visitor, cast: Cast, assigned: Journey, enter: Enter
) -> None:
    with app.app_context():
        join(cast, "second", "dgw", "process_admin")
    where = ruler.post(RULES, data={"name": "测评期限"}).location
    span = {"since": "2026-01-01", "until": "2026-12-31"}
    asked = f"{where}?since={span['since']}&until={span['until']}"
    ruler.post(where, data={"rule": "evaluation", "length": "15wd"})
    assert "提请生效必须写明" in ruler.get(where).text and 'id="propose"' not in ruler.get(where).text
    assert "还没有写明依据的文件和条款" in ruler.get(asked).text
    sent = {**span, "effective_on": "2026-03-01", "reason": "主任会议决定"}
    refused = ruler.post(f"{where}/propose", data=sent)
    assert refused.status_code == 409 and "没有写明依据" in refused.text
    lawful = {"rule": "evaluation", "length": "15wd", "act": "《试验办法》", "article": "第八条"}
    ruler.post(where, data=lawful)
    for wrong in ({"effective_on": "2026-02-04"}, {"effective_on": "明天"}, {"reason": ""}):
        refused = ruler.post(f"{where}/propose", data={**sent, **wrong})
        assert refused.status_code == 422 and 'id="propose"' in refused.text
    page = ruler.post(f"{where}/propose", data=sent).location
    mine = ruler.get(page).text
    assert "撤回提请" in mine and "确认生效" not in mine
    second = enter("second")
    assert ">1<" in second.get("/account").text  # beside the way in
    theirs = second.get(page).text
    assert "确认生效" in theirs and "20个工作日" in theirs and "15个工作日" in theirs and "第八条" in theirs
    assert second.post(f"{page}/refuse", data={"answer": ""}).status_code == 422
    assert ruler.post(f"{page}/confirm").status_code == 409
    assert second.post(f"{page}/confirm").status_code == 302
    assert "second" in ruler.get(page).text
    versions = ruler.get(f"{RULES}/versions").text
    assert "测评期限" in versions and "2026.1+1" in versions and "现行版本：shanxi 2026.1" in versions
    assert second.post(f"{page}/withdraw").status_code == 404


def test_what_the_congress_has_to_decide_stands_in_one_list(ruler: Visitor) -> None:
    page = ruler.get(f"{RULES}/undecided").text
    assert "参照重庆第十六条（10个工作日）、河南第十四条（10个工作日）" in page
    assert page.count("本级工作规则，没有法律依据，须由本级确定。") >= 8
    for named in ("政府办公厅分办", "决定是否延期", "会商评议", "黄牌、红牌", "三十年"):
        assert named in page
    assert "答复代表" not in page  # that is the law's


def test_nobody_else_sees_it(enter: Enter, cast: Cast) -> None:
    for who in ("assigner", "deputy1"):
        for where in ("undecided", "versions", "versions/1"):
            assert enter(who).get(f"{RULES}/{where}").status_code == 403
        for where in ("1/propose", "versions/1/confirm", "versions/1/refuse", "versions/1/withdraw"):
            assert enter(who).post(f"{RULES}/{where}").status_code == 403
        assert enter(who).get(RULES).status_code == 403
        assert enter(who).post(RULES, data={"name": "x"}).status_code == 403
