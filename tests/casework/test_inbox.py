"""The inbox: every filter, every page, every badge, in the order of due dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from engine.casework.readings import inbox, inbox_counts
from engine.casework.readings.inbox import Filters
from tests.support.cast import Cast
from tests.support.journey import Journey

Clock = Callable[[dt.datetime], None]


@pytest.fixture
def three(cast: Cast, clock_at: Clock) -> list[Journey]:
    """Three cases at the desk of the water department, assigned on three days."""
    cases = []
    for day in (5, 10, 12):
        clock_at(dt.datetime(2026, 2, day, 10, 0))
        cases.append(Journey(cast).draft(title=f"第{day}日的100%建议").submit().accept().assign().sign_for())
    return cases


def found(cast: Cast, filters: Filters = Filters(), who: str = "slt_clerk") -> list[int]:  # noqa: B008
    return [row.case_id for row in inbox.todo(cast.actor(who), filters).rows]


def test_the_earliest_due_stands_first(cast: Cast, three: list[Journey]) -> None:
    assert found(cast) == [case.case_id for case in three]


def test_a_page_goes_on_where_the_last_one_ended(cast: Cast, three: list[Journey]) -> None:
    actor = cast.actor("slt_clerk")
    first = inbox.todo(actor, Filters(), limit=2)
    assert first.next is not None
    day, task_id = first.next
    second = inbox.todo(actor, Filters(), after=(dt.date.fromisoformat(day), task_id), limit=2)
    assert [row.case_id for row in (*first.rows, *second.rows)] == [case.case_id for case in three]
    assert second.next is None


@pytest.mark.parametrize(
    ("filters", "places"),
    [
        (Filters(node="draft_reply"), [0, 1, 2]),
        (Filters(node="sign_reply"), []),
        (Filters(process_key="suggestion"), [0, 1, 2]),
        (Filters(process_key="motion"), []),
        (Filters(text="第10日"), [1]),
        (Filters(text="100%"), [0, 1, 2]),
        (Filters(text="10_%"), []),
        (Filters(due="overdue"), []),
        (Filters(due="week"), []),
        (Filters(due="none"), []),
        (Filters(mine=True), []),
        (Filters(process_key="suggestion", node="draft_reply", text="第12日"), [2]),
    ],
)
def test_a_filter_narrows(cast: Cast, three: list[Journey], filters: Filters, places: list[int]) -> None:
    assert found(cast, filters) == [three[place].case_id for place in places]


def test_the_filters_by_due_date_follow_the_day(cast: Cast, three: list[Journey], clock_at: Clock) -> None:
    due = [row.due_on for row in inbox.todo(cast.actor("slt_clerk"), Filters()).rows]
    clock_at(dt.datetime.combine(due[1], dt.time(10)))
    assert found(cast, Filters(due="overdue")) == [three[0].case_id]
    assert found(cast, Filters(due="today")) == [three[1].case_id]
    assert set(found(cast, Filters(due="week"))) == {three[1].case_id, three[2].case_id}
    counts = inbox_counts.counts(cast.actor("slt_clerk"))
    assert (counts.todo, counts.overdue, counts.soon, counts.watched) == (3, 1, 2, 0)
    steps = inbox_counts.by_step(cast.actor("slt_clerk"))
    assert steps == {"draft_reply": {"起草答复": 3}}


def test_nobody_sees_what_lies_elsewhere(cast: Cast, three: list[Journey]) -> None:
    assert found(cast, who="czt_clerk") == []
    assert inbox_counts.counts(cast.actor("czt_clerk")).todo == 0
    assert inbox_counts.by_step(cast.actor("czt_clerk")) == {}


def test_a_deputy_finds_what_is_addressed_to_him(cast: Cast) -> None:
    case = Journey(cast).draft()
    assert found(cast, who="deputy1") == [case.case_id]
    assert found(cast, who="deputy2") == []
