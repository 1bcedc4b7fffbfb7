"""Every indicator against journeys counted by hand, and every list against its figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from engine.foundation import clock
from engine.foundation.errors import NotAllowed, NotFound
from engine.statistics import counting, lists
from engine.statistics.cuts import CUTS
from engine.statistics.scopes import Scope
from models import Case, db
from tests.support.cast import Cast
from tests.support.journey import Journey

KIND = "suggestion"
ALL = Scope(KIND)


def handled(cast: Cast, **units: str) -> Journey:
    """A suggestion in the hands of units."""
    return Journey(cast).draft().submit().accept().assign(**units)


@pytest.fixture
def told(cast: Cast, clock_at: Callable[..., None]) -> dict[str, Journey]:
    """Seven suggestions of the fifth of February, and what had become of them in June."""
    found = {
        "declined": Journey(cast).draft().submit(),
        "unassigned": Journey(cast).draft().submit().accept(),
        "unsigned": handled(cast),
        "satisfied": handled(cast, slt="lead", czt="co"),
        "redone": handled(cast),
        "late": handled(cast, slt="separate", jyt="separate"),
        "silent": handled(cast, jyt="lead"),
    }
    found["declined"].do(
        "intake",
        "intake",
        result="declined",
        reason_code="judicial",
        explanation="涉案",
        confidentiality="internal",
    )
    found["declined"].do("reviewer", "intake_review", decision="confirmed")
    clock_at(dt.datetime(2026, 3, 2, 10, 0))
    first = found["satisfied"].sign_for().sign_for("czt", "co_sign_for")
    first.do("czt_clerk", "co_opinion", "czt", position="agree", text="同意，资金由我厅统筹安排落实。")
    first.contact().reply().evaluate("satisfied")
    again = found["redone"].sign_for().contact().reply().evaluate("dissatisfied").redo()
    again.contact().reply().evaluate("basically_satisfied")
    found["silent"].sign_for("jyt").contact("jyt").reply("jyt")
    found["late"].sign_for().sign_for("jyt").contact()
    clock_at(dt.datetime(2026, 6, 1, 10, 0))
    found["late"].reply()
    return found


# By hand: (numerator, denominator) of the seven above, on the first of June 2026.
EXPECTED: dict[str, tuple[int, int | None]] = {
    "received": (7, None),
    "accepted": (6, None),
    "declined": (1, None),
    "closed": (2, None),  # satisfied, redone
    "assigned_share": (5, 6),
    "shared_share": (2, 5),
    "handed": (7, None),
    "as_lead": (4, None),
    "as_co": (1, None),
    "as_separate": (2, None),
    "signed_for_share": (6, 7),  # all but «unsigned»
    "replied": (4, None),  # satisfied, redone, silent, late (one of two)
    "contact_share": (4, 4),
    "met_share": (0, 4),
    "replied_share": (4, 6),  # six answering units, due on the sixth of May
    "in_time_share": (3, 6),
    "grade_A": (0, 4),
    "grade_B": (4, 4),
    "grade_C": (0, 4),
    "satisfied_share": (1, 2),  # «silent» and «late» were not evaluated: left out
    "content_share": (2, 2),
    "attitude_share": (2, 2),
    "redo_share": (1, 4),
    "improved_share": (1, 1),
}


def test_every_indicator_is_as_counted_by_hand(cast: Cast, told: dict[str, Journey]) -> None:
    figures = counting.totals(cast.actor("assigner"), ALL)
    found = {key: (figure.part, figure.whole) for key, figure in figures.items()}
    assert {key: found[key] for key in EXPECTED} == EXPECTED
    assert {each.key for each in counting.known(KIND)} == set(found)


def test_by_unit_the_parts_add_up_to_the_whole(cast: Cast, told: dict[str, Journey]) -> None:
    actor = cast.actor("assigner")
    rows = {row.value: row.figures for row in counting.table(actor, ALL, "unit")}
    slt, jyt = (rows[cast.organizations[code]] for code in ("slt", "jyt"))
    assert (slt["in_time_share"].part, slt["in_time_share"].whole) == (2, 4)
    assert (jyt["in_time_share"].part, jyt["in_time_share"].whole) == (1, 2)
    whole = counting.totals(actor, ALL)
    for key in slt:
        assert sum(figures[key].part for figures in rows.values()) == whole[key].part, key


def test_every_list_has_exactly_the_length_of_its_figure(cast: Cast, told: dict[str, Journey]) -> None:
    actor = cast.actor("assigner")
    known = counting.known(KIND)
    for cut in ("", *CUTS):
        rows = (
            {None: counting.totals(actor, ALL)}
            if not cut
            else {row.value: row.figures for row in counting.table(actor, ALL, cut)}
        )
        for value, figures in rows.items():
            for each in known:
                for side, number in (
                    (("part", figures[each.key].part), ("whole", figures[each.key].whole))
                    if (each.key in figures)
                    else ()
                ):
                    if number is None:
                        continue
                    wish = lists.Wish(each.key, side, cut, "" if value is None else str(value))
                    behind = lists.listed(actor, ALL, wish)
                    assert behind.count == number == len(behind.lines) + behind.hidden, (wish, value)


def test_restricted_cases_are_counted_and_listed_only_for_those_who_may_open_them(
    cast: Cast, told: dict[str, Journey]
) -> None:
    db.session.get_one(Case, told["silent"].case_id).confidentiality = "restricted"
    db.session.commit()
    mine = lists.listed(cast.actor("slt_head"), ALL, lists.Wish("replied"))
    assert (mine.count, mine.hidden) == (3, 0)
    assert counting.own(cast.actor("slt_head"), ALL)["replied"].part == 3
    assert counting.totals(cast.actor("slt_head"), ALL)["replied"].part == 4


def test_units_see_their_own_and_the_totals_deputies_the_totals_only(
    cast: Cast, told: dict[str, Journey]
) -> None:
    head, deputy = cast.actor("jyt_head"), cast.actor("deputy1")
    own = counting.own(head, ALL)
    assert (own["in_time_share"].part, own["in_time_share"].whole) == (1, 2)
    assert "received" not in own
    assert [row.value for row in counting.table(head, ALL, "unit")] == [cast.organizations["jyt"]]
    with pytest.raises(NotAllowed):
        counting.totals(head, Scope(KIND, unit_id=cast.organizations["slt"]))
    with pytest.raises(NotAllowed):
        lists.listed(head, ALL, lists.Wish("received"))
    assert counting.totals(deputy, ALL)["received"].part == 7
    assert counting.own(deputy, ALL) == {}
    for wish in ("received", "replied"):
        with pytest.raises(NotAllowed):
            lists.listed(deputy, ALL, lists.Wish(wish))
    with pytest.raises(NotAllowed):
        counting.table(deputy, ALL, "unit")


def test_a_number_that_nobody_shows_is_not_found(cast: Cast) -> None:
    actor = cast.actor("assigner")
    for wish in (
        lists.Wish("nonsense"),
        lists.Wish("received", "whole"),
        lists.Wish("received", "part", "unit"),
        lists.Wish("received", "part", "nonsense"),
        lists.Wish("received", "middle"),
    ):
        with pytest.raises(NotFound):
            lists.listed(actor, ALL, wish)
    with pytest.raises(NotFound):
        counting.totals(actor, Scope("nonsense"))


def test_nothing_counted_is_a_dash_and_not_zero(cast: Cast) -> None:
    figures = counting.totals(cast.actor("assigner"), ALL)
    assert figures["satisfied_share"].text == "—"
    assert figures["received"].text == "0"


def test_a_reply_on_the_evening_of_the_due_day_is_in_time(cast: Cast, clock_at: Callable[..., None]) -> None:
    journey = handled(cast)
    clock_at(dt.datetime(2026, 5, 6, 9, 0))
    journey.sign_for().contact()
    clock_at(dt.datetime(2026, 5, 6, 23, 30))  # the sixth of May, the last day: UTC says 15:30
    journey.reply()
    clock_at(dt.datetime(2026, 5, 7, 0, 30))
    late = handled(cast)
    figures = counting.totals(cast.actor("assigner"), ALL)
    assert (figures["in_time_share"].part, figures["in_time_share"].whole) == (1, 1)
    assert late.case.assigned_at is not None
    assert clock.today() == dt.date(2026, 5, 7)
