"""Votes at a browser: under the day on which they were held, and with the meeting that sat then."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.foundation import clock
from models import Ballot, Meeting, User, db
from tests.support.cast import Cast
from tests.support.performance import Performance
from tests.support.scenarios import scenarios
from tests.support.web import Visitor

pytestmark = pytest.mark.slow

VOTED_TWICE = next(each for each in scenarios() if each.name == "work_report/dissatisfied")


def test_a_vote_stands_under_its_day_and_with_the_meeting_that_sat(
    app: Flask, cast: Cast, enter: Callable[[str], Visitor]
) -> None:
    performance = Performance(VOTED_TWICE, cast)
    with app.app_context(), performance.days:
        performance.play()
        db.session.execute(sa.update(User).values(password_set_at=clock.now()))  # none is too old by then
        db.session.commit()
        statement = sa.select(Meeting.name).outerjoin_from(Ballot, Meeting).order_by(Ballot.id)
        sat = list(db.session.scalars(statement.where(Ballot.node == "vote")))
        heard_in = db.session.scalar(sa.select(Meeting.id).where(Meeting.ordinal == 20))

        office = enter("meetings")
        case = office.get(f"/cases/{performance.case_id}").text
        shown = re.findall(r'<time datetime="[^"]*">([^<]*)</time><span>满意度测评', case)
        heard = office.get(f"/meetings/{heard_in}").text
    assert sat == [None, "省十四届人大常委会第二十二次会议"], "on 10 July nobody sat"
    assert sorted(shown) == [*["2026年7月10日"] * 2, *["2026年9月10日"] * 2], (
        "as a vote, and beside its report"
    )
    assert "关于全省地下水超采治理情况的报告" in heard and "满意度测评：" not in heard
