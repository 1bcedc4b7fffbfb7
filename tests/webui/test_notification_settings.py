"""Notification settings, substitutes, the calendar feed and chat groups, at the browser."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from engine import correspondence
from engine.casework.cases import watch_case
from engine.correspondence import wishes
from engine.foundation.actor import system_actor
from engine.people import actors
from engine.people.users import deactivate_user
from models import Case, Task, db
from notifications.sms import Spool
from tests.people.world import build
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.web import Visitor
from tests.webui.visitors import signed_in, visitor
from webui.pages.administration_groups import KINDS

Enter = Callable[[str], Visitor]
PAGE = "/account/notifications"
CHOICES: dict[str, Any] = {
    "urgent": ["email", "sms"],
    "normal": ["chat"],
    "minor": [],
    "normal_in_digest": "yes",
    "digest_hour": "17",
    "quiet_from": "21:30",
    "quiet_to": "6：45",
}


def test_what_is_chosen_is_kept_and_shown(app: Flask, cast: Cast, enter: Enter) -> None:
    clerk = enter("slt_clerk")
    assert PAGE in clerk.get("/account").text
    answer = clerk.post(PAGE, data=CHOICES, follow_redirects=True)
    assert "已保存" in answer.text
    assert 'value="21:30"' in answer.text
    assert 'value="06:45"' in answer.text
    with app.app_context():
        kept = wishes.wishes_of(cast.actor("slt_clerk"))
        assert (kept.urgent, kept.normal, kept.minor) == ("email,sms", "chat", "")
        assert (kept.quiet_from, kept.quiet_to, kept.digest_hour) == (1290, 405, 17)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"digest_hour": "99"}, "digest_hour"),
        ({"quiet_to": ""}, "quiet_to"),
    ],
)
def test_a_wrong_time_is_said_at_its_field_and_nothing_typed_is_lost(
    enter: Enter, wrong: dict[str, str], field: str
) -> None:
    answer = enter("slt_clerk").post(PAGE, data=CHOICES | wrong)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert 'value="6：45"' in answer.text or field == "quiet_to"
    assert re.search(r'name="normal" value="chat" checked', answer.text)


def test_a_phone_is_proved_by_the_code_sent_to_it(
    app: Flask, cast: Cast, enter: Enter, tmp_path: Any
) -> None:
    clerk = enter("slt_clerk")
    refused = clerk.post(f"{PAGE}/phone", data={"phone": "12345"})
    assert refused.status_code == 422
    assert 'value="12345"' in refused.text
    page = clerk.post(f"{PAGE}/phone", data={"phone": "13911112222"}, follow_redirects=True)
    assert 'name="code"' in page.text
    assert clerk.post(f"{PAGE}/phone", data={"phone": "13911112222"}).status_code == 409
    assert clerk.post(f"{PAGE}/phone/prove", data={"code": "x"}).status_code == 422
    spool = Spool(tmp_path / "sms")
    with app.app_context():
        correspondence.deliver_waiting(system_actor(0), spool, channel="sms")
    code = re.search(r"[0-9]{6}", json.loads(spool.path.read_text("utf-8"))["text"])
    assert code
    page = clerk.post(f"{PAGE}/phone/prove", data={"code": code[0]}, follow_redirects=True)
    assert "13911112222" in page.text
    page = clerk.post(f"{PAGE}/phone/forget", follow_redirects=True)
    assert "13911112222" not in page.text


def days(**changes: str) -> dict[str, str]:
    return {"begins_on": "2026-02-05", "ends_on": "2026-02-12", "reason": "出差学习"} | changes


def test_a_substitute_is_named_seen_by_both_and_ended(cast: Cast, enter: Enter, assigned: Journey) -> None:
    clerk, deputy_head = enter("slt_clerk"), enter("slt_deputy_head")
    unit, me = cast.organizations["slt"], cast.users["slt_clerk"]
    form = days(post=f"{unit}:{me}", substitute_id=str(cast.users["slt_deputy_head"]))
    page = clerk.post(f"{PAGE}/substitutes", data=form, follow_redirects=True)
    assert "代理安排已保存" in page.text
    assert "水利厅分管" in page.text
    assert "签收" in deputy_head.get("/inbox").text
    page = deputy_head.get(PAGE)
    (number,) = re.findall(r"/substitutes/(\d+)/revoke", page.text)
    deputy_head.post(f"{PAGE}/substitutes/{number}/revoke")
    assert "revoke" not in clerk.get(PAGE).text.replace("/feed/revoke", "")
    assert enter("czt_clerk").post(f"{PAGE}/substitutes/{number}/revoke").status_code == 403


def test_a_substitution_that_cannot_be_is_refused_and_nothing_typed_is_lost(cast: Cast, enter: Enter) -> None:
    clerk = enter("slt_clerk")
    post = f"{cast.organizations['slt']}:{cast.users['slt_clerk']}"
    form = days(post=post, substitute_id="", begins_on="明天", reason="参加培训")
    answer = clerk.post(f"{PAGE}/substitutes", data=form)
    assert answer.status_code == 422
    assert 'href="#field-begins_on"' in answer.text
    assert 'value="参加培训"' in answer.text
    form = days(post=post, substitute_id=str(cast.users["czt_clerk"]), ends_on="2026-02-01")
    answer = clerk.post(f"{PAGE}/substitutes", data=form)
    assert {"ends_on", "substitute_id"} == set(re.findall(r'href="#field-(\w+)"', answer.text))
    foreign = days(post=f"{cast.organizations['czt']}:{cast.users['czt_clerk']}", substitute_id="1")
    assert clerk.post(f"{PAGE}/substitutes", data=foreign).status_code == 403


def feed_address(client: Visitor) -> str:
    page = client.post(f"{PAGE}/feed")
    found = re.search(r"/calendar/[\w-]+\.ics", page.text)
    assert found
    return found[0]


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_a_calendar_lists_the_dates_of_its_owner(
    app: Flask, cast: Cast, enter: Enter, assigned: Journey
) -> None:
    path = feed_address(enter("slt_clerk"))
    answer = visitor(app).get(path)
    assert answer.data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    (event,) = events(answer)
    with app.app_context():
        task, case = assigned.task("sign_for", "slt"), assigned.case
        assert event["UID"] == f"task-{task.id}@duban"
        assert event.decoded("DTSTART") == task.due_on
        assert event.decoded("DTEND") == task.due_on + dt.timedelta(days=1)
        assert str(event["SUMMARY"]) == f"签收：{case.number} {case.title}"
        assert event["URL"].endswith(f"/cases/{case.id}")
    assert event["DTSTART"].params["VALUE"] == "DATE"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == dt.timedelta(hours=-15)
    calendar = Calendar.from_ical(answer.data)
    assert (calendar["VERSION"], calendar["X-WR-TIMEZONE"]) == ("2.0", "Asia/Shanghai")
    assert calendar.errors == []


def test_a_calendar_holds_the_cases_that_one_leads_and_watches(
    app: Flask, cast: Cast, enter: Enter, assigned: Journey
) -> None:
    with app.app_context():
        watch_case(cast.actor("assigner"), case_id=assigned.case_id)
    for who in ("deputy1", "assigner"):
        uids = [event["UID"] for event in events(visitor(app).get(feed_address(enter(who))))]
        assert f"case-{assigned.case_id}@duban" in uids
    assert events(visitor(app).get(feed_address(enter("jyt_clerk")))) == []


def test_of_a_restricted_case_the_calendar_says_nothing_but_that(
    app: Flask, cast: Cast, enter: Enter, assigned: Journey
) -> None:
    with app.app_context():
        case = db.session.get_one(Case, assigned.case_id)
        case.confidentiality, title, number = "restricted", case.title, str(case.number)
        db.session.commit()
    path = feed_address(enter("slt_clerk"))
    answer = visitor(app).get(path)
    assert title not in answer.text and number not in answer.text and "签收" not in answer.text
    for event in events(answer):
        assert str(event["SUMMARY"]) == "受限案件"


def test_a_calendar_is_revoked_replaced_and_asked_not_too_often(
    app: Flask, cast: Cast, enter: Enter, clock_at: Callable[..., None]
) -> None:
    clerk = enter("slt_clerk")
    first = feed_address(clerk)
    assert visitor(app).get(first).status_code == 200
    again = visitor(app).get(first)
    assert (again.status_code, again.headers["Retry-After"]) == (429, "10")
    clock_at(dt.datetime(2026, 2, 5, 10, 1))
    assert visitor(app).get(first).status_code == 200
    assert first not in clerk.get(PAGE).text
    second = feed_address(clerk)
    assert first != second
    assert visitor(app).get(first).status_code == 404
    clerk.post(f"{PAGE}/feed/revoke")
    assert visitor(app).get(second).status_code == 404
    assert visitor(app).get("/calendar/guess.ics").status_code == 404


def test_a_disabled_account_has_no_calendar(app: Flask, cast: Cast, enter: Enter) -> None:
    path = feed_address(enter("slt_clerk"))
    with app.app_context():
        deactivate_user(system_actor(cast.congress_id), cast.users["slt_clerk"])
    assert visitor(app).get(path).status_code == 404


def test_a_task_that_is_done_leaves_the_calendar(app: Flask, enter: Enter, assigned: Journey) -> None:
    path = feed_address(enter("slt_clerk"))
    with app.app_context():
        gone = assigned.task("sign_for", "slt").id
        assigned.sign_for("slt")
        assert not db.session.get_one(Task, gone).open
    uids = [event["UID"] for event in events(visitor(app).get(path))]
    assert f"task-{gone}@duban" not in uids


WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7a0c-4bc4-97a0"


def test_the_system_administrator_keeps_groups_and_sees_no_address_again(app: Flask) -> None:
    with app.app_context():
        world = build()
        assert "system_admin" in actors.actor_for(world.users["north-system"]).roles
    client = signed_in(app, "north-system")
    form = {
        "organization_id": str(world.department_id),
        "kind": "wecom",
        "title": "教育厅督办群",
        "address": "https://evil.example.org/?key=1",
        "secret": "",
    }
    refused = client.post("/administration/groups", data=form)
    assert refused.status_code == 422
    assert "教育厅督办群" in refused.text and "evil.example.org" not in refused.text
    page = client.post("/administration/groups", data=form | {"address": WECOM}, follow_redirects=True)
    assert "教育厅督办群" in page.text and "693a91f6" not in page.text
    (number,) = set(re.findall(r"/groups/(\d+)/test", page.text))
    page = client.post(f"/administration/groups/{number}/remove", follow_redirects=True)
    assert "还没有工作群" in page.text
    assert set(KINDS) == {"wecom", "dingtalk", "feishu"}
