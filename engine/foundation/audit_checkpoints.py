"""Checkpoints: one hash over the whole audit trail, to be kept where the database cannot be reached from."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.audit import ALGORITHM, EMPTY, EVENTS, HEADS
from engine.foundation.errors import DomainError
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import AuditCheckpoint, db

CHECKPOINTS: sa.Table = AuditCheckpoint.__table__  # type: ignore[assignment]
FIGURES = ("previous_hash", "at", "events", "chains", "last_event_id", "algorithm")
FORMAT = "duban-audit-checkpoint/1"


class UnreadableCheckpoint(DomainError):
    """The file is not a checkpoint as it was written."""

    text = _("文件{name}不是完整的审计检查点：可能已损坏，或者被改动过。")


class Head(NamedTuple):
    """The last link of one chain at some moment."""

    chain: str
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of all chains at one moment; every event up to `last_event_id`, and no other, is covered."""

    id: int
    at: dt.datetime
    events: int
    chains: int
    last_event_id: int
    algorithm: str
    previous_hash: str
    hash: str


STORED = sa.select(*(CHECKPOINTS.c[field.name] for field in fields(Checkpoint)))


@dataclass(frozen=True, slots=True)
class Witness:
    """A checkpoint read from a file, with the head of every chain: chain → (position, hash)."""

    checkpoint: Checkpoint
    heads: dict[str, tuple[int, str]]


@use_case
def take_checkpoint(actor: Actor) -> Checkpoint:
    """Seal all that has been recorded until now."""
    _wait_for_writers()
    before = latest_checkpoint()
    heads = [Head(*row) for row in db.session.execute(sa.select(HEADS).order_by(HEADS.c.chain))]
    values: dict[str, Any] = {
        "at": clock.now(),
        "events": sum(head.position for head in heads),
        "chains": len(heads),
        "last_event_id": db.session.execute(sa.select(sa.func.max(EVENTS.c.id))).scalar() or 0,
        "algorithm": ALGORITHM,
        "previous_hash": before.hash if before else EMPTY,
    }
    values["hash"] = seal(values, heads)
    insert = CHECKPOINTS.insert().values(taken_by=actor.user_id, **values)
    key: int = db.session.execute(insert.returning(CHECKPOINTS.c.id)).scalar_one()
    return Checkpoint(id=key, **values)


def _wait_for_writers() -> None:
    """Begin when no event is under way, so that the covered events are those up to one id.

    PostgreSQL hands out ids before the commit: without the lock a smaller id could appear later.
    It is not waited for long, because new writers queue behind whoever waits for this lock.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL lock_timeout = '500ms'"))
        db.session.execute(sa.text("LOCK TABLE audit_head IN SHARE ROW EXCLUSIVE MODE"))


def seal(values: dict[str, Any], heads: Iterable[Head]) -> str:
    """The hash of a checkpoint: over its figures, the hash before and the heads in their order."""
    lines = hashlib.sha256()
    for chain, position, link in heads:
        lines.update(f"{chain} {position} {link}\n".encode())
    figures = [values[name] for name in FIGURES]
    return hashlib.sha256(orjson.dumps([*figures, lines.hexdigest()])).hexdigest()


def all_checkpoints() -> list[Checkpoint]:
    """Every checkpoint in the database, oldest first."""
    return [Checkpoint(*row) for row in db.session.execute(STORED.order_by(CHECKPOINTS.c.id))]


def latest_checkpoint() -> Checkpoint | None:
    """The newest checkpoint in the database."""
    row = db.session.execute(STORED.order_by(CHECKPOINTS.c.id.desc()).limit(1)).first()
    return Checkpoint(*row) if row else None


def heads_as_of(last_event_id: int) -> Iterator[Head]:
    """The heads as the events up to an id make them, in the order of their chains."""
    last = (
        sa.select(EVENTS.c.chain, sa.func.max(EVENTS.c.position).label("position"))
        .where(EVENTS.c.id <= last_event_id)
        .group_by(EVENTS.c.chain)
        .subquery()
    )
    ends = sa.and_(EVENTS.c.chain == last.c.chain, EVENTS.c.position == last.c.position)
    heads = (
        sa.select(EVENTS.c.chain, EVENTS.c.position, EVENTS.c.hash)
        .join(last, ends)
        .order_by(EVENTS.c.chain)
        .execution_options(yield_per=2000)
    )
    with db.session.execute(heads) as rows:
        yield from itertools.starmap(Head, rows)


def holds(checkpoint: Checkpoint) -> bool:
    """Whether the events in the database still make the checkpoint's hash."""
    return seal(asdict(checkpoint), heads_as_of(checkpoint.last_event_id)) == checkpoint.hash


def export(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a JSON file that a later verification can be held against, chain by chain."""
    heads = {head.chain: [head.position, head.hash] for head in heads_as_of(checkpoint.last_event_id)}
    document = {"format": FORMAT, **asdict(checkpoint), "heads": heads}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def read_witness(path: Path) -> Witness:
    """Read a file with an exported checkpoint; raises UnreadableCheckpoint as `witness_from` does."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableCheckpoint(name=path.name) from error
    return witness_from(path.name, content)


def witness_from(name: str, content: bytes) -> Witness:
    """An exported checkpoint; raises UnreadableCheckpoint unless its contents make its own hash."""
    try:
        document = orjson.loads(content)
        heads = {chain: (position, link) for chain, (position, link) in document.pop("heads").items()}
        if document.pop("format") != FORMAT:
            raise ValueError("another format")
        document["at"] = dt.datetime.fromisoformat(document["at"]).astimezone(dt.UTC)
        checkpoint = Checkpoint(**document)
        ordered = (Head(chain, *heads[chain]) for chain in sorted(heads, key=str.encode))
        whole_numbers = (
            document["events"],
            document["chains"],
            *(position for position, _link in heads.values()),
        )
        if not all(type(number) is int for number in (document["last_event_id"], *whole_numbers)):
            raise ValueError("figures that are none")
        if seal(document, ordered) != checkpoint.hash:
            raise ValueError("not what was sealed")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableCheckpoint(name=name) from error
    return Witness(checkpoint, heads)
