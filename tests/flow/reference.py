"""A small token interpreter that follows chapter 13 of BPMN 2.0.2, written without a look at the engine.

It keeps tokens on sequence flows and work in activities, and knows nothing of specs, trees or saved states.
Conditions are Python here, so that even their evaluation is not shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Any

from tests.flow.drawing import DEFAULT, Drawn, Model, Wire

GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway")
GATHERING = GATEWAYS[1:]  # they wait for tokens on several flows


@dataclass(eq=False)
class Scope:
    model: Model
    data: dict[str, Any]
    owner: Work | None = None
    tokens: list[Wire] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    over: bool = False
    resets: dict[str, list[Wire]] = field(default_factory=dict)  # complex gateways that wait for reset


@dataclass(eq=False)
class Work:
    """An activity that is going on (`whole` is the loop it belongs to), or a catching event that waits."""

    node: Drawn
    scope: Scope
    data: dict[str, Any]
    whole: Work | None = None
    instances: list[Work] = field(default_factory=list)
    left: list[Any] = field(default_factory=list)
    inner: Scope | None = None
    rounds: int = 0
    number: int = field(default_factory=count().__next__)


class Reference:
    def __init__(
        self,
        model: Model,
        variables: dict[str, Any],
        functions: Mapping[str, Any],
        rules: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.functions = functions
        self.rules = rules
        self.ended: list[str] = []
        self.root = Scope(model, deepcopy(variables))
        self._enter_level(self.root)
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

    def message(self, name: str) -> bool:
        heard = False
        for work in self._works(self.root):
            if not self._alive(work):
                continue
            if work.node.message == name and not self._is_whole(work) and work.node.kind != "boundaryEvent":
                heard = True
                self._done(work)
                self._run()
                continue
            for event in self._borders(work):
                if event.message == name and self._alive(work):
                    heard = True
                    if event.interrupting:
                        self._stop(work)
                    self._emit(work.scope, event.id)
                    self._close(work.scope)
                    self._run()
        return heard

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

    @staticmethod
    def _is_whole(work: Work) -> bool:
        node = work.node
        return work.whole is None and (node.collection is not None or _is_repeated(node))

    @staticmethod
    def _borders(work: Work) -> list[Drawn]:
        if work.whole is not None:
            return []
        return [node for node in work.scope.model.nodes.values() if node.host == work.node.id]

    # Moving -----------------------------------------------------------------------------------

    def _run(self) -> None:
        for _ in range(2_000):
            if not self._advance(self.root):
                return
        raise RuntimeError("a loop in which nobody is asked")

    def _advance(self, scope: Scope) -> bool:
        """One thing that can happen, innermost last; inclusive joins only when nothing else can."""
        return self._simple(scope) or self._inclusive(scope)

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
            waiting += [w.target for w in out] + borders
        return False

    @staticmethod
    def _take(scope: Scope, wires: list[Wire]) -> None:
        for wire in wires:
            scope.tokens.remove(wire)

    def _visit(self, scope: Scope, node: Drawn) -> None:
        if node.kind in GATEWAYS or node.kind in ("startEvent", "intermediateThrowEvent"):
            self._leave(scope, node, scope.data)
        elif node.kind == "endEvent":
            self.ended.append(node.id)
            if node.terminate:
                scope.tokens.clear()
                scope.works.clear()
                scope.resets.clear()
            self._close(scope)
        elif node.kind == "serviceTask":
            scope.data.update(self.functions[node.function](deepcopy(scope.data)) or {})
            self._leave(scope, node, scope.data)
        else:
            self._begin(scope, node)

    def _begin(self, scope: Scope, node: Drawn) -> None:
        work = Work(node, scope, scope.data)
        scope.works.append(work)
        if _is_repeated(node):
            if node.before and not self._again(work):
                self._finish(work)
            else:
                self._run_once_more(work)
            return
        if node.collection is None:
            self._go(work)
            return
        work.left = list(scope.data[node.collection])
        self._next_instances(work)

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

    def _enter_level(self, scope: Scope) -> None:
        start = next(node for node in scope.model.nodes.values() if node.kind == "startEvent")
        self._emit(scope, start.id)

    def _done(self, work: Work) -> None:
        if work.whole is None:
            self._finish(work)
            return
        work.whole.instances.remove(work)
        if not _is_repeated(work.node):
            self._next_instances(work.whole)
        elif self._again(work.whole):
            self._run_once_more(work.whole)
        else:
            self._finish(work.whole)

    def _finish(self, work: Work) -> None:
        work.scope.works.remove(work)
        self._leave(work.scope, work.node, work.data)

    def _stop(self, work: Work) -> None:
        work.scope.works.remove(work)

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
        if scope.tokens or scope.works or scope.resets or scope.over:
            return
        scope.over = True
        if scope.owner is not None:
            if scope.owner.node.called is not None:
                scope.owner.data.update(_mapped(scope.owner.node.out, scope.data))
            self._done(scope.owner)


def _is_repeated(node: Drawn) -> bool:
    return node.repeat is not None or node.maximum is not None


def _mapped(pairs: dict[str, str], data: dict[str, Any]) -> dict[str, Any]:
    """What the pairs make of the data: each target by its expression, or everything as it is."""
    if pairs == {"*": "*"}:
        return deepcopy(data)
    return {target: deepcopy(eval(text, {}, dict(data))) for target, text in pairs.items()}
