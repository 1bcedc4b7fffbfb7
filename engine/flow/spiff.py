"""Running one step of an admitted definition on SpiffWorkflow."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import BpmnError, UnknownStart, UnknownTask
from engine.flow.spiff_parser import parse_process
from engine.flow.spiff_state import NodeTable, load, save
from engine.flow.spiff_throwing import broadcast, raise_error
from engine.flow.spiff_tokens import Instance, Level, ServiceFunction, Token, in_order, open_ones
from engine.flow.state import fingerprint, pack, unpack
from engine.flow.steps import Awaited, OpenTask, Step, passages
from engine.flow.variables import checked, copied

Functions = Mapping[str, ServiceFunction]

KEPT_DEFINITIONS = 256
_parsed: OrderedDict[tuple[str, str], NodeTable] = OrderedDict()
_parsing = threading.Lock()


def table_of(definition: AdmittedDefinition) -> NodeTable:
    """The parsed definition, once per content hash in this process; running instances are never kept."""
    with _parsing:
        name = definition.hash, definition.key  # one file may hold several processes
        table = _parsed.get(name)
        if table is None:
            node_ids = sorted(definition.nodes)
            process = parse_process(definition)
            table = _parsed[name] = NodeTable(process, node_ids, fingerprint(node_ids))
        _parsed.move_to_end(name)
        while len(_parsed) > KEPT_DEFINITIONS:
            _parsed.popitem(last=False)
        return table


def forget(definition: AdmittedDefinition) -> None:
    """Drop the parsed definition, as if another program had run it so far."""
    with _parsing:
        _parsed.pop((definition.hash, definition.key), None)


class Running:
    """A process taken up for one step: loaded, moved on, and read off."""

    def __init__(
        self, definition: AdmittedDefinition, instance: Instance, functions: Functions, now: datetime
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("the present has a time zone")
        self.table = table_of(definition)
        self.instance = instance
        self.serial = instance.serial.hex()
        instance.functions = functions
        instance.decisions = definition.decisions
        instance.now = now
        self.open_before = {token.id for token in open_ones(instance.tokens())}

    @classmethod
    def new(
        cls, definition: AdmittedDefinition, variables: Mapping[str, Any], functions: Functions, now: datetime
    ) -> Running:
        process = table_of(definition).process
        instance = Instance(process.spec, process.subprocesses, secrets.token_bytes(8), 0)
        instance.set_data_of_level(checked(variables))
        return cls(definition, instance, functions, now)

    @classmethod
    def resumed(
        cls, definition: AdmittedDefinition, state: bytes, functions: Functions, now: datetime
    ) -> Running:
        return cls(definition, load(unpack(state), table_of(definition)), functions, now)

    # Moves ----------------------------------------------------------------------------------

    def begin(self, event: str | None) -> None:
        spec = self.instance.spec
        start = spec.begin if event is None else spec.starts.get(event)
        if start is None:
            raise UnknownStart
        self.instance.begin_process(start)

    def complete(self, key: str, variables: Mapping[str, Any]) -> None:
        token = self._open_token(key)
        token.data.update(checked(variables))
        self.open_before.discard(token.id)
        self.instance.run_token(token)
        self.instance.run_queue()

    def fail(self, key: str, error: BpmnError) -> None:
        token = self._open_token(key)
        checked(error.variables)
        self.open_before.discard(token.id)
        self.instance.guarded(token.task_spec.name, lambda: raise_error(token, error))
        self.instance.run_queue()

    def correlate(self, message: str, variables: Mapping[str, Any], key: str | None) -> bool:
        given = checked(variables)
        waiting = self._listeners(message) if key is None else self._nearest(message, self._open_token(key))
        for token in waiting:
            place = _hears(token, message)
            if place is not None:  # an outer event may have interrupted the inner one
                token.data.update(given)
                self._fire(token, place)
        return bool(waiting)

    def signal(self, name: str, variables: Mapping[str, Any]) -> bool:
        heard = broadcast(self.instance, name, checked(variables))
        self.instance.run_queue()
        return heard

    def advance_clock(self) -> bool:
        present = _milliseconds(self.instance.now)
        fired = False
        # Of a cycle that has been due very often only so much happens in one step; the rest is due at once.
        while self.instance.has_strength and (due := self._due(present)):
            token = min(due, key=lambda token: (token.internal_data["due"], token.id))
            self._fire(token, token.task_spec.hearing(token, "timer"))
            fired = True
        return fired

    def _fire(self, token: Token, place: int) -> None:
        self.instance.moves += 1
        self.instance.fire_token(token, place)
        self.instance.run_queue()

    # Finding --------------------------------------------------------------------------------

    def _open_token(self, key: str) -> Token:
        serial, _, number = key.partition("-")
        token = None
        if serial == self.serial and number.isascii() and number.isdigit():
            token = self.instance.find(int(number))
        if token is None or not token.is_open:
            raise UnknownTask(key)
        return token

    def _due(self, present: int) -> list[Token]:
        return [token for token in _timed(self.instance.tokens()) if token.internal_data["due"] <= present]

    def _listeners(self, message: str, level: Level | None = None) -> list[Token]:
        listeners = self.instance.all_listeners() if level is None else level.listeners()
        return [token for token in listeners if _hears(token, message) is not None]

    def _nearest(self, message: str, task: Token) -> list[Token]:
        """Who hears a message about one task: its border, its level, its neighbours' borders, or further out."""
        token: Token | None = task
        while token is not None:
            level = token.workflow
            listening = self._listeners(message, level)
            host = token.whole.id
            near = [other for other in listening if other.internal_data.get("host") == host]
            free = [other for other in listening if "host" not in other.internal_data]
            if listening:
                return near or free or listening
            token = getattr(level, "owner", None)
        return []

    # Reading off, each at the end -----------------------------------------------------------

    def step(self, caught: bool = False) -> Step:
        instance = self.instance
        tokens = instance.tokens()
        open_tokens = in_order(open_ones(tokens))
        open_now = {token.id for token in open_tokens}
        step = Step(
            state=pack(save(instance, self.table)),
            opened=[self._task(token) for token in open_tokens if token.id not in self.open_before],
            withdrawn=self._keys(sorted(self.open_before - open_now)),
            open_keys=self._keys(token.id for token in open_tokens),
            entered=instance.entered,
            completed=instance.completed,
            end_events=instance.ended,
            variables=instance.data,
            next_timer=_next_timer(tokens),
            thrown=instance.thrown,
            caught=caught,
            passages=passages(instance.entered, instance.departures),
            taken=instance.taken,
            signals=instance.signals,
            awaited_signals=_awaited_signals(instance),
            escalated=instance.escalated,
        )
        instance.take_apart()
        return step

    def tasks(self) -> list[OpenTask]:
        tasks = [self._task(token) for token in self.instance.open_tokens()]
        self.instance.take_apart()
        return tasks

    def awaited(self) -> list[Awaited]:
        found = [
            self._awaited(token, message)
            for token in self.instance.tokens()
            for message in awaited_by(token, "message")
        ]
        self.instance.take_apart()
        return found

    def _task(self, token: Token) -> OpenTask:
        return OpenTask(self._key(token.id), token.task_spec.name, copied(token.data))

    def _awaited(self, token: Token, message: str) -> Awaited:
        host = token.internal_data.get("host")
        task = None if host is None else token.workflow.tasks[host]
        key = self._key(task.id) if task is not None and task.is_open else None
        return Awaited(message, token.task_spec.name, key)

    def _key(self, number: int) -> str:
        return f"{self.serial}-{number}"

    def _keys(self, numbers: Iterable[int]) -> list[str]:
        return [self._key(number) for number in numbers]


def _hears(token: Token, message: str) -> int | None:
    place: int | None = token.task_spec.hearing(token, "message", message)
    return place


def awaited_by(token: Token, kind: str) -> list[str]:
    """The names of the messages or signals that a token waits for."""
    if not token.is_listening:
        return []
    return [trigger.name for trigger in token.task_spec.awaited(token) if trigger.kind == kind]


def _awaited_signals(instance: Instance) -> list[str]:
    if not instance.spec.signalled:
        return []
    return sorted({name for token in instance.tokens() for name in awaited_by(token, "signal")})


def _timed(tokens: Iterable[Token]) -> list[Token]:
    return [token for token in tokens if "due" in token.internal_data]


def _next_timer(tokens: Iterable[Token]) -> datetime | None:
    due = [token.internal_data["due"] for token in _timed(tokens)]
    return datetime.fromtimestamp(min(due) / 1000, UTC) if due else None


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
