"""Every scenario of every process folder ends as it says."""

from __future__ import annotations

import pytest

from engine.definitions import catalogue
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import Scenario, scenarios

ALL = scenarios()


@pytest.mark.parametrize("scenario", ALL, ids=[each.name for each in ALL])
def test_the_worked_example_ends_as_it_says(scenario: Scenario, cast: Cast) -> None:
    with performed(scenario, cast) as performance:
        performance.check()


def test_every_kind_of_work_has_worked_examples() -> None:
    assert {each.process_key for each in ALL} == set(catalogue.shipped())
