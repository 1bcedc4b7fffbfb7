"""The audit trail: append-only events in hash chains, one per case, so that no case waits for another."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.transaction import Operation, before_commit, operation
from models import AuditEvent, AuditHead, db
from models.base import insert_unless

ALGORITHM = "sha256"
EMPTY = "0" * 64
EVENTS: sa.Table = AuditEvent.__table__  # type: ignore[assignment]
HEADS: sa.Table = AuditHead.__table__  # type: ignore[assignment]

# Everything that a hash covers, in this order; `id` is not among them, as the database gives it afterwards.
HASHED = (
    "chain",
    "position",
    "congress_id",
    "case_id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "actor_organization",
    "on_behalf_of",
    "operation_id",
    "subject",
    "detail",
    "algorithm",
    "previous_hash",
)


@dataclass(slots=True)
class Event:
    """A change to be recorded: `action` is a word of the vocabulary, `detail` what was and what is."""

    action: str
    congress_id: int
    case_id: int | None
    subject: str
    at: dt.datetime
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def chain(self) -> str:
        """The chain the event is linked into."""
        return chain_of_case(self.case_id) if self.case_id else f"congress:{self.congress_id}"


class Head(NamedTuple):
    """The last link of a chain: how many there are, and its hash."""

    position: int
    hash: str


def chain_of_case(case_id: int) -> str:
    """The chain of what happened to a case."""
    return f"case:{case_id}"


def is_head_of(case_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """That a row of HEADS is of the case's chain: a use case that reads its case can read the head beside it."""
    return HEADS.c.chain == sa.literal_column("'case:'", sa.String) + sa.cast(case_id, sa.String)


def foresee(case_id: int, head: Head) -> None:
    """Say where a case's chain ended when the running operation read it; whether it still does is seen at its end."""
    operation().heads[chain_of_case(case_id)] = head


def record(
    action: str, *, congress_id: int, case_id: int | None = None, subject: str = "", **detail: Any
) -> Event:
    """Record a change in the running operation; the row is written with it or not at all."""
    event = Event(action, congress_id, case_id, subject, clock.now(), detail)
    operation().events.append(event)
    return event


def canonical(detail: dict[str, Any]) -> str:
    """JSON in one fixed spelling, so that the same detail has the same hash on every machine."""
    return orjson.dumps(detail, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def digest(values: Sequence[Any]) -> str:
    """The hash of an event: SHA-256 over a compact JSON list of its HASHED values, instants in UTC."""
    return hashlib.sha256(orjson.dumps(values)).hexdigest()


@before_commit
def _write(running: Operation) -> None:
    """Link the operation's events into their chains and insert them: three statements, however many chains.

    Two where there is one chain and it still ends where the operation read that it does.
    """
    if not running.events:
        return
    chains: dict[str, list[Event]] = {}
    for event in running.events:
        chains.setdefault(event.chain, []).append(event)
    if len(chains) == 1 and _append_as_foreseen(*next(iter(chains.items())), running):
        return
    heads = _take_heads({chain: len(events) for chain, events in chains.items()})
    rows: list[dict[str, Any]] = []
    for chain, events in chains.items():
        rows += _linked(events, heads[chain], running)
    _append(rows)
    # The last row of a chain wins.
    ends = {row["chain"]: row["hash"] for row in rows}
    moved = [{"of_chain": chain, "new_hash": ends[chain]} for chain in sorted(ends)]
    db.session.execute(_MOVE_HEAD, moved[0] if len(moved) == 1 else moved)


def _append_as_foreseen(chain: str, events: list[Event], running: Operation) -> bool:
    """Append to a chain where it ends as the operation read; False where it has not read so or it goes on since."""
    head = running.heads.get(chain)
    if head is None:
        return False
    rows = _linked(events, head, running)
    new = {"of_chain": chain, "position": rows[-1]["position"], "hash": rows[-1]["hash"]}
    known = {"known_position": head.position, "known_hash": head.hash}
    if db.session.execute(_MOVE_ON, new | known).rowcount != 1:  # type: ignore[attr-defined]
        return False
    _append(rows)
    return True


def _append(rows: list[dict[str, Any]]) -> None:
    db.session.execute(_APPEND, rows[0] if len(rows) == 1 else rows)


_APPEND = EVENTS.insert().inline()
_MOVE_HEAD = (
    HEADS.update().where(HEADS.c.chain == sa.bindparam("of_chain")).values(hash=sa.bindparam("new_hash"))
)
_MOVE_ON = HEADS.update().where(
    HEADS.c.chain == sa.bindparam("of_chain"),
    HEADS.c.position == sa.bindparam("known_position"),
    HEADS.c.hash == sa.bindparam("known_hash"),
)


def _linked(events: list[Event], head: Head, running: Operation) -> list[dict[str, Any]]:
    rows = []
    position, previous = head
    for offset, event in enumerate(events, start=1):
        row = _row(event, running)
        row |= {"position": position + offset, "previous_hash": previous}
        row["hash"] = previous = digest([row[name] for name in HASHED])
        rows.append(row)
    return rows


def _take_heads(links: dict[str, int]) -> dict[str, Head]:
    """Lock the heads, move each on by its links, and give the last link before."""
    # In one order everywhere, so that two operations never wait for each other in a ring.
    rows = [{"chain": chain, "position": links[chain], "hash": EMPTY} for chain in sorted(links)]
    taken = db.session.execute(_take(db.engine.dialect.name), rows[0] if len(rows) == 1 else rows)
    return {chain: Head(position - links[chain], previous) for chain, position, previous in taken.all()}


@functools.cache
def _take(dialect: str) -> sa.Executable:
    """Insert heads or move those there are; they keep the hash of their last link until it is written."""
    statement = insert_unless(HEADS, dialect)
    statement = statement.on_conflict_do_update(
        index_elements=[HEADS.c.chain], set_={"position": HEADS.c.position + statement.excluded.position}
    )
    return statement.returning(HEADS.c.chain, HEADS.c.position, HEADS.c.hash)


def _row(event: Event, running: Operation) -> dict[str, Any]:
    actor = running.actor
    return {
        "chain": event.chain,
        "congress_id": event.congress_id,
        "case_id": event.case_id,
        "at": event.at.astimezone(dt.UTC),
        "action": event.action,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "actor_organization": actor.organization_name,
        "on_behalf_of": actor.on_behalf_of,
        "operation_id": running.id,
        "subject": event.subject,
        "detail": canonical(event.detail),
        "algorithm": ALGORITHM,
    }
