"""Activities carried out several times: once for each item of a list, a number of times, or while a condition holds.

The activity as a whole is one token, and each run of it is another one below it; what waits on the border waits on the
whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from engine.flow.behaviours import Announcement
from engine.flow.expressions import parse
from engine.flow.loops import MAX_INSTANCES, Loop
from engine.flow.repetitions import COUNTER, StandardLoop
from engine.flow.spiff_throwing import throw
from engine.flow.spiff_tokens import Token, Variables
from engine.flow.variables import copied
from engine.foundation.language import SaidError, _


class Repeated(Protocol):
    """How an activity is carried out several times."""

    def begin(self, spec: Any, token: Token) -> bool | None:
        """Set out; True when there is nothing to do."""

    def ended(self, spec: Any, child: Token) -> None:
        """One run is over: go on, or complete the whole."""


@dataclass(frozen=True)
class ManyInstances:
    """Multi-instance: each instance works on a copy of the variables."""

    loop: Loop
    announcements: tuple[Announcement, ...] = ()

    def begin(self, spec: Any, token: Token) -> bool | None:
        loop = self.loop
        items = self._items(token.data)
        token.internal_data.update(n=len(items), done=0, rest=items)
        if loop.results is not None:
            token.internal_data["out"] = [None] * len(items)
        if not items:
            self._close(token)
            return True
        self._spawn(spec, token)
        return None

    def _items(self, variables: Variables) -> list[Any]:
        loop = self.loop
        text = loop.collection or loop.cardinality or ""
        value = parse(text).evaluate(variables)
        if loop.cardinality is not None:
            if type(value) is not int or value < 0:
                raise SaidError(_("“{text}”得出的不是实例的个数。"), text=text)
            value = list(range(min(value, MAX_INSTANCES + 1)))
        if not isinstance(value, list):
            raise SaidError(_("“{text}”得出的不是列表。"), text=text)
        if len(value) > MAX_INSTANCES:
            raise SaidError(_("“{text}”要求的实例超过{limit}个。"), text=text, limit=MAX_INSTANCES)
        return list(value)

    def _spawn(self, spec: Any, token: Token) -> None:
        state = token.internal_data
        count = 1 if self.loop.sequential else len(state["rest"])
        first = state["n"] - len(state["rest"])
        items, state["rest"] = state["rest"][:count], state["rest"][count:]
        for offset, item in enumerate(items):
            child = token.workflow.spawn(spec, parent=token)
            child.internal_data["of"] = first + offset
            # A copy each: what one instance writes, its neighbours and the process around it do not see.
            child.data = copied(token.data)
            if self.loop.item is not None:
                child.data[self.loop.item] = copied(item)
            spec.begin(child)

    def ended(self, spec: Any, child: Token) -> None:
        token = child.parent
        state = token.internal_data
        state["done"] += 1
        if self.loop.result is not None:
            state["out"][child.internal_data["of"]] = copied(child.data.get(self.loop.result))
        child.workflow.remove(child)
        is_completed = child.inside is not None
        if not is_completed:
            state["terminated"] = state.get("terminated", 0) + 1
        if is_completed and not self._announce(token, child):
            return  # whoever has heard it has interrupted the whole
        if state["done"] < state["n"] and not (is_completed and self._is_enough(token, child)):
            if self.loop.sequential:
                self._spawn(spec, token)
            return
        for other in list(token.children):
            token.workflow.cancel(other)
        self._close(token)
        token.complete()

    def _announce(self, token: Token, child: Token) -> bool:
        """Throw what is to be thrown now that one instance has completed; False when that interrupts the whole."""
        if not self.announcements:
            return True
        is_first = token.internal_data["done"] - token.internal_data.get("terminated", 0) == 1
        names = self._names(token, child)
        # All conditions are asked before anything is thrown, and so of the same state of affairs.
        thrown = [each for each in self.announcements if _is_due(each, is_first, names)]
        return throw(token, [trigger for each in thrown for trigger in each.triggers]) is True

    def _is_enough(self, token: Token, child: Token) -> bool:
        condition = self.loop.condition
        return condition is not None and parse(condition).holds(self._names(token, child))

    def _names(self, token: Token, child: Token) -> Variables:
        """What a condition may read when an instance completes: beside the variables of the process the attributes
        of the whole, the list of results as far as it goes, and the item and result of this instance (13.3.7).
        """
        state = token.internal_data
        names = {**token.data}
        if self.loop.results is not None:
            names[self.loop.results] = state["out"]
        for name in (self.loop.item, self.loop.result):
            if name is not None:
                names[name] = child.data.get(name)
        terminated = state.get("terminated", 0)
        return names | {
            "numberOfInstances": state["n"],
            "numberOfCompletedInstances": state["done"] - terminated,
            "numberOfActiveInstances": len(token._children),
            "numberOfTerminatedInstances": terminated,
        }

    def _close(self, token: Token) -> None:
        if self.loop.results is not None:
            token.data[self.loop.results] = token.internal_data["out"]


def _is_due(announcement: Announcement, is_first: bool, names: Variables) -> bool:
    if announcement.condition is not None:
        return parse(announcement.condition).holds(names)
    return is_first or not announcement.first


@dataclass(frozen=True)
class Repetition:
    """The standard loop: one run after the other, all on the variables of the process."""

    loop: StandardLoop

    def begin(self, spec: Any, token: Token) -> bool | None:
        token.internal_data["runs"] = 0
        if self.loop.test_before and not self._again(token):
            return True
        self._run(spec, token)
        return None

    def ended(self, spec: Any, child: Token) -> None:
        token = child.parent
        child.workflow.remove(child)
        if self._again(token):
            self._run(spec, token)
        else:
            token.complete()

    def _run(self, spec: Any, token: Token) -> None:
        token.internal_data["runs"] += 1
        child = token.workflow.spawn(spec, parent=token)
        child.internal_data["run"] = token.internal_data["runs"]
        spec.begin(child)

    def _again(self, token: Token) -> bool:
        runs = token.internal_data["runs"]
        if self.loop.maximum is not None and runs >= self.loop.maximum:
            return False
        condition = self.loop.condition
        return condition is None or parse(condition).holds({**token.data, COUNTER: runs})
