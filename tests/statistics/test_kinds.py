"""The figures of every kind of work, counted by hand over its worked examples, and every list against its figure."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.definitions.kind_statistics import GENERAL, PERIOD, STATES
from engine.statistics import conditions, counting, lists
from engine.statistics.indicators import DECLARED
from engine.statistics.labels import labels, titles
from engine.statistics.outcomes import POPULATIONS
from engine.statistics.scopes import Scope
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import scenarios

KINDS: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")
)
TODAY = dt.datetime(2027, 4, 1, 10, 0)


def played(kind: str, examples: list[str], cast: Cast) -> Cast:
    """The examples one after another, in the setting of the first."""
    by_name = {each.path.stem: each for each in scenarios() if each.process_key == kind}
    for place, name in enumerate(examples):
        scenario = replace(by_name[name], setting={}) if place else by_name[name]
        with performed(scenario, cast) as performance:
            cast = performance.cast
    return cast


def written(figure: counting.Figure) -> list[Any]:
    """A figure as kinds.toml has it."""
    if figure.days:
        return [figure.part, str(figure.median)]
    return [figure.part] if figure.whole is None else [figure.part, figure.whole]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_figures_of_a_kind_are_as_counted_by_hand(
    cast: Cast, clock_at: Callable[..., None], kind: str
) -> None:
    expected = {key: figure for key, figure in KINDS[kind].items() if key != "examples"}
    cast = played(kind, KINDS[kind]["examples"], cast)
    clock_at(TODAY)
    actor, scope = cast.actor("assigner"), Scope(kind)
    figures = counting.totals(actor, scope)
    assert {key: written(figure) for key, figure in figures.items()} == expected
    for each in counting.known(kind):
        for side, number in (("part", figures[each.key].part), ("whole", figures[each.key].whole)):
            if number is not None:
                behind = lists.listed(actor, scope, lists.Wish(each.key, side), limit=1000)
                assert behind.count == number == len(behind.lines) + behind.hidden, (each.key, side)
    folders = counting.versions(kind)
    for cut in titles(folders):
        rows = counting.table(actor, scope, cut)
        assert labels(cut, [row.value for row in rows], folders).keys() == {row.value for row in rows}
        for key in rows[0].figures:
            assert sum(row.figures[key].part for row in rows) == figures[key].part, (cut, key)


def test_every_kind_but_suggestions_has_figures_of_its_own() -> None:
    own = {key for key, files in shipped().items() if load(files).statistics is not None}
    assert own == set(shipped()) - {"suggestion"} == set(KINDS)


def test_what_folders_may_name_is_what_the_room_can_count() -> None:
    assert {each.key for declare in DECLARED for each in declare(())} == set(GENERAL)
    assert {of: set(states) for of, states in STATES.items() if states} == {
        of: set(states) for of, states in conditions.STATES.items()
    }
    assert set(STATES) | {f"case_{PERIOD}"} <= set(POPULATIONS)
