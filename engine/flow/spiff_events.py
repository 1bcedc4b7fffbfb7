"""Events that begin, end, throw, wait, and listen on borders."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.bpmn.specs import defaults

from engine.flow.expressions import parse
from engine.flow.spiff_nodes import NodeSpec
from engine.flow.spiff_throwing import leave_transaction, throw
from engine.flow.spiff_tokens import WAITING, Level, Token
from engine.flow.timers import Timer
from engine.flow.triggers import Trigger


class StartEvent(NodeSpec, defaults.StartEvent):
    pass


class ThrowEvent(NodeSpec, defaults.IntermediateThrowEvent):
    """Throws what it is drawn with, one after the other, and goes on if nothing that hears it interrupts."""

    def _run_hook(self, token: Token) -> bool | None:
        super()._run_hook(token)
        return throw(token, self.triggers)


class EndEvent(NodeSpec, defaults.EndEvent):
    """Throws, and takes its token away; a terminate event takes every other token of its level too."""

    def _run_hook(self, token: Token) -> bool | None:
        top = token.workflow.top_workflow
        top.entered.append(self.name)
        top.ended.append(self.name)
        return throw(token, self.triggers)

    def leave(self, token: Token) -> None:
        token.workflow.top_workflow.depart(self.name)
        kinds = {trigger.kind for trigger in self.triggers}
        if "cancel" in kinds:
            leave_transaction(token)
            return
        if "terminate" in kinds:
            token.workflow.terminate()
        else:
            token.workflow.remove(token)
        self.send(token.workflow, ())


class CatchSpec(NodeSpec):
    """Waits for one of its triggers, or for all of them."""

    all_of_them: bool = False

    def wait(self, token: Token) -> None:
        token._state = WAITING
        if self.timer is not None:
            token.internal_data.update(running(self.timer, token.workflow.top_workflow.now))

    @property
    def timer(self) -> Timer | None:
        return next((trigger.timer for trigger in self.triggers if trigger.timer is not None), None)

    def wait_beside(self, gateway: Token) -> None:
        """Wait for an event-based gateway, beside the other events that it leads to."""
        token = gateway.workflow.spawn(self)
        token.internal_data["race"] = gateway.id
        self.wait(token)

    def awaited(self, token: Token) -> list[Trigger]:
        """The triggers that have not occurred yet."""
        heard = token.internal_data.get("heard", ())
        return [trigger for place, trigger in enumerate(self.triggers) if place not in heard]

    def hearing(self, token: Token, kind: str, name: str | None = None) -> int | None:
        """Which of its triggers an occurrence of this kind and name is, if it is one."""
        if token._state != WAITING:
            return None
        heard = token.internal_data.get("heard", ())
        places = (
            n for n, trigger in enumerate(self.triggers) if n not in heard and trigger.hears(kind, name)
        )
        return next(places, None)

    def heed(self, token: Token) -> list[int]:
        """The triggers whose conditions have become true; each has to be false before it can be again."""
        before = token.internal_data.get("true", [])
        true = [
            place
            for place, trigger in enumerate(self.triggers)
            if trigger.condition is not None and parse(trigger.condition).holds(token.data)
        ]
        risen = [place for place in true if place not in before][:1]  # the next is looked at the next time
        token.internal_data["true"] = [place for place in true if place in before or place in risen]
        if not token.internal_data["true"]:
            del token.internal_data["true"]
        return [place for place in risen if place not in token.internal_data.get("heard", ())]

    def occur(self, token: Token, place: int) -> None:
        """The trigger at this place has occurred."""
        timer = self.triggers[place].timer
        if timer is not None:
            self._pass(token, timer)
        if self.all_of_them:
            token.internal_data.setdefault("heard", []).append(place)
        if not self.all_of_them or not self.awaited(token):
            self.fire(token)

    @staticmethod
    def _pass(token: Token, timer: Timer) -> None:
        """Its time has come: it comes again if it is a cycle, and counts from where it began."""
        state = token.internal_data
        state["passed"] = state.get("passed", 0) + 1
        if timer.times is None or state["passed"] < timer.times:
            since = datetime.fromtimestamp(state["since"] / 1000, token.workflow.top_workflow.now.tzinfo)
            state["due"] = _milliseconds(timer.due(since, state["passed"]))
        else:
            for name in ("due", "since", "passed"):
                state.pop(name, None)

    def fire(self, token: Token) -> None:
        level = token.workflow
        gateway = token.internal_data.pop("race", None)
        if gateway is not None:
            level.top_workflow.depart(level.tasks[gateway].task_spec.name)
            level.top_workflow.entered.append(self.name)
            level.remove(level.tasks[gateway])
        token.complete()

    def again(self, token: Token) -> None:
        """Go on listening after an occurrence that has interrupted nothing, if there can be another."""
        if self.all_of_them:
            del token.internal_data["heard"]
            self.wait(token)
        elif "due" not in token.internal_data and all(trigger.timer is not None for trigger in self.triggers):
            token.workflow.remove(token)  # a duration passes once; a message may come again


class CatchEvent(CatchSpec, defaults.IntermediateCatchEvent):
    def arrive(self, level: Level, entrance: int) -> None:
        if self.triggers[0].kind == "link":
            super().arrive(level, entrance)
        else:
            level.top_workflow.entered.append(self.name)
            self.wait(level.spawn(self))

    def is_inside(self, token: Token) -> bool:
        return "race" not in token.internal_data


class BoundaryEvent(CatchSpec, defaults.BoundaryEvent):
    """Listens on the border of an activity."""

    def listen(self, level: Level, host: Token) -> None:
        token = level.spawn(self)
        token.internal_data["host"] = host.id
        self.wait(token)

    def fire(self, token: Token) -> None:
        level = token.workflow
        level.top_workflow.entered.append(self.name)
        flows = self.choose(token.data)
        if self.cancel_activity:
            level.cancel(level.tasks[token.internal_data["host"]])
        else:
            self.again(token)
        level.top_workflow.depart(self.name)
        self.send(level, flows)


def running(timer: Timer, since: datetime) -> dict[str, int]:
    """What a token keeps of a timer that runs since then."""
    kept = {"due": _milliseconds(timer.due(since))}
    return {**kept, "since": _milliseconds(since)} if timer.repeats else kept


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
