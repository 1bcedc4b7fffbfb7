"""The kinds of work that are shipped, run by themselves in memory: whatever their gateways may be told, by chance.

`python -m tests.flow.kinds` writes a diagram and a state from the midst of a run for each kind that has none yet, as
`states/kinds/<key>.bpmn` and `.state`. What is there is never written anew: later versions of the program must load it.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from engine import capabilities, flow
from engine.definitions.catalogue import PROCESSES
from engine.flow.asking import conditions, values_asked
from tests.flow.driving import NOW

KINDS = Path(__file__).parent / "states" / "kinds"
MOST = 2_000  # steps; by chance all of them end long before


class Walk:
    """One run of a definition in which chance does, says and lets happen whatever can be."""

    def __init__(self, definition: flow.AdmittedDefinition, seed: str) -> None:
        self.definition, self.random, self.now = definition, Random(seed), NOW
        self.functions = {name: lambda _variables: None for name in _functions(definition)}
        acts = capabilities.known()["known_spoken"].flags.values()
        self.types = {name: kind for flags in acts for name, kind in flags.items()}
        asked = conditions(definition.xml, definition.file, dict.fromkeys(definition.names))
        self.texts = values_asked(each.text for each in asked)
        self.lists = definition.names - flow.routing_names(definition)

    def begin(self) -> flow.Step:
        return flow.start(self.definition, self.said(), self.functions, self.now)

    def step(self, state: bytes) -> flow.Step:
        """A task is done; where none is open, a message comes; else the clock moves on."""
        tasks = flow.open_tasks(self.definition, state, self.now)
        messages = flow.awaited(self.definition, state, self.now)
        given = self.definition, state
        if tasks and (not messages or self.random.random() < 0.9):
            key = self.random.choice(tasks).key
            return flow.complete(*given, key, self.said(), self.functions, self.now)
        if messages:
            message = self.random.choice(messages)
            return flow.correlate(*given, message.message, {}, self.functions, self.now, message.task_key)
        due: datetime | None = min(
            (each.due for each in flow.live_tokens(*given) if each.due is not None), default=None
        )
        assert due is not None, "nothing can happen any more"
        self.now = due
        return flow.advance_clock(*given, self.functions, self.now)

    def said(self) -> dict[str, Any]:
        """A value for each name that a condition reads, a short list for each that a loop runs over."""
        return {name: self._value(name) for name in sorted(self.definition.names)}

    def _value(self, name: str) -> Any:
        if name in self.lists:
            return [1, 2]
        if name in self.texts:
            return self.random.choice([*self.texts[name], "other"])
        kind = self.types.get(name)
        return {"number": self.random.randint(0, 3), "text": "other"}.get(
            str(kind), self.random.random() < 0.5
        )


def _functions(definition: flow.AdmittedDefinition) -> set[str]:
    return set(definition.functions).union(*map(_functions, definition.called))


def admitted(path: Path) -> flow.AdmittedDefinition:
    """The definition in a file."""
    return flow.admit(path.read_bytes(), file=path.name)


def shipped() -> list[str]:
    """The keys of the kinds of work that come with the program."""
    return sorted(path.parent.name for path in PROCESSES.glob("*/process.toml"))


def states_of(definition: flow.AdmittedDefinition, seed: str) -> list[bytes]:
    """The states of one run, from its beginning to the last before its end."""
    walk, states = Walk(definition, seed), []
    step = walk.begin()
    while not step.completed:
        assert len(states) < MOST
        states.append(step.state)
        step = walk.step(step.state)
    return states


def main() -> None:
    """Write the state with the most under way, of the longest of some runs, for each kind that has none."""
    KINDS.mkdir(exist_ok=True)
    for key in shipped():
        if (KINDS / f"{key}.state").exists():
            continue
        drawn = PROCESSES / key / f"{key}.bpmn"
        definition = admitted(drawn)
        states = max((states_of(definition, f"{key} {seed}") for seed in range(20)), key=len)
        fullest = max(states, key=lambda state: len(flow.live_tokens(definition, state)))
        (KINDS / f"{key}.bpmn").write_bytes(drawn.read_bytes())
        (KINDS / f"{key}.state").write_bytes(fullest)
        print(key, len(states), len(fullest))


if __name__ == "__main__":
    main()
