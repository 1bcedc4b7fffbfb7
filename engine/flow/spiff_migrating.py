"""A running process taken over to another version of its definition: every token to the node it now belongs to.

What is alive is small: tokens with their numbers, nodes and a little bookkeeping. A token keeps its number, so its
task keeps its key. SpiffWorkflow's own migration fails on a boundary event added to the task a person sits on, leaves
an instance unrestorable when that task is removed, and sticks inside a half-done loop; here each of these is a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import NotMigratable
from engine.flow.migration_plans import FlowPlan, Go, Misfit
from engine.flow.spiff import Running, table_of
from engine.flow.spiff_complex import ComplexGateway
from engine.flow.spiff_gateways import ParallelGateway, first_at_each_entrance, join
from engine.flow.spiff_loops import Repetition
from engine.flow.spiff_state import NodeTable, load
from engine.flow.spiff_tokens import CALLED, Instance, Level, ServiceFunction
from engine.flow.state import SavedState, SavedToken, unpack
from engine.flow.steps import Step
from engine.flow.timers import Timer, before

# What a token may carry and this module knows how to take along; anything else is not guessed at.
_KNOWN = frozenset(
    {"of", "n", "done", "rest", "out", "run", "runs", "at", "reset", "host", "due", "gathering", CALLED}
)
_WAITING, _READY = 0, 1  # as states are saved


@dataclass(frozen=True)
class Migrated:
    """The process in its new version: the step that brought it there, and the node of every open task by key."""

    step: Step
    nodes: Mapping[str, str]


@dataclass
class _Passage:
    """One process on its way from one version to another."""

    old: AdmittedDefinition
    new: AdmittedDefinition
    plan: FlowPlan
    now: datetime
    last_number: int
    misfits: list[Misfit] = field(default_factory=list)
    restarts: list[tuple[int | None, Go]] = field(default_factory=list)  # owner of the level, where to go on

    def __post_init__(self) -> None:
        self.old_table, self.new_table = table_of(self.old), table_of(self.new)
        self.old_ids = sorted(self.old.nodes)

    # Tokens ---------------------------------------------------------------------------------

    def level(self, tokens: Sequence[SavedToken], owner: int | None) -> list[SavedToken]:
        """The tokens of one level in the new version, with the listeners that it has more or fewer of."""
        gone = {token.number for token in tokens if self.old_ids[token.node] in self.plan.moves}
        self.restarts += [
            (owner, self.plan.moves[self.old_ids[token.node]]) for token in tokens if token.number in gone
        ]
        kept = [
            moved
            for token in tokens
            if token.number not in gone and self._still_listens(token, tokens, gone)
            for moved in self._moved(token)
        ]
        return kept + [new for token in kept for new in self._listening(token, tokens)]

    def _still_listens(self, token: SavedToken, beside: Sequence[SavedToken], gone: set[int]) -> bool:
        """False for a listener whose activity is left, or has it no more in the new version."""
        host = next((each for each in beside if each.number == token.bookkeeping.get("host")), None)
        if host is None:
            return True
        at = self.plan.place_of(self.old_ids[host.node], self.old, self.new)
        event = self.plan.place_of(self.old_ids[token.node], self.old, self.new)
        return host.number not in gone and event in {each.name for each in _border(self.new_table, at)}

    def _moved(self, token: SavedToken) -> list[SavedToken]:
        node = self.old_ids[token.node]
        to = self.plan.place_of(node, self.old, self.new)
        if to is None:
            self.misfits.append(Misfit("no-place", node))
            return []
        misfit = self._misfit(token, node, to)
        if misfit is not None:
            self.misfits.append(misfit)
            return []
        inner = None if token.inner is None else self.level(token.inner, token.number)
        instances = [moved for child in token.instances for moved in self._moved(child)]
        kept = self._bookkeeping(token, node, to)
        number = self.new_table.numbers[to]
        return [token._replace(node=number, bookkeeping=kept, instances=instances, inner=inner)]

    def _misfit(self, token: SavedToken, node: str, to: str) -> Misfit | None:
        """What keeps the token from standing at `to`: another kind of node, another level, another loop."""
        was, is_now = self.old.nodes[node], self.new.nodes[to]
        loops = [
            getattr(table.specs[table.numbers[name]], "loop", None) for table, name in self._both(node, to)
        ]
        if was.kind != is_now.kind:
            return Misfit("kind", node, to)
        if is_now.parent != self.plan.level_of(was.parent, self.old, self.new):
            return Misfit("level", node, to)
        if _shape(loops[0]) != _shape(loops[1]):
            return Misfit("loop", node, to)
        known = token.bookkeeping.keys() <= _KNOWN and self._gathers_alike(token, node, to)
        return None if known else Misfit("bookkeeping", node, to)

    def _gathers_alike(self, token: SavedToken, node: str, to: str) -> bool:
        """A token that waits for others to begin with must be awaited by as many in the new version."""
        needed = {
            getattr(table.specs[table.numbers[name]], "start_quantity", 1)
            for table, name in self._both(node, to)
        }
        return "gathering" not in token.bookkeeping or len(needed) == 1

    def _both(self, node: str, to: str) -> tuple[tuple[NodeTable, str], tuple[NodeTable, str]]:
        return (self.old_table, node), (self.new_table, to)

    def _bookkeeping(self, token: SavedToken, node: str, to: str) -> dict[str, Any]:
        kept = dict(token.bookkeeping)
        entrances = [self._entrance(node, at, to) for at in _entrances(kept)]
        if None in entrances:
            self.misfits.append(Misfit("join", node, to))
        elif "at" in kept:
            kept["at"] = entrances[0]
        elif "reset" in kept:
            kept["reset"] = sorted(at for at in entrances if at is not None)
        was, is_now = (
            getattr(table.specs[table.numbers[name]], "timer", None) for table, name in self._both(node, to)
        )
        if was != is_now:
            kept.pop("due", None)
            if is_now is not None:
                kept["due"] = self._due(token.bookkeeping.get("due"), was, is_now)
        return kept

    def _due(self, due: int | None, was: Timer | None, is_now: Timer) -> int:
        """When a changed timer is due: counted from when the old one began to run; a new one runs from now."""
        start = self.now
        if due is not None and was is not None and was.moment is None:
            start = before(datetime.fromtimestamp(due / 1000, UTC), was)
        return round(is_now.due(start).timestamp() * 1000)

    def _entrance(self, node: str, entrance: int, to: str) -> int | None:
        """The entrance of a join for a token that came by the old one: from the same node, else by the same flow."""
        source, flow = _came_by(self.old_table, node, entrance)
        beside = self.plan.place_of(source, self.old, self.new)
        arrivals = list(_arrivals(self.new_table, to))
        # An id alone says little: an editor may have given it to another branch.
        from_there = {id_: at for id_, other, at in arrivals if other == beside}
        if from_there:
            return from_there.get(flow, next(iter(from_there.values())))
        return next((at for id_, _source, at in arrivals if id_ == flow), None)

    # Listeners ------------------------------------------------------------------------------

    def _listening(self, token: SavedToken, before_: Sequence[SavedToken]) -> Iterator[SavedToken]:
        """The boundary events that the new version has beside those the old one had on this activity."""
        if not token.bookkeeping.keys().isdisjoint(("of", "run", "gathering")):
            return  # one run of an activity, or not yet begun: what listens does so on the whole
        spec = self.new_table.specs[token.node]
        was = next((self.old_ids[each.node] for each in before_ if each.number == token.number), None)
        # One of the old version's that is not there any more has happened, and does not listen again.
        known = {self.plan.place_of(event.name, self.old, self.new) for event in _border(self.old_table, was)}
        for event in getattr(spec, "boundary", ()):
            if event.name in known:
                continue
            self.last_number += 1
            kept: dict[str, Any] = {"host": token.number}
            if event.timer is not None:
                kept["due"] = round(event.timer.due(self.now).timestamp() * 1000)
            node = self.new_table.numbers[event.name]
            yield SavedToken(self.last_number, node, _WAITING, kept, None, [], None)


def migrate(
    old: AdmittedDefinition,
    new: AdmittedDefinition,
    state: bytes,
    plan: FlowPlan,
    functions: Mapping[str, ServiceFunction],
    now: datetime,
) -> Migrated:
    """The process as an instance of `new`. Raises NotMigratable with every reason, StepFailed, StateUnreadable.

    Open tasks keep their keys, loops their instances, timers what is left of them. What the plan moves goes on from
    there; a join that the new version makes complete fires.
    """
    saved = unpack(state)
    passage = _Passage(old, new, plan, now, saved.last_number)
    before_ = Running.resumed(old, state, {}, now)
    tokens = passage.level(saved.tokens, None)
    if passage.misfits:
        raise NotMigratable(passage.misfits)
    moved = SavedState(
        passage.new_table.fingerprint,
        saved.serial,
        passage.last_number,
        saved.completed,
        saved.data,
        tokens,
    )
    running = Running(new, load(moved, passage.new_table), functions, now)
    running.open_before = before_.open_before
    _go_on(running.instance, passage.restarts)
    nodes = {running._key(token.id): token.task_spec.name for token in running.instance.open_tokens()}
    return Migrated(running.step(), nodes)


def _go_on(instance: Instance, restarts: Sequence[tuple[int | None, Go]]) -> None:
    for owner, go in restarts:
        level: Level = instance if owner is None else instance.subprocesses[owner]
        start_at(level, go)
    for level in instance.levels():
        for spec in list(level.spec.task_specs.values()):
            if isinstance(spec, ParallelGateway):
                _complete(spec, level)
            elif isinstance(spec, ComplexGateway) and first_at_each_entrance(spec, level):
                spec._try(level)
    instance.run_queue()


def start_at(level: Level, go: Go) -> None:
    """Let a token arrive at a node, or leave it by the flows that its conditions choose."""
    spec = level.spec.task_specs[go.node]
    if go.after:
        spec.send(level, spec.choose(level.data))
    else:
        spec.arrive(level, 0)


def _complete(spec: ParallelGateway, level: Level) -> None:
    """Fire a join at which nothing is awaited any more."""
    while waiting := first_at_each_entrance(spec, level):
        if len(waiting) < spec.entrances:
            return
        join(spec, level, waiting.values())


def _border(table: NodeTable, node: str | None) -> tuple[Any, ...]:
    """The boundary events on an activity; none where there is no such node."""
    return () if node is None else tuple(getattr(table.specs[table.numbers[node]], "boundary", ()))


def _entrances(bookkeeping: Mapping[str, Any]) -> list[int]:
    """The entrances of a join that a token keeps: that by which it came, or those that were used."""
    return [bookkeeping["at"]] if "at" in bookkeeping else list(bookkeeping.get("reset", ()))


def _shape(repeated: Any) -> tuple[object, ...] | None:
    """What must be alike for a half-done loop to go on."""
    if repeated is None:
        return None
    if isinstance(repeated, Repetition):
        return (Repetition, repeated.loop.test_before)
    loop = repeated.loop
    return (loop.sequential, loop.collection is None, loop.item, loop.results, loop.result)


def _arrivals(table: NodeTable, node: str) -> Iterator[tuple[str, str, int]]:
    """The flows into a node: (id, source, entrance)."""
    for spec in table.specs:
        for flow in spec.flows:
            if flow.target == node:
                yield flow.id, spec.name, flow.entrance


def _came_by(table: NodeTable, node: str, entrance: int) -> tuple[str, str]:
    """The source and id of the flow that leads to an entrance of a join."""
    return next((source, id_) for id_, source, at in _arrivals(table, node) if at == entrance)
