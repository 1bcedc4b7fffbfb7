"""A running process looked into and put right by hand: its live tokens, and the values that its routing reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.flow.admission import AdmittedDefinition
from engine.flow.errors import UnknownTask
from engine.flow.expressions import parse
from engine.flow.spiff import Running, awaited_by, table_of
from engine.flow.spiff_loops import ManyInstances
from engine.flow.spiff_tokens import CALLED, Token
from engine.flow.variables import checked, copied

WHOLE = ""  # the process itself, as a part

# Nothing of a state that is only read depends on the present.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LiveToken:
    """Where a process stands: one token. `part` is the key of the loop instance or call it is in, or WHOLE.

    `awaits` is the message and `due` the moment it waits for; `host` the key of the activity on whose border it does.
    `is_instance` says that it is itself one run of an activity that is carried out several times.
    """

    key: str
    node: str
    is_open: bool
    awaits: str | None
    due: datetime | None
    host: str | None
    part: str
    is_instance: bool
    own: Mapping[str, Any] | None  # the values of the part that it makes: a loop instance, a called process
    variables: Mapping[str, Any]


def live_tokens(definition: AdmittedDefinition, state: bytes) -> list[LiveToken]:
    """Every token of a state in the order in which they came about. Raises StateUnreadable."""
    running = Running.resumed(definition, state, {}, _ANY_TIME)
    tokens = sorted(running.instance.tokens(), key=lambda token: token.id)
    return [_live(running, token) for token in tokens]


def _live(running: Running, token: Token) -> LiveToken:
    due, host = token.internal_data.get("due"), token.internal_data.get("host")
    part = part_of(token)
    return LiveToken(
        key=running._key(token.id),
        node=token.task_spec.name,
        is_open=token.is_open,
        awaits=next(iter(awaited_by(token, "message")), None),
        due=None if due is None else datetime.fromtimestamp(due / 1000, UTC),
        host=None if host is None else running._key(host),
        part=WHOLE if part is None else running._key(part.id),
        is_instance=token.is_instance,
        own=copied(_own(token)),
        variables=copied(token.data),
    )


def part_of(token: Token) -> Token | None:
    """The instance or call whose values a token works on: itself, or the nearest around it; None for the process."""
    if token.data is not token.workflow.data:
        return token
    around: Token | None = getattr(token.workflow, "owner", None)
    while around is not None and _own(around) is None:
        around = getattr(around.workflow, "owner", None)
    return around


def _own(token: Token) -> dict[str, Any] | None:
    """The values of the part that a token makes, if it makes one."""
    if CALLED in token.internal_data:
        called: dict[str, Any] = token.internal_data[CALLED]
        return called
    return None if token.data is token.workflow.data else token.data


def routing_names(definition: AdmittedDefinition) -> frozenset[str]:
    """The values that conditions read; the lists and numbers that loops run over are not among them."""
    return definition.names - frozenset(_loop_names(definition))


def _loop_names(definition: AdmittedDefinition) -> Iterator[str]:
    for spec in table_of(definition).specs:
        repeated = getattr(spec, "loop", None)
        loop = repeated.loop if isinstance(repeated, ManyInstances) else None
        for text in (loop.collection, loop.cardinality) if loop else ():
            if text is not None:
                yield from parse(text).names


def variables_of(definition: AdmittedDefinition, state: bytes, part: str = WHOLE) -> dict[str, Any]:
    """The values of the process, or of one instance of a loop. Raises UnknownTask, StateUnreadable."""
    running = Running.resumed(definition, state, {}, _ANY_TIME)
    return dict(copied(_values(running, part)))


def set_variables(
    definition: AdmittedDefinition, state: bytes, values: Mapping[str, Any], part: str = WHOLE
) -> bytes:
    """The state with other values in one part of it; nothing moves. Raises UnknownTask, UnfitVariables."""
    running = Running.resumed(definition, state, {}, _ANY_TIME)
    _values(running, part).update(checked(values))
    return running.step().state


def _values(running: Running, part: str) -> dict[str, Any]:
    if part == WHOLE:
        return running.instance.data
    serial, _, number = part.partition("-")
    token = None
    if serial == running.instance.serial.hex() and number.isascii() and number.isdigit():
        token = running.instance.find(int(number))
    values = None if token is None else _own(token)
    if values is None:
        raise UnknownTask(part)
    return values
