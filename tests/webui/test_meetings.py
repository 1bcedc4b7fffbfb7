"""The sessions of a congress on screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from models import AuditEvent, Meeting, db
from tests.support.cast import PASSWORD, Cast, assemble
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


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closes_on": "2027-01-01"}, "闭幕日不能早于开幕日"),
        ({"opens_on": "下月"}, "请填写日期"),
        ({"term": "零"}, "请填写大于零的整数"),
        ({"name": " "}, "请填写会次名称"),
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
