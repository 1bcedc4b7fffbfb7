"""The security administrator's page of substitutes, walked as he walks it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.conftest import Enter

PAGE = "/administration/substitutes"


@pytest.fixture
def security(app: Flask, cast: Cast, enter: Enter) -> Visitor:
    with app.app_context():
        join(cast, "security", "dgw", "security_admin")
    return enter("security")


def form(cast: Cast, **over: str) -> dict[str, str]:
    return {
        "unit": str(cast.organizations["slt"]),
        "absent_id": str(cast.users["slt_clerk"]),
        "substitute_id": str(cast.users["slt_deputy_head"]),
        "begins_on": "2026-02-05",
        "ends_on": "2026-02-12",
        "reason": "急病住院，本人不能登录",
        **over,
    }


def test_he_names_changes_and_ends_one_and_sees_no_work(
    app: Flask, cast: Cast, assigned: Journey, security: Visitor, enter: Enter
) -> None:
    assert "选择单位" in security.get(PAGE).text
    chosen = security.get(f"{PAGE}?unit={cast.organizations['slt']}").text
    assert "水利厅经办" in chosen and "财政厅经办" not in chosen
    for wrong, told in (
        ({"substitute_id": ""}, "请选择同一单位的在职同事。"),
        ({"absent_id": ""}, "在该单位没有可以代理的角色。"),
        ({"substitute_id": str(cast.users["slt_clerk"])}, "请选择同一单位的在职同事。"),
        ({"begins_on": "后天"}, "请填写日期。"),
        ({"reason": ""}, "请说明原因。"),
    ):
        refused = security.post(PAGE, data=form(cast, **wrong))
        assert refused.status_code == 422 and told in refused.text, wrong
        assert "急病住院" in refused.text or "reason" in wrong
    assert security.post(PAGE, data=form(cast)).status_code == 302
    assert security.post(PAGE, data=form(cast, substitute_id=str(cast.users["slt_head"]))).status_code == 409
    listed = security.get(PAGE).text
    assert "水利厅经办由水利厅分管代理" in listed and "进行中" in listed
    found = re.search(rf'href="({PAGE}/\d+)"', listed)
    assert found
    assert security.get(found[1]).status_code == 200
    wrong_day = security.post(found[1], data={**form(cast), "ends_on": "2026-02-01"})
    assert wrong_day.status_code == 422
    later = {**form(cast), "ends_on": "2026-02-20", "reason": "延长"}
    assert security.post(found[1], data=later).status_code == 302
    assert "延长" in security.get(PAGE).text
    assert "代理安排有变更" in enter("slt_clerk").get("/messages").text
    assert enter("slt_deputy_head").get(f"/cases/{assigned.case_id}").status_code == 200
    assert "水利厅经办" in security.get("/administration/events").text
    assert security.get(f"/cases/{assigned.case_id}").status_code in (403, 404)
    assert security.post(f"{found[1]}/revoke").status_code == 302
    assert "没有代理安排" in security.get(PAGE).text
    over = security.post(found[1], data=later)
    assert over.status_code == 409 and "这项代理已经结束" in over.text
    assert 'value="延长"' in over.text and 'value="2026-02-20"' in over.text  # for a new one, if he wants one
    assert security.get(found[1]).status_code == 302
    assert security.get(f"{PAGE}/99").status_code == security.post(f"{PAGE}/99").status_code == 404


def test_nobody_else_comes_here(app: Flask, cast: Cast, security: Visitor, enter: Enter) -> None:
    with app.app_context():
        join(cast, "sysadmin", "dgw", "system_admin")
    security.post(PAGE, data=form(cast))
    for who in ("sysadmin", "assigner", "slt_head", "deputy1"):
        client = enter(who)
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, data=form(cast)).status_code == 403
        assert client.post(f"{PAGE}/1", data=form(cast)).status_code == 403
        assert client.post(f"{PAGE}/1/revoke").status_code == 403
        assert PAGE not in client.get("/account").text
