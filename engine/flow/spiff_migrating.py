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
from engine.flow.spiff_events import running as running_timer
from engine.flow.spiff_gateways import EventGateway
from engine.flow.spiff_places import arrivals, border, came_by, entrances, go_on, shape
from engine.flow.spiff_state import NodeTable, load
from engine.flow.spiff_tokens import CALLED, ServiceFunction
from engine.flow.state import SavedDone, SavedState, SavedToken, SavedUndoing, unpack
from engine.flow.steps import Step
from engine.flow.timers import Timer, before

# What an event has counted by the places of its triggers, which then have to be the same.
COUNTED = frozenset({"heard", "true", "since", "passed"})
# What a token may carry and this module knows how to take along; anything else is not guessed at.
_KNOWN = frozenset(
    {"of", "n", "done", "rest", "out", "run", "runs", "at", "reset", "host", "due", "gathering", CALLED}
    | {"race", "undoes", "terminated"}
    | COUNTED
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

    def level(
        self, tokens: Sequence[SavedToken], owner: int | None, was: Any, is_now: Any
    ) -> list[SavedToken]:
        """The tokens of one level in the new version, with the listeners that it has more or fewer of."""
        handled = self._handlers(was, is_now)
        gone = {token.number for token in tokens if self.old_ids[token.node] in self.plan.moves}
        self.restarts += [
            (owner, self.plan.moves[self.old_ids[token.node]]) for token in tokens if token.number in gone
        ]
        kept = [
            moved
            for token in tokens
            if token.number not in gone and self._still_listens(token, tokens, gone)
            if not self._waits_at(token, was.handlers) or self.old_ids[token.node] in handled
            for moved in self._moved(token)
        ]
        beside = self._beginning(kept, is_now, frozenset(handled.values()))
        return kept + [new for token in kept for new in self._listening(token, tokens)] + beside

    def _handlers(self, was: Any, is_now: Any) -> dict[str, str]:
        """The event subprocesses of a level that the new version has, too."""
        places = {spec.name: self.plan.place_of(spec.name, self.old, self.new) for spec in was.handlers}
        known = {spec.name for spec in is_now.handlers}
        return {name: to for name, to in places.items() if to is not None and to in known}

    def _waits_at(self, token: SavedToken, handlers: Sequence[Any]) -> bool:
        return token.state == _WAITING and self.old_ids[token.node] in {spec.name for spec in handlers}

    def _beginning(self, kept: Sequence[SavedToken], level: Any, known: frozenset[str]) -> list[SavedToken]:
        """The event subprocesses that the new version has more: they wait from now, while the flow goes on."""
        flows_on = any(not self.new_table.specs[token.node].by_event for token in kept)
        return [self._waiting(spec, {}) for spec in level.handlers if spec.name not in known and flows_on]

    def _waiting(self, event: Any, kept: dict[str, Any]) -> SavedToken:
        self.last_number += 1
        if event.timer is not None:
            kept.update(running_timer(event.timer, self.now))
        return SavedToken(
            self.last_number, self.new_table.numbers[event.name], _WAITING, kept, None, [], None
        )

    def _still_listens(self, token: SavedToken, beside: Sequence[SavedToken], gone: set[int]) -> bool:
        """False for a listener whose activity is left, or has it no more in the new version."""
        host = next((each for each in beside if each.number == token.bookkeeping.get("host")), None)
        if host is None:
            return True
        at = self.plan.place_of(self.old_ids[host.node], self.old, self.new)
        event = self.plan.place_of(self.old_ids[token.node], self.old, self.new)
        return host.number not in gone and event in {each.name for each in border(self.new_table, at)}

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
        inner = (
            None if token.inner is None else self.level(token.inner, token.number, *self._levels(node, to))
        )
        instances = [moved for child in token.instances for moved in self._moved(child)]
        kept = self._bookkeeping(token, node, to)
        number = self.new_table.numbers[to]
        undoing = None if token.undoing is None else self._undoing(token.undoing)
        return [
            token._replace(node=number, bookkeeping=kept, instances=instances, inner=inner, undoing=undoing)
        ]

    def _levels(self, node: str, to: str) -> tuple[Any, Any]:
        """The specs of the levels inside two activities."""
        was, is_now = (table.specs[table.numbers[name]].spec for table, name in self._both(node, to))
        return self.old_table.process.subprocesses[was], self.new_table.process.subprocesses[is_now]

    # What has been done ---------------------------------------------------------------------

    def _undoing(self, undoing: SavedUndoing) -> SavedUndoing:
        return SavedUndoing(
            [(height, done) for height, each in undoing.undo for done in self.done([each])],
            self.done(undoing.inside),
            self.done(undoing.done),
        )

    def done(self, done: Sequence[SavedDone]) -> list[SavedDone]:
        """What has been completed and can be undone has to be so in the new version, too."""
        found = []
        for each in done:
            node = self.old_ids[each.node]
            to = self.plan.place_of(node, self.old, self.new)
            spec = None if to is None else self.new_table.specs[self.new_table.numbers[to]]
            inside = self.done(each.inside)
            if spec is None or not (spec.undoer or spec.undoes_itself or inside):
                self.misfits.append(Misfit("no-place", node))
            else:
                found.append(each._replace(node=self.new_table.numbers[spec.name], inside=inside))
        return found

    def _misfit(self, token: SavedToken, node: str, to: str) -> Misfit | None:
        """What keeps the token from standing at `to`: another kind of node, another level, another loop."""
        was, is_now = self.old.nodes[node], self.new.nodes[to]
        loops = [
            getattr(table.specs[table.numbers[name]], "loop", None) for table, name in self._both(node, to)
        ]
        specs = [table.specs[table.numbers[name]] for table, name in self._both(node, to)]
        if was.kind != is_now.kind or specs[0].by_event != specs[1].by_event:
            return Misfit("kind", node, to)
        if is_now.parent != self.plan.level_of(was.parent, self.old, self.new):
            return Misfit("level", node, to)
        if shape(loops[0]) != shape(loops[1]):
            return Misfit("loop", node, to)
        known = token.bookkeeping.keys() <= _KNOWN and self._gathers_alike(token, node, to)
        return None if known and self._listens_alike(token, *specs) else Misfit("bookkeeping", node, to)

    def _listens_alike(self, token: SavedToken, was: Any, is_now: Any) -> bool:
        """What has been heard so far, and what a gateway waits for, must mean the same in the new version."""
        if isinstance(was, EventGateway):
            places = {self.plan.place_of(event.name, self.old, self.new) for event in was.boundary}
            return places == {event.name for event in is_now.boundary}
        return not (token.bookkeeping.keys() & COUNTED) or was.triggers == is_now.triggers

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
        found = [self._entrance(node, at, to) for at in entrances(kept)]
        if None in found:
            self.misfits.append(Misfit("join", node, to))
        elif "at" in kept:
            kept["at"] = found[0]
        elif "reset" in kept:
            kept["reset"] = sorted(at for at in found if at is not None)
        was, is_now = (
            getattr(table.specs[table.numbers[name]], "timer", None) for table, name in self._both(node, to)
        )
        if was != is_now:
            kept.pop("due", None)
            if is_now is not None:
                kept.update(self._runs_on(token.bookkeeping.get("due"), was, is_now))
        return kept

    def _runs_on(self, due: int | None, was: Timer | None, is_now: Timer) -> dict[str, int]:
        """When a changed timer is due: counted from when the old one began to run; a new one runs from now."""
        start = self.now
        if due is not None and was is not None and was.moment is None:
            start = before(datetime.fromtimestamp(due / 1000, UTC), was)
        return running_timer(is_now, start)

    def _entrance(self, node: str, entrance: int, to: str) -> int | None:
        """The entrance of a join for a token that came by the old one: from the same node, else by the same flow."""
        source, flow = came_by(self.old_table, node, entrance)
        beside = self.plan.place_of(source, self.old, self.new)
        arrived = list(arrivals(self.new_table, to))
        # An id alone says little: an editor may have given it to another branch.
        from_there = {id_: at for id_, other, at in arrived if other == beside}
        if from_there:
            return from_there.get(flow, next(iter(from_there.values())))
        return next((at for id_, _source, at in arrived if id_ == flow), None)

    # Listeners ------------------------------------------------------------------------------

    def _listening(self, token: SavedToken, before_: Sequence[SavedToken]) -> Iterator[SavedToken]:
        """The boundary events that the new version has beside those the old one had on this activity."""
        if not token.bookkeeping.keys().isdisjoint(("of", "run", "gathering")):
            return  # one run of an activity, or not yet begun: what listens does so on the whole
        spec = self.new_table.specs[token.node]
        was = next((self.old_ids[each.node] for each in before_ if each.number == token.number), None)
        # One of the old version's that is not there any more has happened, and does not listen again.
        known = {self.plan.place_of(event.name, self.old, self.new) for event in border(self.old_table, was)}
        for event in getattr(spec, "boundary", ()):
            if event.name in known:
                continue
            yield self._waiting(event, {"host": token.number})


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
    tables = passage.old_table.process.spec, passage.new_table.process.spec
    tokens = passage.level(saved.tokens, None, *tables)
    done = passage.done(saved.done)
    if passage.misfits:
        raise NotMigratable(passage.misfits)
    moved = SavedState(
        passage.new_table.fingerprint,
        saved.serial,
        passage.last_number,
        saved.completed,
        saved.data,
        tokens,
        done,
    )
    running = Running(new, load(moved, passage.new_table), functions, now)
    running.open_before = before_.open_before
    go_on(running.instance, passage.restarts)
    nodes = {running._key(token.id): token.task_spec.name for token in running.instance.open_tokens()}
    return Migrated(running.step(), nodes)
