"""The saved form of a running process: MessagePack, with a version of its own, live tokens only.

Tokens are rows and levels are lists, so that words of the user's data cannot be taken for words of the
format (a key `typename` bricks an instance in SpiffWorkflow's own). Nodes are numbers in the sorted list of
node ids.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack

from engine.flow.errors import StateUnreadable
from engine.foundation.language import _

VERSION = 2
READ = (1, 2)  # of version 1 nothing had been completed that could be undone
Own = tuple[dict[str, Any], list[str]] | None
DAMAGED = _("内容已经损坏。")
NO_STATE = _("内容不是流程状态。")
OTHER_VERSION = _("版本是{found}，本程序只能读到版本{known}。")

_INTEGER = 1  # extension type: an integer of more than 64 bits


class SavedDone(NamedTuple):
    """A completed activity that can be undone. `own` is its data, against that of the process."""

    node: int
    began: int
    order: int
    own: Own
    inside: list[SavedDone]


class SavedUndoing(NamedTuple):
    """What a token has still to undo, and what the completed runs of a loop and its inner level have done."""

    undo: Sequence[tuple[int, SavedDone]]
    inside: Sequence[SavedDone]
    done: Sequence[SavedDone]


class SavedToken(NamedTuple):
    """One token: its number, node, state, bookkeeping; own data, instances and inner level where it has them.

    `own` is what its data changes against the data around it: (set or replaced, dropped).
    """

    number: int
    node: int
    state: int
    bookkeeping: dict[str, Any]
    own: Own
    instances: list[SavedToken]
    inner: list[SavedToken] | None
    undoing: SavedUndoing | None = None


@dataclass(frozen=True)
class SavedState:
    """A whole process: its serial, the last number given out, its data, the tokens of its outermost level."""

    nodes: int
    serial: bytes
    last_number: int
    completed: bool
    data: dict[str, Any]
    tokens: list[SavedToken]
    done: Sequence[SavedDone] = ()


def fingerprint(node_ids: Iterable[str]) -> int:
    """A checksum of the node list, by which a state is kept away from definitions it does not belong to."""
    return zlib.crc32("\n".join(sorted(node_ids)).encode())


def pack(state: SavedState) -> bytes:
    body = [
        VERSION,
        state.nodes,
        state.serial,
        state.last_number,
        state.completed,
        state.data,
        [_row(token) for token in state.tokens],
    ]
    if state.done:
        body.append([_done_row(done) for done in state.done])
    return bytes(msgpack.packb(body, default=_large_integer, strict_types=True))


def unpack(saved: bytes) -> SavedState:
    """Raises StateUnreadable for bytes that are no state, or of a version this program does not know."""
    try:
        body = msgpack.unpackb(saved, ext_hook=_extension, strict_map_key=True, use_list=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise StateUnreadable(DAMAGED, original=str(error)) from error
    if not isinstance(body, list) or not body or type(body[0]) is not int:
        raise StateUnreadable(NO_STATE)
    if body[0] not in READ:
        raise StateUnreadable(OTHER_VERSION, found=body[0], known=VERSION)
    try:
        _, nodes, serial, last_number, completed, data, rows, *more = body
        done = [_done(row) for rows_done in more for row in rows_done]
        return SavedState(nodes, serial, last_number, completed, data, [_token(row) for row in rows], done)
    except (ValueError, TypeError) as error:
        raise StateUnreadable(DAMAGED, original=str(error)) from error


def _row(token: SavedToken) -> list[Any]:
    """Trailing empty fields are left off: most tokens are three small integers, or four fields."""
    number, node, state, bookkeeping, own, instances, inner, undoing = token
    if own is None and not instances and inner is None and undoing is None:
        return [number, node, state, bookkeeping] if bookkeeping else [number, node, state]
    row: list[Any] = [
        number,
        node,
        state,
        bookkeeping or 0,
        0 if own is None else list(own),
        [_row(child) for child in instances] or 0,
        0 if inner is None else [_row(child) for child in inner],
        0 if undoing is None else _undoing_row(undoing),
    ]
    while row[-1] == 0:
        row.pop()
    return row


def _undoing_row(undoing: SavedUndoing) -> list[Any]:
    return [
        [[height, _done_row(done)] for height, done in undoing.undo],
        [_done_row(done) for done in undoing.inside],
        [_done_row(done) for done in undoing.done],
    ]


def _undoing(row: list[Any]) -> SavedUndoing:
    undo, inside, done = row
    return SavedUndoing(
        [(height, _done(each)) for height, each in undo],
        [_done(each) for each in inside],
        [_done(each) for each in done],
    )


def _done_row(done: SavedDone) -> list[Any]:
    own = list(done.own) if done.own else 0
    return [done.node, done.began, done.order, own, [_done_row(each) for each in done.inside]]


def _done(row: list[Any]) -> SavedDone:
    node, began, order, own, inside = row
    own_data = None if own == 0 else (own[0], own[1])
    return SavedDone(node, began, order, own_data, [_done(each) for each in inside])


def _token(row: list[Any]) -> SavedToken:
    if len(row) <= 4:
        number, node, state, *rest = row
        return SavedToken(number, node, state, (rest and rest[0]) or {}, None, [], None)
    number, node, state, bookkeeping, own, instances, inner, undoing = row + [0] * (8 - len(row))
    return SavedToken(
        number,
        node,
        state,
        bookkeeping or {},
        None if own == 0 else (own[0], own[1]),
        [_token(child) for child in instances or ()],
        None if inner == 0 else [_token(child) for child in inner],
        None if undoing == 0 else _undoing(undoing),
    )


def _large_integer(value: Any) -> msgpack.ExtType:
    if type(value) is not int:
        raise TypeError(f"a {type(value).__name__} cannot be saved")
    return msgpack.ExtType(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _extension(code: int, payload: bytes) -> int:
    if code != _INTEGER:
        raise ValueError(f"unknown extension {code}")
    return int.from_bytes(payload, "big", signed=True)
