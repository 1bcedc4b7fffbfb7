"""The supervisors' lists: each part of a case stands where it belongs, and every figure counts its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask_sqlalchemy import SQLAlchemy

from engine.supervision.readings import LISTS, totals, watched
from tests.support.cast import Cast, assemble
from tests.support.journey import Journey


@pytest.fixture
def cast(database: SQLAlchemy, clock_at: Callable[..., None]) -> Cast:
    """The cast, on the fifth of February 2026, between sessions."""
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    return assemble()


@pytest.fixture
def standing(cast: Cast, clock_at: Callable[..., None]) -> dict[str, Journey]:
    """On the seventh of May: a late one, one due within the week, one that was ill received, one proposed as key."""

    def at_work() -> Journey:
        return Journey(cast).draft().submit().accept().assign().sign_for().contact()

    late = at_work()
    clock_at(dt.datetime(2026, 2, 11, 10, 0))
    soon = at_work()
    clock_at(dt.datetime(2026, 4, 28, 10, 0))
    ill = at_work().reply().evaluate("dissatisfied").redo()
    well = at_work().reply().evaluate("dissatisfied").redo().contact().reply()
    well.evaluate("satisfied")
    key = at_work()
    key.act("assigner", "propose_key", grounds="major", reason="群众普遍关注。")
    clock_at(dt.datetime(2026, 5, 7, 10, 0))

    return {"late": late, "soon": soon, "dissatisfied": ill, "proposed": key}


def test_each_part_of_a_case_is_where_it_belongs_and_is_counted_there(
    standing: dict[str, Journey], cast: Cast
) -> None:
    who = cast.actor("assigner")
    found = {which: [each.case_id for each in watched(who, which)] for which in LISTS}
    for which, journey in standing.items():
        assert found[which] == [journey.case_id], which
    numbers = totals(who)
    assert {which: numbers[which] for which in LISTS} == {which: len(ids) for which, ids in found.items()}
    assert numbers["all"] == 4


def test_a_unit_narrows_figures_and_lists_alike(standing: dict[str, Journey], cast: Cast) -> None:
    who = cast.actor("assigner")
    assert totals(who, cast.organizations["slt"]) == totals(who)
    assert set(totals(who, cast.organizations["jyt"]).values()) == {0}
    assert watched(who, "late", cast.organizations["jyt"]) == []


def test_the_ladder_is_climbed_rung_by_rung_and_ends_with_the_council(
    standing: dict[str, Journey], cast: Cast
) -> None:
    who, late = cast.actor("assigner"), standing["late"]
    said = {"reason": "请抓紧办理。"}
    rungs: list[tuple[str, dict[str, str]]] = [
        ("urge", said),
        ("issue_card", {**said, "colour": "red"}),
        (
            "talk",
            {"held_on": "2026-05-07", "persons": "厅长", "summary": "听取进展。", "demands": "一周内见面。"},
        ),
        ("escalate", {**said, "measures": "催办、约谈。"}),
    ]
    for rung, answers in rungs:
        (line,) = watched(who, "late")
        assert (line.next, line.may) == (rung, True)
        (read,) = watched(cast.actor("router"), "late")
        assert (read.next, read.may) == (rung, False)  # the government office looks on
        late.act("assigner", rung, "slt", **answers)
    (line,) = watched(who, "late")
    assert (line.last, line.next) == ("escalate", "")
    late.act("assigner", "urge", "slt", **said)
    (line,) = watched(who, "late")
    assert line.red and line.next == "talk"  # the red card stands; none is to be given again
