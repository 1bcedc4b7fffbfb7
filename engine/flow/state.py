"""The saved form of a running process: MessagePack, with a version of its own, live tokens only.

Tokens are rows and levels are lists, so that words of the user's data cannot be taken for words of the
format (a key `typename` bricks an instance in SpiffWorkflow's own). Nodes are numbers in the sorted list of
node ids.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack

from engine.flow.errors import StateUnreadable

VERSION = 1
_INTEGER = 1  # extension type: an integer of more than 64 bits


class SavedToken(NamedTuple):
    """One token: its number, node, state, bookkeeping; own data, instances and inner level where it has them.

    `own` is what its data changes against the data around it: (set or replaced, dropped).
    """

    number: int
    node: int
    state: int
    bookkeeping: dict[str, Any]
    own: tuple[dict[str, Any], list[str]] | None
    instances: list[SavedToken]
    inner: list[SavedToken] | None


@dataclass(frozen=True)
class SavedState:
    """A whole process: its serial, the last number given out, its data, the tokens of its outermost level."""

    nodes: int
    serial: bytes
    last_number: int
    completed: bool
    data: dict[str, Any]
    tokens: list[SavedToken]


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
    return bytes(msgpack.packb(body, default=_large_integer, strict_types=True))


def unpack(saved: bytes) -> SavedState:
    """Raises StateUnreadable for bytes that are no state, or of a version this program does not know."""
    try:
        body = msgpack.unpackb(saved, ext_hook=_extension, strict_map_key=True, use_list=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise StateUnreadable(f"damaged ({error})") from None
    if not isinstance(body, list) or not body or type(body[0]) is not int:
        raise StateUnreadable("not a process state")
    if body[0] != VERSION:
        raise StateUnreadable(f"version {body[0]}; this program reads version {VERSION}")
    try:
        _, nodes, serial, last_number, completed, data, rows = body
        return SavedState(nodes, serial, last_number, completed, data, [_token(row) for row in rows])
    except (ValueError, TypeError) as error:
        raise StateUnreadable(f"damaged ({error})") from None


def _row(token: SavedToken) -> list[Any]:
    """Trailing empty fields are left off: most tokens are three small integers, or four fields."""
    number, node, state, bookkeeping, own, instances, inner = token
    if own is None and not instances and inner is None:
        return [number, node, state, bookkeeping] if bookkeeping else [number, node, state]
    row: list[Any] = [
        number,
        node,
        state,
        bookkeeping or 0,
        0 if own is None else list(own),
        [_row(child) for child in instances] or 0,
        0 if inner is None else [_row(child) for child in inner],
    ]
    while row[-1] == 0:
        row.pop()
    return row


def _token(row: list[Any]) -> SavedToken:
    if len(row) <= 4:
        number, node, state, *rest = row
        return SavedToken(number, node, state, (rest and rest[0]) or {}, None, [], None)
    number, node, state, bookkeeping, own, instances, inner = row + [0] * (7 - len(row))
    return SavedToken(
        number,
        node,
        state,
        bookkeeping or {},
        None if own == 0 else (own[0], own[1]),
        [_token(child) for child in instances or ()],
        None if inner == 0 else [_token(child) for child in inner],
    )


def _large_integer(value: Any) -> msgpack.ExtType:
    if type(value) is not int:
        raise TypeError(f"a {type(value).__name__} cannot be saved")
    return msgpack.ExtType(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _extension(code: int, payload: bytes) -> int:
    if code != _INTEGER:
        raise ValueError(f"unknown extension {code}")
    return int.from_bytes(payload, "big", signed=True)
