"""The assignment desk: lists by role, the form beside the text, on to the next."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Assignment, Case, Decision, TaskDraft, db
from tests.support.cast import PASSWORD, Cast, assemble
from tests.support.journey import Journey
from tests.webui.visitors import signed_in


@pytest.fixture
def three(app: Flask, cast: Cast) -> list[int]:
    """Three suggestions to assign; gives their tasks."""
    wish = {"wished_units": [cast.organizations["jyt"]]}
    with app.app_context():
        journeys = [Journey(cast).draft(title=f"建议{n}", **wish).submit().accept() for n in (1, 2, 3)]
        return [journey.task("assign").id for journey in journeys]


def test_each_role_finds_its_own_lists(app: Flask, cast: Cast) -> None:
    expected = {
        "intake": ("待审查", "已交办"),
        "reviewer": ("待复核", "已交办"),
        "assigner": ("待交办", "重新办理待定", "已交办"),
    }
    everything = {name for names in expected.values() for name in names}
    for who, names in expected.items():
        page = signed_in(app, f"{who}@14", PASSWORD).get("/desk", follow_redirects=True)
        assert page.status_code == 200
        assert {name for name in everything if name in page.text} == set(names), who


def test_units_and_deputies_have_no_desk(app: Flask, cast: Cast) -> None:
    for who in ("slt_clerk", "deputy1"):
        person = signed_in(app, f"{who}@14", PASSWORD)
        assert person.get("/desk").status_code == 403
        assert person.get("/desk/assign").status_code in (403, 404)
        assert 'href="/desk"' not in person.get("/account").text


def test_a_list_of_another_role_does_not_exist(app: Flask, cast: Cast, three: list[int]) -> None:
    officer = signed_in(app, "intake@14", PASSWORD)
    assert officer.get("/desk/assign").status_code == 404
    assert officer.get(f"/desk/assign/{three[0]}").status_code == 404
    assert officer.post(f"/desk/assign/{three[0]}").status_code == 403
    assert signed_in(app, "assigner@14", PASSWORD).get("/desk/nonsense").status_code == 404


def test_intake_begins_as_the_deputy_wishes(app: Flask, cast: Cast) -> None:
    officer = signed_in(app, "intake@14", PASSWORD)
    for wish, chosen in (("agree", "public"), ("refuse", "internal")):
        with app.app_context():
            journey = Journey(cast).draft(publicity=wish, publicity_reason="涉及个人").submit()
            task = journey.task("intake").id
        for page in (f"/desk/review/{task}", f"/tasks/{task}"):
            begun = re.findall(r'name="confidentiality" value="(\w+)"[^>]*checked', officer.get(page).text)
            assert begun == [chosen], (page, wish)


def test_intake_is_proposed_and_confirmed_by_another(app: Flask, cast: Cast) -> None:
    with app.app_context():
        journey = Journey(cast).draft().submit()
        task = journey.task("intake").id
    officer = signed_in(app, "intake@14", PASSWORD)
    refused = officer.post(f"/desk/review/{task}", data={"result": "declined", "confidentiality": "internal"})
    assert refused.status_code == 422
    assert 'value="declined" checked' in refused.text
    given = {"result": "accepted", "category": "environment", "confidentiality": "public"}
    assert officer.post(f"/desk/review/{task}", data=given).location == "/desk/review"
    with app.app_context():
        confirm = journey.task("intake_review").id
    reviewer = signed_in(app, "reviewer@14", PASSWORD)
    page = reviewer.get(f"/desk/confirm/{confirm}").text
    assert "拟受理" in page
    assert reviewer.post(f"/desk/confirm/{confirm}", data={"decision": "confirmed"}).status_code == 302
    with app.app_context():
        assert db.session.scalars(sa.select(Decision)).one().confirmed_at is not None
        assert journey.open_nodes() == ["assign"]


def test_the_wished_unit_stands_first_and_the_due_date_is_in_view(
    app: Flask, cast: Cast, three: list[int]
) -> None:
    page = signed_in(app, "assigner@14", PASSWORD).get(f"/desk/assign/{three[0]}").text
    form = page[page.index('id="field-units"') :]
    assert form.index("省教育厅") < form.index("省政府办公厅")
    assert "代表希望" in form
    assert "2026年5月6日" in form
    assert "3个月" in form
    assert "届满日放假" in form


def test_assigning_goes_on_to_the_next(app: Flask, cast: Cast, three: list[int]) -> None:
    assigner = signed_in(app, "assigner@14", PASSWORD)
    units = {"units.lead": cast.organizations["slt"], "units.co": cast.organizations["czt"]}
    first, second, third = three
    assert assigner.post(f"/desk/assign/{first}", data=units).location == f"/desk/assign/{second}"
    assert assigner.post(f"/desk/assign/{third}", data=units).location == f"/desk/assign/{second}"
    assert assigner.post(f"/desk/assign/{second}", data=units).location == "/desk/assign"
    page = assigner.get("/desk/assign").text
    assert "这里都办完了" in page
    assigned = assigner.get("/desk/assigned").text
    assert "建议1" in assigned
    assert "省水利厅" in assigned
    with app.app_context():
        roles = db.session.scalars(sa.select(Assignment.role)).all()
        assert sorted(roles) == ["co"] * 3 + ["lead"] * 3


def test_several_units_may_answer_separately(app: Flask, cast: Cast, three: list[int]) -> None:
    slt, czt = cast.organizations["slt"], cast.organizations["czt"]
    assigner = signed_in(app, "assigner@14", PASSWORD)
    plan = {"units.separate": [slt, czt], f"units.scope.{slt}": "第1条"}
    refused = assigner.post(f"/desk/assign/{three[0]}", data=plan)
    assert refused.status_code == 422
    assert "省财政厅：分办单位须写明承办内容" in refused.text
    assert 'value="第1条"' in refused.text
    whole = {**plan, f"units.scope.{czt}": "第2条"}
    assert assigner.post(f"/desk/assign/{three[0]}", data=whole).status_code == 302
    with app.app_context():
        scopes = db.session.scalars(sa.select(Assignment.scope).order_by(Assignment.id)).all()
        assert list(scopes) == ["第1条", "第2条"]


def test_a_plan_without_a_lead_is_refused_with_everything_typed(
    app: Flask, cast: Cast, three: list[int]
) -> None:
    assigner = signed_in(app, "assigner@14", PASSWORD)
    answer = assigner.post(
        f"/desk/assign/{three[0]}", data={"units.co": cast.organizations["czt"], "instruction": "请抓紧。"}
    )
    assert answer.status_code == 422
    assert "须有一个主办单位" in answer.text
    assert "请抓紧。" in answer.text


def test_what_was_typed_is_kept_by_the_page_itself(app: Flask, cast: Cast, three: list[int]) -> None:
    assigner = signed_in(app, "assigner@14", PASSWORD)
    typed = {"units.lead": str(cast.organizations["slt"]), "instruction": "请抓紧。"}
    answer = assigner.post(f"/desk/assign/{three[0]}/draft", json={"answers": typed, "revision": 1})
    assert answer.status_code == 200
    with app.app_context():
        assert db.session.scalars(sa.select(TaskDraft)).one().answers["instruction"] == "请抓紧。"
    page = assigner.get(f"/desk/assign/{three[0]}").text
    assert "请抓紧。" in page
    assert f'name="units.lead" value="{cast.organizations["slt"]}" checked' in page


def test_a_stale_page_is_refused_and_nothing_typed_is_lost(app: Flask, cast: Cast, three: list[int]) -> None:
    assigner = signed_in(app, "assigner@14", PASSWORD)
    data = {"units.lead": cast.organizations["slt"], "instruction": "请抓紧。", "revision": 7}
    answer = assigner.post(f"/desk/assign/{three[0]}", data=data)
    assert answer.status_code == 409
    assert "请抓紧。" in answer.text


def test_the_second_of_two_clicks_goes_on_as_well(app: Flask, cast: Cast, three: list[int]) -> None:
    assigner = signed_in(app, "assigner@14", PASSWORD)
    units = {"units.lead": cast.organizations["slt"]}
    for _click in range(2):
        assert assigner.post(f"/desk/assign/{three[0]}", data=units).status_code == 302
    with app.app_context():
        assert len(db.session.scalars(sa.select(Assignment)).all()) == 1
    assert "已经办过了" in assigner.get(f"/desk/assign/{three[0]}").text


def test_a_redo_is_decided_beside_reply_and_evaluation(app: Flask, cast: Cast) -> None:
    with app.app_context():
        journey = Journey(cast).draft().submit().accept().assign().sign_for().contact().reply()
        journey.evaluate("dissatisfied")
        task = journey.task("decide_redo").id
    assigner = signed_in(app, "assigner@14", PASSWORD)
    page = assigner.get(f"/desk/redo/{task}").text
    assert "年内完成。" in page
    assert "没有解决问题。" in page
    data = {"decision": "ordered", "reason": "请重新研究。"}
    assert assigner.post(f"/desk/redo/{task}", data=data).status_code == 302
    with app.app_context():
        assert db.session.get_one(Case, journey.case_id).round == 2


def test_another_congress_is_out_of_sight(app: Flask, cast: Cast, three: list[int]) -> None:
    with app.app_context():
        assemble("15", "邻省人民代表大会")
    stranger = signed_in(app, "assigner@15", PASSWORD)
    assert "这里都办完了" in stranger.get("/desk/assign").text
    assert stranger.get(f"/desk/assign/{three[0]}").status_code == 404
    assert stranger.post(f"/desk/assign/{three[0]}").status_code == 404
