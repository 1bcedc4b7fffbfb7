"""Every scenario of every process folder ends as it says."""

from __future__ import annotations

import os
from typing import Any

import pytest

from engine.definitions import catalogue
from engine.definitions.folder import load
from tests.support.cast import Cast
from tests.support.passages import RECORD, record, recorded
from tests.support.performance import VERBS, performed
from tests.support.scenarios import Scenario, scenarios

ALL = scenarios()


def _marked(scenario: Scenario) -> Any:
    """One kind of work stands for all in the quick tests."""
    quick = scenario.process_key == "suggestion"
    return pytest.param(scenario, id=scenario.name, marks=() if quick else pytest.mark.slow)


@pytest.mark.parametrize("scenario", [_marked(each) for each in ALL])
def test_the_worked_example_ends_as_it_says(scenario: Scenario, cast: Cast) -> None:
    with performed(scenario, cast) as performance:
        performance.check()
        assert performance.tasks_told.with_a_hole() == set()
    # Who gets a step is told, but for the desks that look at their list all day.
    assert performance.tasks_told.untold <= set(scenario.setting.get("own_desk", ()))
    if os.environ.get(RECORD):
        record(scenario, performance.passed)
    assert recorded(scenario) == sorted(performance.passed), f"record them: {RECORD}=1 pytest {__file__}"


def test_the_worked_examples_pass_every_task_and_action() -> None:
    folders = {key: load(files) for key, files in catalogue.shipped().items()}
    every = set().union(*(folder.tasks for folder in folders.values()))
    for key, folder in folders.items():
        steps = [step for each in ALL if each.process_key == key for step in each.content["steps"]]
        done = [step for step in steps if "refused" not in step]
        tasks = {step["task"] for step in done if "task" in step and "does" not in step}
        # A case may go on as one of another kind.
        assert set(folder.tasks) <= tasks <= every
        assert {step["action"] for step in done if "action" in step} == set(folder.actions)


def test_the_worked_examples_do_whatever_the_language_of_scenarios_can_say() -> None:
    steps = [step for each in ALL for step in each.content["steps"]]
    assert {step["does"] for step in steps if "does" in step and "refused" not in step} == set(VERBS)


def test_every_kind_of_work_has_worked_examples() -> None:
    assert {each.process_key for each in ALL} == set(catalogue.shipped())
