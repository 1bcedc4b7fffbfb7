"""Every indicator against journeys counted by hand, and every list against its figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from engine.foundation import clock
from engine.foundation.errors import NotAllowed, NotFound
from engine.publication.figures import figures_of
from engine.statistics import counting, lists
from engine.statistics.cuts import CUTS
from engine.statistics.scopes import Scope, latest
from models import Case, Meeting, db
from tests.support.cast import Cast
from tests.support.journey import Journey

pytestmark = pytest.mark.slow

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
    figures = counting.totals(cast.actor("assigner"), ALL)
    assert figures["in_time_share"].whole == 0  # the day is the unit's until midnight
    journey.reply()
    clock_at(dt.datetime(2026, 5, 7, 0, 30))
    late = handled(cast)
    figures = counting.totals(cast.actor("assigner"), ALL)
    assert (figures["in_time_share"].part, figures["in_time_share"].whole) == (1, 1)
    assert late.case.assigned_at is not None
    assert clock.today() == dt.date(2026, 5, 7)


def test_what_went_to_another_unit_is_returned_once_and_due_from_the_other(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    journey, _kept = handled(cast), handled(cast)
    asking = {"ground": "not_our_duty", "reason": "依据三定规定，所提事项不属于本单位职责。"}
    journey.act("slt_head", "return_unit", "slt", **asking)
    journey.do("router", "decide_return", "slt", decision="agreed", reason="经核对，同意退回。")
    clock_at(dt.datetime(2026, 2, 20, 10, 0))
    handed_on = {"unit": cast.organizations["jyt"], "instruction": "请抓紧办理。"}
    journey.do("router", "reassign", "slt", **handed_on)
    clock_at(dt.datetime(2026, 5, 7, 10, 0))
    actor = cast.actor("assigner")
    figures = counting.totals(actor, ALL)
    assert (figures["returned_share"].part, figures["returned_share"].whole) == (1, 3)
    assert (figures["mean_returns"].part, figures["mean_returns"].whole) == (1, 2)
    assert figures["mean_returns"].text == "0.50"
    assert (figures["signed_for_share"].part, figures["signed_for_share"].whole) == (0, 2)
    assert figures["shared_share"].part == 0  # one unit after the other is not several
    # Of the two that run, the one that was not returned has been due since the sixth of May.
    assert (figures["replied_share"].part, figures["replied_share"].whole) == (0, 1)
    rows = {row.value: row.figures for row in counting.table(actor, ALL, "unit")}
    slt, jyt = (rows[cast.organizations[code]] for code in ("slt", "jyt"))
    assert (slt["returned_share"].part, jyt["returned_share"].part) == (1, 0)
    assert (slt["replied_share"].whole, jyt["replied_share"].whole) == (1, 0)


def test_cases_handled_together_are_assigned_once_and_evaluate_apart(cast: Cast) -> None:
    main = Journey(cast).draft().submit().accept()
    other = Journey(cast).draft(title="关于另一件相同事项的建议").submit().accept()
    other.act("assigner", "merge", main=main.case.number, reason="内容相同，合并办理。")
    main.assign().sign_for().contact().reply().evaluate("dissatisfied")
    other.do("deputy1", "evaluate_merged", attitude="satisfied", result="satisfied", reasons="")
    figures = counting.totals(cast.actor("assigner"), ALL)
    assert (figures["received"].part, figures["merged"].part) == (2, 1)
    assert (figures["assigned_share"].part, figures["assigned_share"].whole) == (1, 1)
    assert (figures["satisfied_share"].part, figures["satisfied_share"].whole) == (1, 2)
    behind = lists.listed(cast.actor("assigner"), ALL, lists.Wish("satisfied_share"))
    assert [line.case_id for line in behind.lines] == [other.case_id]
    report = figures_of(cast.congress_id, "suggestion", 2026)  # the report on the year says the same
    assert (report["merged"], report["replied"], report["evaluated"]) == (1, 1, [2, 2])
    said = {each["key"]: each["share"] for each in report["satisfaction"]}
    assert (said["satisfied"], said["dissatisfied"]) == ([1, 2], [1, 2])
    late = Journey(cast).draft(title="关于又一件相同事项的建议").submit().accept()
    second = Journey(cast).draft().submit().accept()
    late.act("assigner", "merge", main=second.case.number, reason="内容相同，合并办理。")
    second.assign().sign_for().contact().reply().evaluate("dissatisfied").redo().contact().reply().evaluate()
    late.do("deputy1", "evaluate_merged", attitude="satisfied", result="satisfied", reasons="")
    figures = counting.totals(cast.actor("assigner"), ALL)  # who says it once has not said it again
    assert (figures["improved_share"].part, figures["improved_share"].whole) == (1, 1)
    assert (figures["redo_share"].part, figures["redo_share"].whole) == (1, 2)


def test_the_report_on_a_year_counts_who_was_asked(cast: Cast) -> None:
    third = Journey(cast).draft().submit().accept()
    third.assign().sign_for().contact().reply()
    report = figures_of(cast.congress_id, "suggestion", 2026)
    assert (report["evaluated"], report["merged"], report["withdrawn"]) == ([0, 1], 0, 0)


def test_a_restricted_case_is_counted_for_everybody_and_listed_for_its_circle(cast: Cast) -> None:
    secret, _open = handled(cast), handled(cast)
    db.session.get_one(Case, secret.case_id).confidentiality = "restricted"
    db.session.commit()
    outsider, unit = cast.actor("router"), cast.actor("slt_clerk")
    for actor, hidden in ((outsider, 1), (unit, 0)):
        behind = lists.listed(actor, ALL, lists.Wish("handed"))
        assert (behind.count, behind.hidden, len(behind.lines)) == (2, hidden, 2 - hidden), actor.name


def test_a_year_is_compared_with_the_one_before_only_if_something_is_known_of_it(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    actor = cast.actor("assigner")
    handled(cast)
    assert counting.before(actor, Scope(KIND, year=2026)) == {}
    clock_at(dt.datetime(2027, 3, 2, 10, 0))
    for _number in range(2):
        Journey(cast).draft().submit()
    this_year = Scope(KIND, year=2027)
    assert counting.totals(actor, this_year)["received"].part == 2
    assert counting.before(actor, this_year)["received"].part == 1
    assert counting.before(actor, Scope(KIND)) == {}  # of everything there is no year before


def test_a_session_goes_on_until_the_next_one_opens(cast: Cast, clock_at: Callable[..., None]) -> None:
    actor = cast.actor("assigner")
    clock_at(dt.datetime(2026, 1, 22, 10, 0))
    sitting = Journey(cast).draft().submit()
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    handled(cast)  # between the sessions
    opens, closes = dt.date(2027, 1, 20), dt.date(2027, 1, 27)
    following = Meeting(
        congress_id=cast.congress_id,
        term=14,
        ordinal=5,
        name="省十四届人大五次会议",
        opens_on=opens,
        closes_on=closes,
        counters={},
    )
    db.session.add(following)
    db.session.commit()
    clock_at(dt.datetime(2027, 2, 5, 10, 0))
    Journey(cast).draft().submit()
    first = sitting.case.meeting_id
    assert counting.totals(actor, Scope(KIND, meeting_id=first))["received"].part == 2
    by_sitting = {
        row.value: row.figures for row in counting.table(actor, Scope(KIND, meeting_id=first), "sitting")
    }
    assert {value: figures["received"].part for value, figures in by_sitting.items()} == {
        "in_session": 1,
        "between_sessions": 1,
    }
    assert counting.totals(actor, Scope(KIND, meeting_id=following.id))["received"].part == 1
    assert counting.totals(actor, Scope(KIND, term=14))["received"].part == 3
    assert counting.before(actor, Scope(KIND, meeting_id=following.id))["received"].part == 2
    assert latest(KIND, cast.congress_id).meeting_id == following.id
