"""Scenarios: worked examples that lie in process folders, played by the cast and looked at in the end."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from engine.definitions import catalogue

SHARED = "_answers.toml"
SETTING = (
    "_setting.toml"  # the people, organs and meetings that the cast lacks, for all scenarios of a folder
)


@dataclass(frozen=True)
class Scenario:
    """One worked example of one kind of work."""

    process_key: str
    path: Path
    content: Mapping[str, Any]
    shared: Mapping[str, Mapping[str, Any]]
    setting: Mapping[str, Any]

    @property
    def name(self) -> str:
        """How a test is called after it."""
        return f"{self.process_key}/{self.path.stem}"


def scenarios(processes: Path = catalogue.PROCESSES) -> list[Scenario]:
    """Every scenario of every process folder."""
    return [
        Scenario(
            path.parents[1].name,
            path,
            _read(path),
            _read(path.with_name(SHARED)),
            _read(path.with_name(SETTING)),
        )
        for path in sorted(processes.glob("*/scenarios/*.toml"))
        if not path.name.startswith("_")
    ]


def _read(path: Path) -> dict[str, Any]:
    return _parsed(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def _parsed(text: str) -> dict[str, Any]:
    """What a file says; many modules ask for every scenario while the tests are collected, and nobody changes one."""
    return tomllib.loads(text)


def begun(scenario: Scenario, task: str) -> Scenario:
    """A scenario up to the first time that a task of it goes through, that included."""
    steps = scenario.content["steps"]
    end = next(
        place for place, step in enumerate(steps, 1) if step.get("task") == task and "refused" not in step
    )
    return replace(scenario, content={**scenario.content, "steps": steps[:end]})
