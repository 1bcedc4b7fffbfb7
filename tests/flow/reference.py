"""A small token interpreter that follows chapters 10 and 13 of BPMN 2.0.2, written without a look at the engine.

It keeps tokens on sequence flows, work in activities and watches for events, and knows nothing of specs,
trees or saved states. Conditions are Python here, so that even their evaluation is not shared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any

from tests.flow.drawing import DEFAULT, EACH, FIRST, Drawn, Model, Wire

TIME = re.compile(r"(?:(R\d*)/)?PT(\d+)H")
NUMBERS = count()
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway")
GATHERING = GATEWAYS[1:]  # they wait for tokens on several flows
THROWN = ("intermediateThrowEvent", "endEvent", "sendTask")


class Raised(Exception):
    """An error of the process that a function raises."""

    def __init__(self, code: str) -> None:
        self.code = code


class Unhandled(Exception):
    """Nobody handles an error: the step must not happen."""


@dataclass(eq=False)
class Scope:
    model: Model
    data: dict[str, Any]
    owner: Work | None = None
    tokens: list[Wire] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    terminated: bool = False
    resets: dict[str, list[Wire]] = field(default_factory=dict)  # complex gateways that wait for reset
    over: bool = False


@dataclass(eq=False)
class Work:
    """An activity that is going on (`whole` is the loop it belongs to), or an event that is at work."""

    node: Drawn
    scope: Scope
    data: dict[str, Any]
    whole: Work | None = None
    instances: list[Work] = field(default_factory=list)
    left: list[Any] = field(default_factory=list)
    inner: Scope | None = None
    rounds: int = 0
    many: int = 0  # how many instances there are to be, how many have completed, and how many were terminated
    completed: int = 0
    terminated: int = 0
    undoing: list[Done] = field(default_factory=list)
    undone_for: Work | None = None
    runs: list[Done] = field(default_factory=list)
    number: int = field(default_factory=lambda: next(NUMBERS))


@dataclass(eq=False)
class Done:
    """A completed activity and the data it was completed with; of a subprocess also its inside, kept as it was."""

    node: Drawn
    scope: Scope
    data: dict[str, Any]
    inner: Scope | None
    began: int
    order: int


@dataclass(eq=False)
class Watch:
    """An event that is waited for: on the border of `work`, by the event `work` itself, or on a level.

    On a level it is an event subprocess that is to begin.
    """

    node: Drawn
    scope: Scope
    work: Work | None = None
    since: datetime = field(kw_only=True)
    times_passed: int = 0
    heard: set[int] = field(default_factory=set)
    were_true: set[int] = field(default_factory=set)

    @property
    def start(self) -> Drawn:
        """The event itself: of an event subprocess its start event."""
        return start_of(self.node.inside) if self.node.inside else self.node

    @property
    def triggers(self) -> list[tuple[str, str]]:
        return self.start.triggers

    def place(self, kind: str, name: str) -> int | None:
        """Which of its triggers this is, unless it has already been heard."""
        for place, (k, n) in enumerate(self.triggers):
            if place not in self.heard and k == kind and n in (name, ""):
                return place
        return None

    def hears(self, kind: str, name: str) -> bool:
        return self.place(kind, name) is not None

    @property
    def due(self) -> datetime | None:
        for place, (kind, text) in enumerate(self.triggers):
            if kind == "timer" and place not in self.heard:
                times, period = TIME.fullmatch(text).groups()
                limit = {None: 1, "R": float("inf")}.get(times) or int(times[1:])
                if self.times_passed < limit:
                    return self.since + timedelta(hours=int(period)) * (self.times_passed + 1)
        return None


def start_of(model: Model) -> Drawn:
    return next(node for node in model.nodes.values() if node.kind == "startEvent")


class Reference:
    def __init__(
        self,
        model: Model,
        variables: dict[str, Any],
        functions: Mapping[str, Any],
        now: datetime,
        rules: Mapping[str, Any] = MappingProxyType({}),
        begin: str | None = None,
    ) -> None:
        self.functions = functions
        self.rules = rules
        self.now = now
        self.ended: list[str] = []
        self.thrown: list[str] = []
        self.signals: list[str] = []
        self.escalated: list[str] = []
        self.root = Scope(model, deepcopy(variables))
        self._enter_level(self.root, begin)
        self._run()

    @property
    def completed(self) -> bool:
        return self.root.over

    # What can be done from outside ------------------------------------------------------------

    def open(self) -> list[Work]:
        return [
            work
            for work in self._works(self.root)
            if work.node.kind == "userTask" and not self._is_whole(work)
        ]

    def complete(self, work: Work, variables: dict[str, Any]) -> None:
        work.data.update(deepcopy(variables))
        self._done(work)
        self._run()

    def handles(self, work: Work, code: str) -> bool:
        """Whether anything would take on an error that ends this work."""
        return self._handler(work, "error", code) is not None

    def fail(self, work: Work, code: str) -> None:
        """Somebody's work is ended by an error."""
        self._raise(work.scope, work, code)
        self._run()

    def message(self, name: str) -> bool:
        heard = [watch for watch in self._watches() if watch.hears("message", name)]
        for watch in heard:
            if self._watching(watch) and watch.hears("message", name):
                self._occur(watch, watch.place("message", name))
                self._run()
        return bool(heard)

    def advance(self, now: datetime) -> bool:
        """Let everything happen that is due by now, in the order of time."""
        self.now, passed = now, False
        while due := [watch for watch in self._watches() if watch.due is not None and watch.due <= now]:
            watch = min(due, key=lambda watch: watch.due)
            place = next(n for n, (kind, _) in enumerate(watch.triggers) if kind == "timer")
            watch.times_passed += 1
            passed = True
            self._occur(watch, place)
            self._run()
        return passed

    def next_due(self) -> datetime | None:
        return min((watch.due for watch in self._watches() if watch.due is not None), default=None)

    def signal(self, name: str) -> bool:
        heard = self._broadcast(name)
        self._run()
        return heard

    def awaited(self, kind: str) -> list[str]:
        return sorted(
            name
            for watch in self._watches()
            for place, (k, name) in enumerate(watch.triggers)
            if k == kind and place not in watch.heard
        )

    # Looking ----------------------------------------------------------------------------------

    def _works(self, scope: Scope) -> list[Work]:
        found: list[Work] = []
        for work in scope.works:
            found.append(work)
            for each in [work, *work.instances]:
                if each is not work:
                    found.append(each)
                if each.inner is not None:
                    found.extend(self._works(each.inner))
        return found

    def _alive(self, work: Work) -> bool:
        return work in self._works(self.root)

    def _watches(self) -> list[Watch]:
        return [watch for scope in self._scopes(self.root) for watch in scope.watches]

    def _watching(self, watch: Watch) -> bool:
        return watch in self._watches()

    @staticmethod
    def _is_whole(work: Work) -> bool:
        node = work.node
        return work.whole is None and (node.collection is not None or _is_repeated(node))

    # Moving -----------------------------------------------------------------------------------

    def _run(self) -> None:
        for _ in range(2_000):
            if not self._advance(self.root):
                return
        raise RuntimeError("a loop in which nobody is asked")

    def _advance(self, scope: Scope) -> bool:
        """One thing that can happen, innermost last; inclusive joins only when nothing else can."""
        return self._conditions() or self._simple(scope) or self._inclusive(scope)

    def _conditions(self) -> bool:
        """A condition has to become true; it can do so again only when it has been false (10.5.5)."""
        for watch in self._watches():
            for place, (kind, text) in enumerate(watch.triggers):
                if kind != "condition":
                    continue
                data = watch.work.data if watch.work else watch.scope.data
                if not eval(text, {}, dict(data)):
                    watch.were_true.discard(place)
                elif place not in watch.were_true:
                    watch.were_true.add(place)
                    if place not in watch.heard:
                        self._occur(watch, place)
                        return True
        return False

    def _scopes(self, scope: Scope) -> list[Scope]:
        inner = [work.inner for work in self._works(scope) if work.inner is not None]
        return [scope, *inner]

    def _simple(self, root: Scope) -> bool:
        for scope in self._scopes(root):
            for wire in scope.tokens:
                target = scope.model.nodes[wire.target]
                incoming = [w for w in scope.model.wires if w.target == target.id]
                if len(incoming) > 1 and target.kind in GATHERING:
                    if target.kind == "complexGateway" and self._starts(scope, target, incoming):
                        return True
                    if target.kind == "parallelGateway" and self._joins(scope, target, incoming):
                        return True
                elif self._enters(scope, target):
                    return True
        return False

    def _joins(self, scope: Scope, node: Drawn, incoming: list[Wire]) -> bool:
        if not all(w in scope.tokens for w in incoming):
            return False
        self._take(scope, incoming)
        self._leave(scope, node, scope.data)
        return True

    def _enters(self, scope: Scope, node: Drawn) -> bool:
        """A node that takes one token, or as many as its start quantity says, from whichever flows."""
        arrived = [w for w in scope.tokens if w.target == node.id][: node.start]
        if len(arrived) < node.start:
            return False
        self._take(scope, arrived)
        self._visit(scope, node)
        return True

    def _starts(self, scope: Scope, node: Drawn, incoming: list[Wire]) -> bool:
        """A complex gateway that waits for start, and may."""
        filled = [w for w in incoming if w in scope.tokens]
        names = {**scope.data, "activationCount": len(filled)}
        if node.id in scope.resets or not eval(node.activation or "", {}, names):
            return False
        self._take(scope, filled)
        scope.resets[node.id] = filled
        self._leave(scope, node, {**scope.data, "waitingForStart": True})
        return True

    def _resets(self, scope: Scope, node: Drawn) -> bool:
        """A complex gateway that waits for reset, and to which nothing more can come."""
        used = scope.resets[node.id]
        incoming = [w for w in scope.model.wires if w.target == node.id]
        late = [w for w in incoming if w in scope.tokens and w not in used]
        empty = [w for w in incoming if w not in used and w not in late]
        if self._is_awaited(scope, node, empty, used + late):
            return False
        self._take(scope, late)
        del scope.resets[node.id]
        self._leave(scope, node, {**scope.data, "waitingForStart": False})
        return True

    def _is_awaited(self, scope: Scope, node: Drawn, empty: list[Wire], filled: list[Wire]) -> bool:
        places = [w.target for w in scope.tokens if w.target != node.id]
        places += [work.node.id for work in scope.works]
        return any(
            self._comes(scope, p, empty, node.id) and not self._comes(scope, p, filled, node.id)
            for p in places
        )

    def _inclusive(self, root: Scope) -> bool:
        for scope in self._scopes(root):
            for node in scope.model.nodes.values():
                if node.id in scope.resets and self._resets(scope, node):
                    return True
                incoming = [w for w in scope.model.wires if w.target == node.id]
                filled = [w for w in incoming if w in scope.tokens]
                if node.kind != "inclusiveGateway" or len(incoming) < 2 or not filled:
                    continue
                if self._is_awaited(scope, node, [w for w in incoming if w not in filled], filled):
                    continue
                self._take(scope, filled)
                self._leave(scope, node, scope.data)
                return True
        return False

    def _comes(self, scope: Scope, place: str, wires: list[Wire], gateway: str) -> bool:
        """Whether a token at `place` can come to one of the wires without visiting the gateway."""
        seen, waiting = set(), [place]
        while waiting:
            name = waiting.pop()
            if name in seen or name == gateway:
                continue
            seen.add(name)
            borders = [n.id for n in scope.model.nodes.values() if n.host == name]
            out = [w for w in scope.model.wires if w.source == name]
            if any(w in wires for w in out):
                return True
            linked = scope.model.nodes[name].link if scope.model.nodes[name].kind in THROWN else None
            waiting += [w.target for w in out] + borders
            waiting += [n.id for n in scope.model.nodes.values() if linked and self._catches(n, linked)]
        return False

    @staticmethod
    def _take(scope: Scope, wires: list[Wire]) -> None:
        for wire in wires:
            scope.tokens.remove(wire)

    @staticmethod
    def _catches(node: Drawn, link: str) -> bool:
        return node.kind == "intermediateCatchEvent" and node.link == link

    def _visit(self, scope: Scope, node: Drawn) -> None:
        if node.kind in GATEWAYS or node.kind == "startEvent":
            self._leave(scope, node, scope.data)
        elif node.kind in THROWN and node.link is not None:
            catch = next(n for n in scope.model.nodes.values() if self._catches(n, node.link))
            self._emit(scope, catch.id)
        elif node.kind in THROWN:
            self._throw(scope, node)
        elif node.kind == "serviceTask":
            self._serve(scope, node)
        else:
            self._begin(scope, node)

    def _serve(self, scope: Scope, node: Drawn) -> None:
        work = self._begin(scope, node)
        try:
            work.data.update(self.functions[node.function](deepcopy(work.data)) or {})
        except Raised as raised:
            self._raise(scope, work, raised.code)
        else:
            self._done(work)

    # Activities -------------------------------------------------------------------------------

    def _begin(
        self,
        scope: Scope,
        node: Drawn,
        data: dict[str, Any] | None = None,
        undone_for: Work | None = None,
    ) -> Work:
        work = Work(node, scope, scope.data if data is None else data, undone_for=undone_for)
        scope.works.append(work)
        if node.kind in ("intermediateCatchEvent", "receiveTask"):
            self._watch(node, scope, work)
        if node.kind == "eventBasedGateway":
            for wire in [w for w in scope.model.wires if w.source == node.id]:
                self._watch(scope.model.nodes[wire.target], scope, work)
        for event in scope.model.nodes.values():
            if event.host == node.id:
                self._watch(event, scope, work)
        self._set_out(work)
        return work

    def _set_out(self, work: Work) -> None:
        node = work.node
        if _is_repeated(node):
            if node.before and not self._again(work):
                self._finish(work)
            else:
                self._run_once_more(work)
        elif node.collection is None:
            self._go(work)
        else:
            work.left = list(work.data[node.collection])
            work.many = len(work.left)
            self._next_instances(work)

    def _watch(self, node: Drawn, scope: Scope, work: Work | None = None) -> None:
        scope.watches.append(Watch(node, scope, work, since=self.now))

    def _next_instances(self, work: Work) -> None:
        if not work.left and not work.instances:
            self._finish(work)
            return
        count = 1 if work.node.sequential else len(work.left)
        if work.node.sequential and work.instances:
            return
        items, work.left = work.left[:count], work.left[count:]
        begun = []
        for item in items:
            data = deepcopy(work.data)
            data[work.node.item] = item
            begun.append(Work(work.node, work.scope, data, whole=work))
        work.instances += begun
        for instance in begun:
            self._go(instance)

    def _again(self, work: Work) -> bool:
        """Whether a standard loop goes on: asked with the number of its runs so far."""
        node = work.node
        if node.maximum is not None and work.rounds >= node.maximum:
            return False
        return node.repeat is None or eval(node.repeat, {}, {**work.data, "loopCounter": work.rounds})

    def _run_once_more(self, work: Work) -> None:
        work.rounds += 1
        run = Work(work.node, work.scope, work.data, whole=work)
        work.instances.append(run)
        self._go(run)

    def _go(self, work: Work) -> None:
        node = work.node
        if node.kind == "businessRuleTask":
            work.data[node.result or ""] = self.rules[node.rule](work.data)
            self._done(work)
        elif node.called is not None and work.inner is None:
            work.inner = Scope(node.called, _mapped(node.into, work.data), work)
            self._enter_level(work.inner)
        if work.node.inside is not None and work.inner is None:
            work.inner = Scope(work.node.inside, work.data, work)
            self._enter_level(work.inner)

    def _enter_level(self, scope: Scope, begin: str | None = None) -> None:
        for node in scope.model.nodes.values():
            if node.by_event and start_of(node.inside).compensation is None:
                self._watch(node, scope)
        if begin is None:
            self._emit(scope, start_of(scope.model).id)
        else:
            self._open(scope, scope.model.nodes[begin])

    def _open(self, scope: Scope, event: Drawn) -> None:
        """Begin by an event behind a gateway, which is over; a parallel one still waits for the others (10.6.6)."""
        gateways = [w.source for w in scope.model.wires if w.target == event.id]
        for wire in [w for w in scope.model.wires if w.source in gateways and w.target != event.id]:
            if scope.model.nodes[wire.source].awaits_all:
                self._begin(scope, scope.model.nodes[wire.target])
        self._leave(scope, event, scope.data)

    def _done(self, work: Work) -> None:
        if work.whole is None:
            self._finish(work)
            return
        work.whole.instances.remove(work)
        self._remember(work, work.whole.runs)
        if not _is_repeated(work.node):
            self._instance_done(work, work.whole)
        elif self._again(work.whole):
            self._run_once_more(work.whole)
        else:
            self._finish(work.whole)

    def _instance_done(self, work: Work, whole: Work) -> None:
        """Throw what the behaviour says, then see whether that was enough (13.3.7).

        What was terminated has not completed (13.5.6).
        """
        if work.inner is not None and work.inner.terminated:
            whole.terminated += 1
            self._next_instances(whole)
            return
        whole.completed += 1
        names = {
            **whole.data,
            whole.node.item: work.data[whole.node.item],
            "numberOfInstances": whole.many,
            "numberOfActiveInstances": len(whole.instances),
            "numberOfCompletedInstances": whole.completed,
            "numberOfTerminatedInstances": whole.terminated,
        }
        for kind, name in [
            pair for when, pairs in whole.node.announces if _is_due(when, names) for pair in pairs
        ]:
            self._throw_one(whole, kind, name)
            if not self._alive(whole):
                return
        if whole.node.enough is not None and eval(whole.node.enough, {}, names):
            whole.left, whole.instances = [], []
        self._next_instances(whole)

    def _finish(self, work: Work) -> None:
        self._stop(work)
        if work.undone_for is not None:
            self._resume(work.undone_for)
            return
        if not self._is_whole(work):
            self._remember(work, work.scope.done)
        work.scope.done += work.runs
        self._leave(work.scope, work.node, work.data)

    @staticmethod
    def _stop(work: Work) -> None:
        work.scope.works.remove(work)
        work.scope.watches = [watch for watch in work.scope.watches if watch.work is not work]

    def _leave(self, scope: Scope, node: Drawn, data: dict[str, Any]) -> None:
        out = [w for w in scope.model.wires if w.source == node.id]
        plain = [w for w in out if w.condition != DEFAULT]
        true = [w for w in plain if w.condition is None or eval(w.condition, {}, dict(data))]
        if node.kind == "exclusiveGateway":
            true = true[:1]
        scope.tokens += (true or [w for w in out if w.condition == DEFAULT]) * node.completion
        self._close(scope)

    def _emit(self, scope: Scope, node: str) -> None:
        scope.tokens += [w for w in scope.model.wires if w.source == node]

    def _close(self, scope: Scope) -> None:
        if scope.over or scope.tokens or scope.resets:
            return
        if any(not work.node.by_event for work in scope.works):
            return
        scope.watches.clear()  # completing: no new event subprocess begins (13.5.4)
        if scope.works:
            return
        scope.over = True
        if scope.owner is not None:
            if scope.owner.node.called is not None:
                scope.owner.data.update(_mapped(scope.owner.node.out, scope.data))
            self._done(scope.owner)

    # Events -----------------------------------------------------------------------------------

    def _throw(self, scope: Scope, node: Drawn) -> None:
        """Throw all in order; go on, or end, unless a handler has interrupted this very event."""
        if node.kind == "endEvent":
            self.ended.append(node.id)
        work = Work(node, scope, scope.data)
        scope.works.append(work)
        for kind, name in node.triggers:
            if not self._alive(work):
                return
            self._throw_one(work, kind, name)
        if not self._alive(work):
            return
        if work.undoing or node.cancel is not None:
            self._resume(work)
        elif node.terminate:
            scope.terminated = True
            scope.resets.clear()
            scope.tokens.clear()
            scope.works.clear()
            scope.watches.clear()
            self._close(scope)
        else:
            self._finish(work)

    def _throw_one(self, work: Work, kind: str, name: str) -> None:
        if kind == "message":
            self.thrown.append(name)
        elif kind == "signal":
            self.signals.append(name)
            self._broadcast(name)
        elif kind == "error":
            self._raise(work.scope, work, name)
        elif kind == "cancel":
            scope = work.scope
            scope.resets.clear()
            scope.tokens.clear()
            scope.watches.clear()
            scope.works[:] = [work]
            work.undoing = self._take_done(work, "")
        elif kind == "compensation":
            work.undoing = self._take_done(work, name)
        elif kind == "escalation":
            handler = self._handler(work, kind, name)
            if handler is None:
                self.escalated.append(name)
            else:
                self._occur(handler, handler.place(kind, name))

    def _broadcast(self, name: str) -> bool:
        heard = [watch for watch in self._watches() if watch.hears("signal", name)]
        for watch in heard:
            if self._watching(watch):
                self._occur(watch, watch.place("signal", name))
        return bool(heard)

    def _raise(self, scope: Scope, work: Work, code: str) -> None:
        handler = self._handler(work, "error", code)
        if handler is None:
            raise Unhandled(code)
        self._occur(handler, handler.place("error", code))

    def _handler(self, thrower: Work, kind: str, code: str) -> Watch | None:
        """The nearest enclosing one; one that names the code before one that takes any (10.5.1, 10.5.6).

        What an event subprocess throws does not begin that event subprocess again: it may be thrown on.
        """
        work: Work | None = thrower
        while work is not None:
            activity, heard = work.whole or work, [w for w in work.scope.watches if w.hears(kind, code)]
            heard.sort(key=lambda w: (kind, code) not in w.triggers)
            border = [w for w in heard if w.work is activity]
            beside = [w for w in heard if w.work is None and w.node is not work.node]
            if border or beside:
                return (border or beside)[0]
            work = work.scope.owner
        return None

    def _occur(self, watch: Watch, place: int) -> None:
        if watch.start.together:
            watch.heard.add(place)
            if len(watch.heard) < len(watch.triggers):
                return
            # One that goes on listening waits for all of them anew.
            watch.heard, watch.since, watch.times_passed = set(), self.now, 0
        if watch.work is None:
            self._handle(watch)
        elif watch.node.kind == "boundaryEvent":
            self._cross(watch)
        elif watch.node is watch.work.node:
            self._done(watch.work)
        else:  # one of those that an event-based gateway waits for
            self._stop(watch.work)
            self._leave(watch.scope, watch.node, watch.scope.data)

    def _cross(self, watch: Watch) -> None:
        if watch.node.interrupting:
            self._stop(watch.work)
        self._emit(watch.scope, watch.node.id)
        self._close(watch.scope)

    def _handle(self, watch: Watch) -> None:
        """Begin an event subprocess; if it interrupts, all else on its level is over."""
        scope = watch.scope
        if start_of(watch.node.inside).interrupting:
            scope.resets.clear()
            scope.tokens.clear()
            scope.works.clear()
            scope.watches.clear()
        self._begin(scope, watch.node)

    # Compensation -----------------------------------------------------------------------------

    @staticmethod
    def _handler_of(node: Drawn, model: Model) -> Drawn | None:
        """The activity to which the compensation event on the border is associated."""
        borders = [n for n in model.nodes.values() if n.host == node.id and n.undone_by]
        return model.nodes[borders[0].undone_by] if borders else None

    @staticmethod
    def _undoes_itself(node: Drawn) -> Drawn | None:
        inside = node.inside.nodes.values() if node.inside else ()
        found = [n for n in inside if n.by_event and start_of(n.inside).compensation is not None]
        return found[0] if found else None

    def _remember(self, work: Work, done: list[Done]) -> None:
        """Only what was completed, and can be undone: by a handler, or by what is in it (13.5.5)."""
        if work.inner is not None and work.inner.terminated:
            return
        inside = work.inner is not None and work.node.inside is not None and work.inner.done
        if self._handler_of(work.node, work.scope.model) or self._undoes_itself(work.node) or inside:
            began = (work.whole or work).number
            done.append(Done(work.node, work.scope, deepcopy(work.data), work.inner, began, next(NUMBERS)))

    @staticmethod
    def _take_done(work: Work, name: str) -> list[Done]:
        """What the thrower can see: its level and, from an event subprocess, the level around it."""
        scope, found = work.scope, []
        while True:
            found += [done for done in scope.done if name in ("", done.node.id)]
            scope.done = [done for done in scope.done if done not in found]
            if scope.owner is None or not scope.owner.node.by_event:
                return found
            scope = scope.owner.scope

    def _resume(self, thrower: Work) -> None:
        """Undo what was completed last of what is left; when nothing is left, go on."""
        if thrower not in self._works(self.root):
            return
        if thrower.undoing:
            done = self._last(thrower.undoing)
            thrower.undoing.remove(done)
            self._undo(done, thrower)
        elif thrower.node.cancel is not None:
            self._cross(next(watch for watch in self._watches() if self._cancels(watch, thrower)))
        else:
            self._finish(thrower)

    def _last(self, undoing: list[Done]) -> Done:
        """The last completed of those that nothing else still depends on (13.5.5)."""
        free = [done for done in undoing if not any(self._led_to(done, other) for other in undoing)]
        return max(free, key=lambda done: done.order)

    @staticmethod
    def _led_to(done: Done, other: Done) -> bool:
        """Whether an event on the border of the one, while it went on, led to the other and nothing else did."""
        wires, begun = done.scope.model.wires, done.began < other.began < done.order
        borders = {n.id for n in done.scope.model.nodes.values() if n.host == done.node.id}

        def beyond(names: set[str]) -> set[str]:
            found: set[str] = set()
            while names:
                names = {w.target for w in wires if w.source in names} - found
                found |= names
            return found

        return begun and other.node.id in beyond(borders) - beyond({done.node.id})

    @staticmethod
    def _cancels(watch: Watch, thrower: Work) -> bool:
        return watch.work is thrower.scope.owner and watch.node.cancel is not None

    def _undo(self, done: Done, thrower: Work) -> None:
        scope = done.scope
        own = deepcopy(done.data) if done.node.collection is not None else scope.data
        handler = self._handler_of(done.node, scope.model)
        if handler is not None:
            self._begin(scope, handler, own, thrower)
            return
        again = Work(done.node, scope, own, undone_for=thrower)
        scope.works.append(again)
        again.inner = Scope(done.node.inside, own, again, done=done.inner.done)
        for each in again.inner.done:
            each.scope = again.inner
        by_event = self._undoes_itself(done.node)
        if by_event is not None:
            self._begin(again.inner, by_event, own, again)
        else:
            again.undoing, again.inner.done = again.inner.done, []
            self._resume(again)


def _is_repeated(node: Drawn) -> bool:
    return node.repeat is not None or node.maximum is not None


def _is_due(when: str, names: dict[str, Any]) -> bool:
    if when in (EACH, FIRST):
        return when == EACH or names["numberOfCompletedInstances"] == 1
    return bool(eval(when, {}, names))


def _mapped(pairs: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
    """What the pairs make of the data: each target by its expression, or everything as it is."""
    if pairs == {"*": "*"}:
        return deepcopy(data)
    return {target: deepcopy(eval(text, {}, dict(data))) for target, text in pairs.items()}
