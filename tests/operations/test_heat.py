"""Where the cases of a version stand and how long its tasks take: every token, in figures that can be checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from engine.definitions import catalogue
from engine.flow import live_tokens, tally
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from engine.operations import heat as heating
from engine.operations.access import running_case
from engine.operations.heat import NodeHeat, heat, percentile
from tests.support.cast import assemble, join
from tests.support.journey import Journey


def by_node(actor: Actor) -> dict[str, NodeHeat]:
    found = heat(actor, definition_id=catalogue.current("suggestion").id)
    return {each.node: each for each in found}


def test_tokens_and_tasks_are_counted_where_they_stand_in_the_order_of_the_diagram(
    journey: Journey, keeper: Actor
) -> None:
    journey.draft().submit().accept().assign(slt="separate", czt="separate")
    Journey(journey.cast).draft()
    found = by_node(keeper)
    assert {node: (each.tokens, each.open) for node, each in found.items() if each.open} == {
        "draft": (1, 1),
        "sign_for": (2, 2),
    }
    standing = {node: each.tokens for node, each in found.items() if each.tokens}
    assert standing.items() >= {"catch_withdrawn": 1, "handling": 2, "work": 2, "sign_for": 2}.items()
    assert not any(node.startswith("b_") for node in standing)  # what listens on a border is no place
    assert list(found).index("draft") < list(found).index("sign_for")
    assert found["sign_for"].kind == "userTask" and found["sign_for"].name == "签收"


def test_the_tally_agrees_with_each_case_taken_up(journey: Journey, keeper: Actor) -> None:
    journey.draft().submit().accept().assign(slt="lead", czt="co").sign_for()
    running = running_case(keeper, journey.case_id)
    flow, state = running.folder.flow, running.instance.state
    counted = tally(flow, [state, b"damaged", state])
    tokens = [
        each for each in live_tokens(flow, state) if each.host is None and not flow.nodes[each.node].outside
    ]
    assert {node: count // 2 for node, count in counted.items()}.keys() == {each.node for each in tokens}
    assert counted["draft_reply"] == counted["co_sign_for"] == 2


def test_how_long_tasks_took_and_how_long_open_ones_lie(
    journey: Journey, keeper: Actor, clock_at: Callable[..., None]
) -> None:
    for number, hours in enumerate((24, 48, 96)):
        case = journey if number == 0 else Journey(journey.cast)
        clock_at(dt.datetime(2026, 2, 5, 10))
        case.draft()
        clock_at(dt.datetime(2026, 2, 5, 10) + dt.timedelta(hours=hours))
        case.submit()
    clock_at(dt.datetime(2026, 6, 1, 10))
    found = by_node(keeper)
    assert (found["draft"].done, found["draft"].median, found["draft"].ninth) == (3, 2.0, 4.0)
    assert found["draft"].open == 0 and found["draft"].longest is None
    assert (found["intake"].open, found["intake"].overdue, found["intake"].done) == (3, 3, 0)
    assert found["intake"].longest == 115.0 and found["intake"].median is None
    clock_at(dt.datetime(2027, 3, 1, 10))
    assert "draft" not in by_node(keeper)  # what was done more than a year ago says nothing of today


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [
        ([1.0], 90, 1.0),
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([float(n) for n in range(1, 11)], 90, 9.0),
        ([2.0, 1.0], 100, 2.0),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: int, found: float) -> None:
    assert percentile(values, share) == found


def test_of_very_many_cases_only_tasks_are_counted_and_others_see_nothing(
    journey: Journey, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey.draft()
    monkeypatch.setattr(heating, "MOST_STATES", 0)
    assert {each.tokens for each in by_node(keeper).values()} == {None}
    stranger = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    assert by_node(stranger) == {}
    with pytest.raises(NotAllowed):
        by_node(journey.cast.actor("assigner"))
    with pytest.raises(NotFound):
        heat(keeper, definition_id=999)
