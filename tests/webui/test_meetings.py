"""The sessions of a congress on screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from models import AgendaItem, Attendance, AuditEvent, Meeting, db
from tests.support.cast import PASSWORD, Cast, assemble, join
from tests.webui.visitors import signed_in

FORM = {
    "name": "省十四届人大五次会议",
    "term": "14",
    "ordinal": "5",
    "opens_on": "2027-01-20",
    "closes_on": "2027-01-26",
}


@pytest.fixture
def cast(app: Flask, clock_at: Callable[..., None]) -> Cast:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    with app.app_context():
        return assemble()


def test_a_session_is_registered_once_and_its_days_can_be_corrected(app: Flask, cast: Cast) -> None:
    office = signed_in(app, "assigner@14", PASSWORD)
    for _twice in range(2):
        assert office.post("/meetings", data=FORM).status_code == 302
    office.post("/meetings", data={**FORM, "closes_on": "2027-01-27"})
    with app.app_context():
        meeting = db.session.scalars(sa.select(Meeting).where(Meeting.ordinal == 5)).one()
        assert meeting.closes_on == dt.date(2027, 1, 27)
        convened = sa.select(sa.func.count()).where(AuditEvent.action == "meeting:convened")
        assert db.session.scalar(convened) == 2
    assert FORM["name"] in office.get("/meetings").text


def test_who_convenes_is_told_when_two_months_go_by_without_a_meeting(app: Flask, cast: Cast) -> None:
    office = signed_in(app, "assigner@14", PASSWORD)

    def convene(ordinal: int, day: str) -> str:
        form = {
            **FORM,
            "kind": "standing_committee",
            "name": f"常委会第{ordinal}次会议",
            "ordinal": str(ordinal),
        }
        office.post("/meetings", data={**form, "opens_on": day, "closes_on": day})
        return office.get("/meetings").text

    assert "notice warn" not in office.get("/meetings").text, "nothing to count from"
    shown = convene(20, "2026-01-30")
    assert "应当不迟于2026年3月30日举行" in shown and "第五十一条" in shown
    assert "2026年3月31日开幕，晚于2026年3月30日" in convene(21, "2026-03-31")
    assert "notice warn" not in convene(21, "2026-03-30")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closes_on": "2027-01-01"}, "闭幕日不能早于开幕日"),
        ({"opens_on": "下月"}, "请填写日期"),
        ({"term": "零"}, "请填写大于零的整数"),
        ({"name": " "}, "请填写会次名称"),
        ({"name": "会" * 501}, "不能超过500字"),
        ({"term": str(2**31)}, "数字太大"),
    ],
)
def test_a_session_that_cannot_be_is_refused_with_what_was_typed(
    app: Flask, cast: Cast, change: dict[str, str], sentence: str
) -> None:
    answer = signed_in(app, "assigner@14", PASSWORD).post("/meetings", data={**FORM, **change})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{FORM["ordinal"]}"' in answer.text


def test_a_unit_may_not_convene(app: Flask, cast: Cast) -> None:
    assert signed_in(app, "slt_clerk@14", PASSWORD).post("/meetings", data=FORM).status_code == 403


STANDING = {
    **FORM,
    "kind": "standing_committee",
    "name": "第二十次会议",
    "ordinal": "20",
    "opens_on": "2026-02-02",
    "closes_on": "2026-02-03",
}


def test_the_agenda_is_arranged_and_attendance_written_down_by_those_whose_work_it_is(
    app: Flask, cast: Cast
) -> None:
    with app.app_context():
        join(cast, "meetings", "dgw", "meeting_officer")
        member = join(cast, "deputy1", "dgw", "standing_member").user_id
    office = signed_in(app, "meetings@14", PASSWORD)
    page = office.post("/meetings", data=STANDING).headers["Location"]
    for title in ("听取人事任免案说明", "其他事项"):
        assert office.post(f"{page}/matters", data={"title": title}).status_code == 302
    assert office.post(f"{page}/matters", data={"title": " "}).status_code == 422
    with app.app_context():
        second = db.session.scalars(sa.select(AgendaItem).order_by(AgendaItem.id.desc())).first()
        assert second is not None
        number = second.id
    office.post(f"/meetings/matters/{number}/up")
    shown = office.get(page).text
    assert shown.index("其他事项") < shown.index("听取人事任免案说明")
    office.post(f"/meetings/matters/{number}/drop")
    office.post(f"{page}/attendance", data={f"seat.{member}": "leave"})
    office.post(
        f"{page}/attendance", data={f"seat.{member}": "present", "seat.x": "present", "seat.": "leave"}
    )
    shown = office.get(page).text
    assert "其他事项" not in shown
    assert "应到1，出席1" in shown
    assert "SUMMARY:第二十次会议" in office.get(f"{page}/calendar.ics").text
    reader = signed_in(app, "deputy1@14", PASSWORD)
    assert "听取人事任免案说明" in reader.get(page).text
    assert reader.post(f"{page}/matters", data={"title": "另一项"}).status_code == 403
    assert signed_in(app, "slt_clerk@14", PASSWORD).get(page).status_code == 403


def test_nobody_attends_a_meeting_that_has_not_begun(app: Flask, cast: Cast) -> None:
    with app.app_context():
        join(cast, "meetings", "dgw", "meeting_officer")
        member = join(cast, "deputy1", "dgw", "standing_member").user_id
    office = signed_in(app, "meetings@14", PASSWORD)
    ahead = {**STANDING, "opens_on": "2026-03-02", "closes_on": "2026-03-03"}
    page = office.post("/meetings", data=ahead).headers["Location"]
    assert office.post(f"{page}/attendance", data={f"seat.{member}": "present"}).status_code == 409
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Attendance)) == 0
