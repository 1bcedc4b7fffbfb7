"""Which elements of a diagram a worked example goes through: noted while it is played, kept in its folder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from unittest import mock

from engine.definitions.coverage import PASSAGES
from engine.flow.spiff import Running
from engine.flow.steps import Step
from tests.support.scenarios import Scenario

RECORD = "DUBAN_RECORD_PASSAGES"  # set: the file is written, not held against what was played


@contextlib.contextmanager
def noted() -> Iterator[set[str]]:
    """The elements that are entered and the flows that are taken meanwhile, by whatever moves."""
    elements: set[str] = set()
    original = Running.step

    def step(running: Running, caught: bool = False) -> Step:
        made = original(running, caught)
        elements.update(made.entered, made.taken)
        return made

    with mock.patch.object(Running, "step", step):
        yield elements


def recorded(scenario: Scenario) -> list[str]:
    """What the folder says that the example goes through."""
    file = scenario.path.with_name(PASSAGES)
    found: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found.get(scenario.path.stem, [])


def record(scenario: Scenario, elements: Iterable[str]) -> None:
    """Keep it in the folder, one line for each example; those that are gone are dropped."""
    file = scenario.path.with_name(PASSAGES)
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    found[scenario.path.stem] = sorted(elements)
    there = {path.stem for path in scenario.path.parent.glob("[!_]*.toml")}
    lines = [f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found) if name in there]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
