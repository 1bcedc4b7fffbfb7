"""«流程运行» at the browser: what has failed is seen, put right and tried again; nobody else comes in."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Clock, db
from tests.operations.altered import asking, deployed, renamed
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter
from tests.webui.visitors import token

pytestmark = pytest.mark.slow

FLOWS = "/administration/flows"


@pytest.fixture
def keeper(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "keeper", "dgw", "process_admin")
    return enter("keeper")


def test_who_presses_is_told_and_keeps_his_words_and_the_step_is_tried_again(
    app: Flask, cast: Cast, enter: Enter, keeper: Visitor
) -> None:
    with app.app_context():
        deployed(bpmn=asking('review == "returned"', 'checked_by == "nobody"'))
        journey = Journey(cast).draft().submit().accept().assign().sign_for().contact()
        journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
        task_id, case_id = journey.task("review_reply").id, journey.case_id
    head = enter("slt_deputy_head")
    told = head.post(
        f"/tasks/{task_id}", data={"decision": "passed", "opinion": "同意，写得清楚。", "go": ""}
    )
    assert told.status_code == 409
    assert "流程在“审核结果”处出了故障" in told.text and "同意，写得清楚。" in told.text
    assert "同意，写得清楚。" in head.get(f"/tasks/{task_id}").text
    assert "checked_by" not in told.text

    page = keeper.get(FLOWS).text
    assert "审核结果" in page and "ExpressionError" in page
    assert keeper.get(f"{FLOWS}/case?number={case_id}").location == f"{FLOWS}/cases/{case_id}"
    case = keeper.get(f"{FLOWS}/cases/{case_id}").text
    assert "checked_by" in case and "待办：省水利厅" in case
    part = case.split('name="part" value="')[-1].split('"')[0]
    change = {"part": part, "name": "checked_by", "kind": "text", "value": "x", "known": "", "reason": ""}
    refused = keeper.post(f"{FLOWS}/cases/{case_id}/flag", data=change)
    assert refused.status_code == 422 and "请写明理由" in refused.text
    assert keeper.post(f"{FLOWS}/cases/{case_id}/flag", data={**change, "reason": "补"}).status_code == 302
    incident = page.split('name="incident" value="')[1].split('"')[0]
    assert keeper.post(f"{FLOWS}/retry", data={"incident": incident}).status_code == 302
    assert "重试成功" in keeper.get(FLOWS).text
    shown = keeper.get(f"{FLOWS}/incidents/{incident}").text
    assert "重试成功" in shown and "水利厅分管" in shown
    with app.app_context():
        assert journey.open_nodes() == ["sign_reply"]


def test_nobody_else_comes_in(enter: Enter, cast: Cast, keeper: Visitor) -> None:
    for who in ("assigner", "deputy1", "slt_head"):
        assert enter(who).get(FLOWS).status_code == 403
        assert enter(who).post(f"{FLOWS}/retry").status_code == 403
    assert keeper.get(f"{FLOWS}/incidents/99").status_code == 404
    assert keeper.get(f"{FLOWS}/cases/99").status_code == 404
    assert keeper.post(f"{FLOWS}/incidents/99/burn").status_code == 404
    assert token(keeper.get(FLOWS))


def test_a_case_is_suspended_and_says_so_where_people_work(
    app: Flask, assigned: Journey, enter: Enter, keeper: Visitor
) -> None:
    where = f"{FLOWS}/cases/{assigned.case_id}"
    assert keeper.post(f"{where}/suspend", data={"reason": ""}).status_code == 422
    assert keeper.post(f"{where}/suspend", data={"reason": "等候机构改革"}).status_code == 302
    assert "等候机构改革" in keeper.get(FLOWS).text and "恢复流转" in keeper.get(where).text
    with app.app_context():
        task_id = assigned.task("sign_for").id
    clerk = enter("slt_clerk")
    for page in (f"/tasks/{task_id}", f"/cases/{assigned.case_id}"):
        said = clerk.get(page).text
        assert "等候机构改革" in said and "法定期限照常计算" in said
    refused = clerk.post(f"/tasks/{task_id}", data={})
    assert refused.status_code == 409 and "暂停" in refused.text
    assert keeper.post(f"{where}/resume", data={"reason": "改革完成"}).status_code == 302
    assert "等候机构改革" not in clerk.get(f"/tasks/{task_id}").text
    assert keeper.post(f"{where}/burn", data={"reason": "x"}).status_code == 404


def test_versions_are_listed_with_their_cases_activated_and_retired(
    app: Flask, assigned: Journey, keeper: Visitor
) -> None:
    with app.app_context():
        old = assigned.case.definition_id
        new = deployed(bpmn=asking('review == "returned"', 'review == "sent_back"'))
    assert "启用，新案件使用" in keeper.get(FLOWS).text
    page = keeper.get(f"{FLOWS}/versions/{old}").text
    assert "签收" in page and '"sign_for": {"badge": "1", "kind": "standing"}' in page
    where = f"{FLOWS}/versions/{old}"
    assert keeper.post(f"{FLOWS}/versions/{new}/retire", data={"reason": "不用"}).status_code == 409
    assert keeper.post(f"{where}/activate", data={"reason": ""}).status_code == 422
    assert keeper.post(f"{where}/activate", data={"reason": "退回旧版"}).status_code == 302
    assert keeper.post(f"{FLOWS}/versions/{new}/retire", data={"reason": "不用"}).status_code == 302
    assert "停用，只办完在办的" in keeper.get(f"{FLOWS}/versions/{new}").text
    assert keeper.post(f"{where}/suspend", data={"reason": "停一停"}).status_code == 302
    assert "这个版本已暂停：停一停" in keeper.get(where).text
    assert keeper.post(f"{where}/resume", data={"reason": "继续"}).status_code == 302
    assert keeper.get(f"{FLOWS}/versions/99").status_code == 404
    assert keeper.post(f"{where}/burn").status_code == 404


def test_cases_are_taken_over_with_a_report_for_each(
    app: Flask, assigned: Journey, keeper: Visitor, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        join(cast, "second", "dgw", "process_admin")
        Journey(cast).draft()
        old, new = assigned.case.definition_id, renamed("sign_for", "take_up")
    page = keeper.get(f"{FLOWS}/migrations/new?from={old}&to={new}").text
    assert "签收 (sign_for)" in page and "改名为 签收 (take_up)" in page and "新版本没有" in page
    told = {"from": old, "to": new, "node.sign_for": "=take_up", "reason": ""}
    assert keeper.post(f"{FLOWS}/migrations", data=told).status_code == 422
    wrong = keeper.post(f"{FLOWS}/migrations", data={**told, "reason": "改版", "node.draft": "=nothing"})
    assert wrong.status_code == 422 and "新版本没有“nothing”" in wrong.text
    where = keeper.post(f"{FLOWS}/migrations", data={**told, "reason": "改版"}).location
    planned = keeper.get(where).text
    assert f"{FLOWS}/compare?from={old}&amp;to={new}" in planned
    assert "预演" in planned and "签收 (sign_for) → 签收 (take_up) · 省水利厅" in planned
    refused = keeper.post(f"{where}/start")
    assert refused.status_code == 409 and "须由另一位流程管理员" in refused.text and "开始迁移" not in planned
    second = enter("second")
    assert "开始迁移" in second.get(where).text
    assert second.post(f"{where}/start").status_code == 302
    done = keeper.get(where).text
    assert "已完成" in done and "已迁移的案件" in done
    assert "v1 → v2" in keeper.get(FLOWS).text
    with app.app_context():
        assert assigned.case.definition_id == new and "take_up" in assigned.open_nodes()
    assert keeper.post(f"{where}/cancel").status_code == 302
    assert keeper.post(f"{where}/again").status_code == 302
    assert keeper.post(f"{where}/burn").status_code == 404
    assert keeper.get(f"{FLOWS}/migrations/new?from={old}&to={old}").status_code == 404
    assert keeper.get(f"{FLOWS}/migrations/99").status_code == 404


def test_the_command_line_previews_migrates_and_says_what_stays(
    app: Flask, assigned: Journey, tmp_path: Path
) -> None:
    with app.app_context():
        new = renamed("sign_for", "take_up")
        db.session.rollback()
    runner = app.test_cli_runner()
    command = ["process", "migrate", "--process", "suggestion", "--from", "1", "--to", "2"]
    stays = runner.invoke(args=command)
    assert stays.exit_code == 1 and "新版本没有“sign_for”" in stays.output
    file = tmp_path / "map.toml"
    file.write_text('[nodes]\nsign_for = "take_up"\n', encoding="utf-8")
    tried = runner.invoke(args=[*command, "--map", str(file), "--dry-run"])
    assert tried.exit_code == 0 and "sign_for → take_up" in tried.output
    with app.app_context():
        assert assigned.case.definition_id != new
    done = runner.invoke(args=[*command, "--map", str(file), "--congress", "14", "--process", "suggestion"])
    assert done.exit_code == 0 and "1 ✓  0 ✗" in done.output
    with app.app_context():
        assert assigned.case.definition_id == new
    assert "0 ✓" in runner.invoke(args=[*command, "--map", str(file)]).output
    for wrong in (["--congress", "99"], ["--process", "other"]):
        assert runner.invoke(args=[*command, *wrong]).exit_code == 1
    file.write_text("nodes = 1", encoding="utf-8")
    assert runner.invoke(args=[*command, "--map", str(file)]).exit_code == 1


def test_one_plans_another_way_and_another_carries_it_out(
    app: Flask, assigned: Journey, keeper: Visitor, cast: Cast, enter: Enter
) -> None:
    with app.app_context():
        join(cast, "second", "dgw", "process_admin")
        token = assigned.task("sign_for").token
        ids = [row for row in db.session.scalars(sa.select(Clock.id).where(Clock.key == "sign_for"))]
        db.session.rollback()
    where = f"{FLOWS}/cases/{assigned.case_id}/plan"
    assert "起草答复 之前" in keeper.get(where).text
    told = {f"token.{token}": "before:draft_reply", "clock": str(ids[0]), "reason": "人工推进"}
    assert keeper.post(where, data={**told, "reason": ""}).status_code == 422
    refused = keeper.post(where, data={**told, f"token.{token}": "cancel"})
    assert refused.status_code == 409 and "什么也不剩" in refused.text
    plan = keeper.post(where, data=told).location
    seen = keeper.get(plan).text
    assert "起草答复 · 省水利厅" in seen and "须由另一位流程管理员执行" in seen and "终止的期限" in seen
    assert keeper.post(f"{plan}/apply").status_code == 409
    other = enter("second")
    assert "人工推进" in other.get(FLOWS).text and "人工推进" in other.get(where.removesuffix("/plan")).text
    assert other.post(f"{plan}/apply").status_code == 302
    assert "已执行" in other.get(plan).text
    with app.app_context():
        assert "draft_reply" in assigned.open_nodes()
    again = keeper.post(where, data={"start": "after:gw_intake", "reason": "再来"}).location
    assert keeper.post(f"{again}/discard").status_code == 302
    assert keeper.post(f"{again}/burn").status_code == 404
