"""The calendar page: a year to read, a change shown with its consequences before it is made, the calculator."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.periods import calendar_changes
from engine.deadlines import calendars
from engine.people import grants
from models import AuditEvent, CalendarYear, Congress, db
from tests.deadlines.rows import day
from tests.people.world import World, build
from tests.webui.visitors import signed_in


@pytest.fixture
def world(app: Flask, clock_at: Callable[[dt.datetime], None]) -> World:
    clock_at(dt.datetime(2026, 12, 1, 9))
    with app.app_context():
        made = build()
        db.session.execute(sa.update(Congress).values(rule_pack="shanxi"))
        db.session.commit()
        security = made.actor("north-security")
        user, office = made.users["north-new"], made.office_id
        grants.grant_role(security, user, organization_id=office, role="process_admin")
        return made


def test_everybody_in_the_house_reads_the_year_and_only_the_office_may_change_it(
    app: Flask, world: World
) -> None:
    reader = signed_in(app, "north-officer").get("/calendars")
    assert reader.status_code == 200
    assert "2026" in reader.text and "国庆节" in reader.text and "已确认" in reader.text
    assert "修改某一天" not in reader.text
    assert "修改某一天" in signed_in(app, "north-new").get("/calendars?year=2027").text
    english = signed_in(app, "north-new").get("/calendars/2027?lang=en").text
    assert "reckoned from the statutory holidays" in english and "required for a day off" in english
    refused = signed_in(app, "north-officer").post(
        "/calendars/day", data={"day": "2027-03-01", "kind": "restday", "name": "庙会"}
    )
    assert refused.status_code == 403


def test_a_year_out_of_range_and_an_unknown_change_are_not_found(app: Flask, world: World) -> None:
    office = signed_in(app, "north-new")
    assert office.get("/calendars/1800").status_code == 404
    assert office.post("/calendars/feast", data={}).status_code == 404


def test_a_day_is_previewed_then_changed_and_shown(app: Flask, world: World) -> None:
    office = signed_in(app, "north-new")
    form = {"day": "2027-03-01", "kind": "restday", "name": "庙会"}
    shown = office.post("/calendars/day/preview", data=form)
    assert shown.status_code == 200 and "在办案件的到期日都不会变动。" in shown.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(CalendarYear.id))) == 0
    assert office.post("/calendars/day", data=form).status_code == 302
    assert "庙会" in office.get("/calendars/2027").text
    assert "本级人大的日历" in office.get("/calendars/2027").text
    with app.app_context():
        assert "calendar:day_set" in db.session.scalars(sa.select(AuditEvent.action)).all()


def test_what_is_missing_is_said_beside_its_field(app: Flask, world: World) -> None:
    office = signed_in(app, "north-new")
    answer = office.post("/calendars/day/preview", data={"day": "2027-03-01", "kind": "restday", "name": ""})
    assert answer.status_code == 422 and "请写明这一天的名称" in answer.text
    answer = office.post("/calendars/day/preview", data={"day": "soon", "kind": "restday", "name": "x"})
    assert answer.status_code == 422
    answer = office.post("/calendars/confirmation/preview", data={"year": "2027", "source": ""})
    assert answer.status_code == 422 and "请写明依据的通知" in answer.text
    answer = office.post("/calendars/confirmation", data={"year": "2026", "source": "通知"})
    assert answer.status_code == 409 and "已经确认" in answer.text


def test_a_year_is_confirmed(app: Flask, world: World) -> None:
    office = signed_in(app, "north-new")
    data = {"year": "2027", "source": "国办发明电〔2026〕9号"}
    assert office.post("/calendars/confirmation/preview", data=data).status_code == 200
    assert office.post("/calendars/confirmation", data=data).location.endswith("/calendars/2027")
    page = office.get("/calendars/2027").text
    assert "国办发明电〔2026〕9号" in page and "暂估" not in page


def test_a_year_is_imported_from_pasted_lines_or_a_file(app: Flask, world: World) -> None:
    office = signed_in(app, "north-new")
    lines = "日期,安排,名称\n2027-02-06,休,春节\n2027-02-14,班,春节调休上班\n"
    pasted = office.post("/calendars/import/preview", data={"text": lines, "source": "通知"})
    assert pasted.status_code == 200 and "2027-02-14,班" in pasted.text
    data = {"file": (io.BytesIO(lines.encode("utf-8-sig")), "2027.csv"), "source": "通知"}
    assert office.post("/calendars/import", data=data).status_code == 302
    with app.app_context():
        assert not calendars.read_calendar(world.congress_id).is_workday(day("2027-02-06"))
    wrong = office.post("/calendars/import", data={"text": "2027-02-06,也许，春节", "source": "通知"})
    assert wrong.status_code == 422 and "第1行看不懂" in wrong.text
    longest = f"2027-02-06,休,{'节' * 500}"
    assert office.post("/calendars/import", data={"text": longest, "source": "通知"}).status_code == 302
    longer = office.post("/calendars/import?lang=en", data={"text": f"{longest}节", "source": "通知"})
    assert longer.status_code == 422
    assert "The name in line 1 cannot be kept. At most 500 characters; there are 501." in longer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("start=2026-02-05&rule=answer", "2026年5月6日"),
        ("start=2026-02-05&length=3m", "2026年5月6日"),
        ("start=2027-03-30&length=-30d", "2027年2月26日"),
        ("start=2026-02-05&rule=answer&lang=en", "it moves to the next working day, 6 May 2026"),
    ],
)
def test_the_calculator_counts_and_says_how(app: Flask, world: World, query: str, said: str) -> None:
    answer = signed_in(app, "north-officer").get(f"/deadline?{query}")
    assert answer.status_code == 200 and said in answer.text


@pytest.mark.parametrize("query", ["start=2026-02-05", "start=x&length=3m", "start=2026-02-05&length=3y"])
def test_the_calculator_says_what_it_cannot_count(app: Flask, world: World, query: str) -> None:
    assert signed_in(app, "north-officer").get(f"/deadline?{query}").status_code == 422


def test_a_preview_leaves_nothing_behind(app: Flask, world: World) -> None:
    with app.app_context():
        actor = world.actor("north-new")
        change = {"day": day("2027-03-01"), "kind": "restday", "name": "庙会"}
        found = calendar_changes.preview(calendar_changes.set_day, actor, **change)
        assert (found.year, found.shifts) == (2027, ())
        assert calendars.calendar_of(actor.congress_id).is_workday(day("2027-03-01"))
