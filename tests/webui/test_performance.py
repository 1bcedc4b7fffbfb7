"""Self-evaluations at the browser: checked, kept, filled in, handed on, put right."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.performance.keeping import keep_form
from models import User, db
from tests.performance.reports import PUBLISHED, clean
from tests.support.cast import PASSWORD, Cast, join
from tests.support.evaluating import asked
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.visitors import signed_in
from webui.presenting.performance_form import typed_of


@pytest.fixture
def reviewers(app: Flask, cast: Cast) -> None:
    with app.app_context():
        for name in ("budget", "budget_two"):
            join(cast, name, "dgw", "budget_reviewer")


@pytest.fixture
def enter_budget(app: Flask, reviewers: None) -> Visitor:
    return signed_in(app, "budget@14", PASSWORD)


def sent(content: bytes, name: str, **more: str) -> dict[str, object]:
    return {"file": (BytesIO(content), name), **more}


def test_a_report_is_checked_side_by_side_without_being_kept(enter_budget: Visitor) -> None:
    page = enter_budget.post("/performance", data=sent(PUBLISHED, "a.txt", do="check")).text
    assert "这是核对结果，没有保存" in page and "33 处不一致" in page
    assert "94.23" in page and "execution_contradicts_funding" in page
    # The cell that is wrong leads to its problem.
    assert re.search(r'<td class="num doubtful">0 <a class="problem-mark" href="#number-1">', page)
    assert 'id="number-1"' in page
    assert "还没有项目" in enter_budget.get("/performance").text
    for content, name, words in (
        (b"%PDF", "a.pdf", "只接受"),
        (b"", "", "请选择文件"),
        (b"abc", "a.txt", "没有找到资金表"),
    ):
        refused = enter_budget.post("/performance", data=sent(content, name, do="keep"))
        assert refused.status_code == 422 and words in refused.text


def test_a_report_is_kept_shown_and_downloaded(enter_budget: Visitor) -> None:
    where = enter_budget.post(
        "/performance", data=sent(PUBLISHED, "a.txt", do="keep", budget_head="201")
    ).location
    assert (
        "内容与已保存的版本相同"
        in enter_budget.get(
            enter_budget.post("/performance", data=sent(PUBLISHED, "a.txt", do="keep")).location
        ).text
    )
    page = enter_budget.get(where).text
    assert "信息化建设经费项目" in page and "现在：代为填报自评报告" in page
    offered = re.findall(rf'href="({where}/report\.\w+)"', page)
    files = {each.rpartition(".")[2]: enter_budget.get(each) for each in offered}
    assert {kind: found.data[:2] for kind, found in files.items()} == {
        "docx": b"PK",
        "pdf": b"%P",
        "xlsx": b"PK",
    }
    assert files["xlsx"].mimetype.endswith("spreadsheetml.sheet")
    assert enter_budget.get(f"{where}/report.exe").status_code == 404
    assert enter_budget.get("/performance/template.xlsx").data.startswith(b"PK")
    english = enter_budget.get(f"{where}", headers={"Accept-Language": "en"})
    assert english.status_code == 200
    assert "信息化建设经费项目" in enter_budget.get("/performance?year=2021").text
    assert "信息化建设经费项目" not in enter_budget.get("/performance?year=2022").text


def test_a_form_is_computed_and_loses_nothing(enter: Enter, reviewers: None) -> None:
    clerk = enter("slt_clerk")
    typed = typed_of(clean())
    assert "填写自评" in clerk.get("/performance/new").text
    computed = clerk.post("/performance/new", data={**typed, "do": "compute"}).text
    assert "93.00 优" in computed.replace("93 优", "93.00 优") and "没有发现不一致" in computed
    fragment = clerk.post("/performance/figures", data=typed).text
    assert "计算结果" in fragment and "<html" not in fragment
    more = clerk.post("/performance/new", data={**typed, "do": "add"}).text
    assert 'name="line-9-weight"' in more and 'value="≥120公里"' in more
    own = clerk.post("/performance/new", data={**typed, "year": "2026", "do": "own"}).text
    assert "信息化平台投入使用率（%）" in own
    wrong = clerk.post(
        "/performance/new", data={**typed, "amount-1-1": "很多", "line-0-weight": "x", "do": "keep"}
    )
    assert wrong.status_code == 422
    assert 'value="很多"' in wrong.text and "金额请填写数字" in wrong.text and "权重请填写" in wrong.text
    where = clerk.post("/performance/new", data={**typed, "do": "keep"}).location
    assert "汾河支流整治项目" in clerk.get(where).text
    changed = {**typed, "annual_goal": "本年度整治河道一百二十公里。", "do": "keep"}
    assert 'value="≥120公里"' in clerk.get(f"{where}/edit").text
    assert clerk.post(f"{where}/edit", data=changed).location == where
    assert "第 2 版" in clerk.get(where).text


def task_of(text: str) -> str:
    """The address of the first task that a project's page leads to."""
    found = re.search(r'href="(/tasks/\d+)"', text)
    assert found
    return found[1]


