"""The weeks ahead: what is due when, what is drafted, what is finished, and the cases behind each number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.foundation.errors import NotAllowed
from engine.statistics.forecast import WEEKS, Outlook, first_week, outlooks, owed
from models import Clock, db
from tests.support.cast import Cast
from tests.support.journey import Journey


def of(cast: Cast, unit: str, who: str = "assigner") -> Outlook:
    """The outlook of one unit as somebody sees it."""
    return next(each for each in outlooks(cast.actor(who)) if each.unit_id == cast.organizations[unit])


@pytest.fixture
def handed_over(cast: Cast) -> Journey:
    """A suggestion of the fifth of February: replies due on 6 May, the co-opinion on 5 March."""
    return Journey(cast).draft().submit().accept().assign(slt="lead", czt="co")


def test_every_period_lies_in_the_week_of_its_due_date(cast: Cast, handed_over: Journey) -> None:
    assert first_week(dt.date(2026, 2, 5)) == dt.date(2026, 2, 2)
    lead, co = of(cast, "slt"), of(cast, "czt")
    # 6 May lies in the fourteenth week from 2 February on, beyond the twelve.
    assert (lead.running, lead.later, lead.overdue) == (1, 1, 0)
    assert len(co.weeks) == WEEKS
    assert {week.begins: week.co_opinions for week in co.weeks if week.due} == {dt.date(2026, 3, 2): 1}


def test_what_is_late_is_overdue_and_what_is_due_today_is_not(
    cast: Cast, handed_over: Journey, clock_at: Callable[..., None]
) -> None:
    clock_at(dt.datetime(2026, 5, 6, 10, 0))
    lead = of(cast, "slt")
    assert (lead.overdue, lead.weeks[0].answers) == (0, 1)
    clock_at(dt.datetime(2026, 5, 7, 0, 30))
    lead = of(cast, "slt")
    assert (lead.overdue, lead.weeks[0].answers) == (1, 0)
    behind = owed(cast.actor("assigner"), cast.organizations["slt"], None)
    assert [(line.case_id, due_on) for line, due_on in behind.lines] == [
        (handed_over.case_id, dt.date(2026, 5, 6))
    ]


def test_drafts_and_the_mean_of_finished_work_stand_beside_it(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    first = Journey(cast).draft().submit().accept().assign().sign_for().contact()
    second = Journey(cast).draft().submit().accept().assign().sign_for().contact()
    first.do("slt_clerk", "draft_reply", "slt", **first.answers())
    second.reply()
    unit = of(cast, "slt")
    assert (unit.running, unit.drafted, unit.mean_finished) == (1, 1, Decimal("0.1"))  # one in eight weeks
    clock_at(dt.datetime(2026, 4, 10, 10, 0))
    assert of(cast, "slt").mean_finished == Decimal("0.0")


def test_every_number_of_every_unit_has_its_cases(cast: Cast, handed_over: Journey) -> None:
    for number in range(5):
        Journey(cast).draft().submit().accept().assign(jyt="lead", slt="co")
        newest = sa.select(sa.func.max(Clock.id)).where(Clock.key == "answer")
        db.session.get_one(Clock, db.session.scalar(newest)).due_on = dt.date(2026, 2, 1 + 6 * number)
    db.session.commit()
    actor = cast.actor("assigner")
    for each in outlooks(actor):
        spans = [(None, each.overdue), *((week.begins, week.due) for week in each.weeks)]
        for begins, count in spans:
            behind = owed(actor, each.unit_id, begins)
            assert behind.count == count == len(behind.lines) + behind.hidden, (each.unit, begins)


def test_units_see_their_own_weeks_and_deputies_none(cast: Cast, handed_over: Journey) -> None:
    assert [each.unit_id for each in outlooks(cast.actor("czt_head"))] == [cast.organizations["czt"]]
    with pytest.raises(NotAllowed):
        owed(cast.actor("czt_head"), cast.organizations["slt"], None)
    for seeing in (lambda actor: outlooks(actor), lambda actor: owed(actor, 1, None)):
        with pytest.raises(NotAllowed):
            seeing(cast.actor("deputy1"))
