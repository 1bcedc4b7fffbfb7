"""The plan of supervision on screen: proposed, adopted, read by anybody, carried out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask

from models import Case, Publication, db
from tests.planning.conftest import SETTING, alike_suggestions
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.sitting import arranged
from tests.support.web import Visitor
from tests.webui.visitors import signed_in, visitor

TITLE = "关于全省地下水超采治理情况的报告"


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        made = arranged(assemble(), SETTING)
        db.session.commit()
        return made


def form(cast: Cast) -> dict[str, str]:
    return {
        "title": TITLE,
        "channel": "members",
        "process_key": "work_report",
        "organ_id": str(cast.organizations["hzw"]),
        "month": "5",
        "grounds": "组成人员提出的比较集中的问题。",
    }


def test_a_plan_from_its_first_matter_to_its_case(app: Flask, cast: Cast) -> None:
    committee = signed_in(app, "committee@14", PASSWORD)
    office = signed_in(app, "meetings@14", PASSWORD)
    anybody = visitor(app)
    assert "/plans/2026" in committee.get("/plans").text
    wrong = committee.post("/plans/2026/items", data={**form(cast), "month": "13", "grounds": ""})
    assert wrong.status_code == 422
    assert TITLE in wrong.text
    assert committee.post("/plans/2026/items", data=form(cast)).status_code == 302
    assert anybody.get("/public/plans/2026").status_code == 404
    decision = {"council": "第四十八次主任会议", "decided_on": "2026-02-05"}
    assert "/plans/2026/adopt" not in committee.get("/plans/2026").text
    assert committee.post("/plans/2026/adopt", data=decision).status_code == 403
    assert office.post("/plans/2026/adopt", data={**decision, "decided_on": "明天"}).status_code == 422
    assert office.post("/plans/2026/adopt", data=decision).status_code == 302
    assert "2026年监督工作计划" in anybody.get("/public/plans").text
    assert TITLE in anybody.get("/public/plans/2026").text
    assert "Planned" in anybody.get("/public/plans/2026?lang=en").text
    begun = f"{matter(committee)}/open"
    assert begun not in office.get("/plans/2026").text
    opened = committee.post(begun)
    assert opened.status_code == 302
    assert "年度监督工作计划" in committee.get(opened.location).text
    assert opened.location in committee.get("/plans/2026").text
    assert "进行中" in anybody.get("/public/plans/2026").text


def test_a_month_gone_by_is_told_and_the_public_finds_what_came_of_a_matter(
    app: Flask, cast: Cast, clock_at: Callable[..., None]
) -> None:
    committee = signed_in(app, "committee@14", PASSWORD)
    committee.post("/plans/2026/items", data={**form(cast), "month": "3"})
    decision = {"council": "第四十八次主任会议", "decided_on": "2026-02-05"}
    signed_in(app, "meetings@14", PASSWORD).post("/plans/2026/adopt", data=decision)
    assert "March · " in visitor(app).get("/public/plans/2026?lang=en").text
    assert "已过计划月份" not in committee.get("/plans/2026").text
    clock_at(dt.datetime(2026, 4, 1, 10, 0))
    committee = signed_in(app, "committee@14", PASSWORD)
    assert "已过计划月份" in committee.get("/plans/2026").text
    opened = committee.post(f"{matter(committee)}/open")
    assert "已过计划月份" not in committee.get("/plans/2026").text
    assert "/public/cases/K3H9" not in visitor(app).get("/public/plans/2026").text
    with app.app_context():
        case = db.session.get_one(Case, int(opened.location.rsplit("/", 1)[1]))
        case.status = "withdrawn"
        empty = dict.fromkeys(("reason", "category", "number", "title", "words"), "")
        of_case = {"congress_id": case.congress_id, "case_id": case.id, "process_key": case.process_key}
        public = {"public_id": "K3H9", "state": "published", "revision": 1, "released": 1, "year": 2026}
        db.session.add(Publication(**empty, **of_case, **public))
        db.session.commit()
    shown = visitor(app).get("/public/plans/2026").text
    assert "已终止" in shown and "/public/cases/K3H9" in shown


def matter(visitor: Visitor) -> str:
    """The address of the one matter in the plan."""
    return re.findall(r"/plans/2026/items/\d+", visitor.get("/plans/2026").text)[0]


def test_a_matter_is_changed_and_taken_out_with_reasons(app: Flask, cast: Cast) -> None:
    committee = signed_in(app, "committee@14", PASSWORD)
    committee.post("/plans/2026/items", data=form(cast))
    address = matter(committee)
    assert committee.post(address, data={**form(cast), "month": "6"}).status_code == 422
    assert committee.post(address, data={**form(cast), "month": "6", "reason": "推迟。"}).status_code == 302
    assert "推迟。" in committee.get(address).text
    assert committee.post(f"{address}/drop", data={"reason": ""}).status_code == 422
    assert committee.post(f"{address}/drop", data={"reason": "合并。"}).status_code == 302
    assert "取消" in committee.get("/plans/2026").text
    assert committee.get("/plans/2026/items/999999").status_code == 404
    for who in ("slt_head", "deputy1"):
        assert signed_in(app, f"{who}@14", PASSWORD).get("/plans").status_code == 403
    for wrong in ("/plans/1", "/plans/99999", "/plans/2026?group=9", "/plans/2026?group=x"):
        assert committee.get(wrong).status_code in (200, 404), wrong


def test_what_suggestions_concentrate_on_fills_the_form_with_its_sources(app: Flask, cast: Cast) -> None:
    with app.app_context():
        numbers = alike_suggestions(cast)
    committee = signed_in(app, "committee@14", PASSWORD)
    assert "/plans/2026/topics" in committee.get("/plans/2026").text
    topics = committee.get("/plans/2026/topics").text
    assert "3 件" in topics
    assert "地下水超采" in topics
    assert all(number in topics for number in numbers)
    (group,) = re.findall(r"/plans/2026\?group=\d+", topics)
    filled = committee.get(group).text
    assert all(f'name="cases" value="{number}"' in filled for number in numbers)
    assert "上一年有3件代表建议集中反映" in filled
    proposal = {**form(cast), "channel": "deputies", "cases": numbers}
    assert committee.post("/plans/2026/items", data=proposal).status_code == 302
    shown = committee.get(matter(committee)).text
    assert all(number in shown for number in numbers)
    assert "关于太原地下水超采治理" in shown
    assert matter(committee) in committee.get("/plans/2026/topics").text
    assert committee.get("/plans/1/topics").status_code == 404
    assert signed_in(app, "slt_head@14", PASSWORD).get("/plans/2026/topics").status_code == 403