def test_a_project_leads_to_its_case_and_back(app: Flask, cast: Cast, enter: Enter, reviewers: None) -> None:
    with app.app_context():
        kept = keep_form(cast.actor("slt_clerk"), report=clean())
    where = f"/performance/{kept.project_id}"
    clerk, head = enter("slt_clerk"), enter("slt_deputy_head")
    page = clerk.get(where).text
    case = re.search(r'href="(/cases/\d+)"', page)
    assert case and "案件（未编号）" in page and "现在：填报自评报告" in page
    shown = clerk.get(case[1]).text
    assert f'href="{where}"' in shown and "总分93，优；没有发现不一致" in shown
    # Nobody signs for his part here, nor replies.
    assert "办理中" in shown and "待签收" not in shown and "还没有答复" not in shown
    to = task_of(page)
    assert f'href="{where}"' in clerk.get(to).text
    refused = clerk.post(to, data={"go": "do"})
    assert refused.status_code == 422
    assert clerk.post(to, data={"confirmed": "1", "go": "do"}).status_code == 302
    assert clerk.get(f"{where}/edit").status_code == 403
    to = task_of(head.get(where).text)
    refused = head.post(to, data={"decision": "returned", "go": "do"})
    assert refused.status_code == 422
    assert head.post(to, data={"decision": "returned", "reason": "写细", "go": "do"}).status_code == 302
    shown = clerk.get(case[1]).text
    assert "写细" in shown and "审查与决定" not in shown, "what is on record is not said twice"
    assert clerk.get(f"{where}/edit").status_code == 200
    assert "填报" in head.get("/performance").text
    assert enter("jyt_clerk").get(where).status_code == 404
    assert enter("deputy1").get("/performance").status_code == 403


def test_a_report_that_is_asked_for_begins_with_what_is_known(
    app: Flask, cast: Cast, enter: Enter, reviewers: None
) -> None:
    with app.app_context():
        more = {"budget": db.session.scalars(sa.select(User.id).filter_by(name="budget")).one()}
        project_id = asked(replace(cast, users={**cast.users, **more}), "budget", "一个新项目", 2025)
    begin = f"/performance/new?project={project_id}"
    clerk = enter("slt_clerk")
    work = clerk.get("/inbox").text
    assert "填报自评报告" in work
    task = clerk.get(task_of(work)).text
    assert f'href="{begin}"' in task
    page = clerk.get(begin).text
    assert "<h1>一个新项目</h1>" in page and "2025" in page and f'name="asked" value="{project_id}"' in page
    # What is asked for stays what it is, whatever is sent.
    typed = {**typed_of(clean()), "asked": str(project_id), "year": "2019", "unit": "0", "do": "keep"}
    assert enter("jyt_clerk").post("/performance/new", data=typed).status_code == 404
    where = f"/performance/{project_id}"
    assert f'<a href="{where}">一个新项目</a>' in clerk.get("/performance").text
    empty = clerk.get(where).text
    assert "自评报告还没有填写" in empty and f'href="{begin}"' in empty
    assert "资金表" not in empty and "下载报告" not in empty
    head = enter("slt_head").get(where).text
    assert "自评报告还没有填写" in head and f'href="{begin}"' not in head
    for nothing in ("/edit", "/report.pdf"):
        assert clerk.get(f"{where}{nothing}").status_code == 404
    stranger = enter("jyt_clerk")
    assert [stranger.get(each).status_code for each in (begin, where)] == [404, 404]
    assert clerk.post("/performance/new", data=typed).location == where
    kept = clerk.get(where).text
    assert "<h1>一个新项目</h1>" in kept and "自评报告还没有填写" not in kept


def test_a_case_is_linked_and_shown_on_both_pages(
    app: Flask, cast: Cast, enter: Enter, reviewers: None
) -> None:
    with app.app_context():
        project_id = keep_form(cast.actor("slt_clerk"), report=clean(), budget_head="213").project_id
        journey = Journey(cast).draft().submit().accept().assign().sign_for()
        number, case_id = journey.case.number or "", journey.case_id
    where, clerk = f"/performance/{project_id}", enter("slt_clerk")
    assert "与绩效项目的关联" not in clerk.get(f"/cases/{case_id}").text
    typed = {"number": number, "indicator": "整治河道长度", "why": "<b>同一条支流</b>"}
    wrong = clerk.post(f"{where}/links", data={**typed, "number": "第999号"})
    assert wrong.status_code == 422 and "没有找到这个编号的案件" in wrong.text
    assert 'value="第999号"' in wrong.text and "&lt;b&gt;同一条支流&lt;/b&gt;</textarea>" in wrong.text
    assert clerk.post(f"{where}/links", data=typed).location == f"{where}#links"
    page = clerk.get(where).text
    assert f'href="/cases/{case_id}"' in page and "&lt;b&gt;同一条支流" in page
    case = clerk.get(f"/cases/{case_id}").text
    assert "与绩效项目的关联" in case and f'href="{where}"' in case and "预算科目 213" in case
    assert "与绩效项目的关联" not in enter("deputy1").get(f"/cases/{case_id}").text
    link = re.search(rf'{where}/links/(\d+)/remove"', page)
    assert link
    away = f"{where}/links/{link[1]}/remove"
    assert enter("jyt_clerk").post(away, data={"unlinking": "无关"}).status_code == 404
    refused = clerk.post(away, data={"unlinking": " "})
    assert refused.status_code == 422 and "请填写解除关联的理由" in refused.text
    assert clerk.post(away, data={"unlinking": "不是同一条河"}).status_code == 302
    page = clerk.get(where).text
    assert "已解除的关联 1 个" in page and "不是同一条河" in page
    assert "与绩效项目的关联" not in clerk.get(f"/cases/{case_id}").text
