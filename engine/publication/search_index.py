"""Which published copies a word can stand in: for every pair of neighbouring signs, the copies that have it.

Copies are numbered in blocks of 8,192 with a row for each pair of a block, so that a pair costs two bytes in a copy
and one bit where it is common. The rows are written in the transaction that releases or withdraws a copy. What they
find is then looked at in the text itself: a search gives exactly the copies in which the word stands.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from engine.people.personal_data import folded
from engine.publication.access import PUBLICATIONS
from models import PublicationPair, db
from models.base import insert_unless

PAIRS: sa.Table = PublicationPair.__table__  # type: ignore[assignment]
BLOCK = 8192  # publications that share a row
DENSE = (
    BLOCK // 8
)  # bytes: in a row of this length each publication has its bit, in a shorter one two bytes its place
ASKED_AT_ONCE = 500  # pairs in one statement
Bits = dict[str, int]


def searched(text: str) -> str:
    """A text as searches compare it: plain forms, small letters, no runs of spaces."""
    return " ".join(folded(text).lower().split())


def pairs_of(text: str) -> set[str]:
    """Every sign of a searched text, and every pair of neighbours that no space parts."""
    found: set[str] = set()
    for word in text.split(" "):
        found.update(word)
        found.update(word[place : place + 2] for place in range(len(word) - 1))
    return found


def candidates(words: Iterable[str]) -> int:
    """The copies that have every pair of every word, the bit of each at its id; words without a pair by their sign."""
    wanted = {pair for word in words for pair in _asked(word)}
    known: Bits = {}
    rows = db.session.execute(sa.select(PAIRS).where(PAIRS.c.pair.in_(sorted(wanted))))
    for row in rows:
        known[row.pair] = known.get(row.pair, 0) | _read(row.copies) << (row.block * BLOCK)
    if len(known) < len(wanted):
        return 0
    common = -1
    for bits in sorted(known.values(), key=int.bit_count):  # the rarest first
        common &= bits
        if not common:
            break
    return max(common, 0)


def _asked(word: str) -> set[str]:
    return {word[place : place + 2] for place in range(len(word) - 1)} or {word}


def ids_in(bits: int) -> Iterator[int]:
    """The ids whose bits are set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def enter(publication_id: int, before: str, after: str) -> None:
    """Let the index follow a copy whose searched text was `before` and is `after`; an empty one is in no search."""
    old, new = pairs_of(before), pairs_of(after)
    block, bit = publication_id // BLOCK, 1 << publication_id % BLOCK
    _lock(block)
    known = _known(block, sorted(old ^ new))
    changed = {pair: known.get(pair, 0) | bit for pair in new - old}
    changed |= {pair: known.get(pair, 0) & ~bit for pair in old - new}
    _write(block, {pair: bits for pair, bits in changed.items() if bits})
    _remove(block, [pair for pair, bits in changed.items() if not bits])


def _lock(block: int) -> None:
    """Let one operation after another change a block; the row of its first publication stands for it."""
    first = sa.select(PUBLICATIONS.c.id).where(PUBLICATIONS.c.id >= block * BLOCK).order_by(PUBLICATIONS.c.id)
    db.session.execute(first.limit(1).with_for_update())


def _known(block: int, pairs: Sequence[str]) -> Bits:
    found: Bits = {}
    for some in _portions(pairs):
        statement = sa.select(PAIRS.c.pair, PAIRS.c.copies).where(
            PAIRS.c.pair.in_(some), PAIRS.c.block == block
        )
        found |= {row.pair: _read(row.copies) for row in db.session.execute(statement)}
    return found


def _write(block: int, bits: Bits) -> None:
    """In the order of the pairs, so that two operations never wait for one another."""
    rows = [{"pair": pair, "block": block, "copies": _written(bits[pair])} for pair in sorted(bits)]
    insert = insert_unless(PAIRS)
    upsert = insert.on_conflict_do_update(
        index_elements=[PAIRS.c.pair, PAIRS.c.block], set_={"copies": insert.excluded.copies}
    )
    if rows:
        db.session.execute(upsert, rows)


def _remove(block: int, pairs: Sequence[str]) -> None:
    for some in _portions(sorted(pairs)):
        db.session.execute(PAIRS.delete().where(PAIRS.c.pair.in_(some), PAIRS.c.block == block))


def _portions(pairs: Sequence[str]) -> Iterator[Sequence[str]]:
    for place in range(0, len(pairs), ASKED_AT_ONCE):
        yield pairs[place : place + ASKED_AT_ONCE]


def _read(stored: bytes) -> int:
    """The bits of a row."""
    if len(stored) == DENSE:
        return int.from_bytes(stored, "little")
    bits = 0
    for place in struct.unpack(f"<{len(stored) // 2}H", stored):
        bits |= 1 << place
    return bits


def _written(bits: int) -> bytes:
    """A row for these bits, in the shorter of its two forms."""
    many = bits.bit_count()
    if 2 * many >= DENSE:
        return bits.to_bytes(DENSE, "little")
    return struct.pack(f"<{many}H", *ids_in(bits))


def rebuild(actor: Actor, progress: Callable[[int], None] = lambda done: None) -> int:
    """Make the index anew, a block in each transaction, so that searches go on; gives how many copies are in it."""
    done = 0
    following: int | None = 0
    while following is not None:
        copies, following = _rebuild_block(actor, block=following)
        done += copies
        progress(done)
    return done


@use_case
def _rebuild_block(actor: Actor, *, block: int) -> tuple[int, int | None]:
    """Gives how many copies there are in the block, and the next block."""
    actor.require("system")
    _lock(block)
    texts = _texts(block)
    db.session.execute(PAIRS.delete().where(PAIRS.c.block == block))
    bits: Bits = {}
    for publication_id, text in texts.items():
        for pair in pairs_of(text):
            bits[pair] = bits.get(pair, 0) | 1 << publication_id % BLOCK
    _write(block, bits)
    last = db.session.scalar(sa.select(sa.func.max(PUBLICATIONS.c.id))) or 0
    return len(texts), block + 1 if block < last // BLOCK else None


def _texts(block: int) -> Mapping[int, str]:
    """The searched texts of the copies that the public reads."""
    statement = sa.select(PUBLICATIONS.c.id, PUBLICATIONS.c.words).where(
        PUBLICATIONS.c.released.is_not(None),
        PUBLICATIONS.c.id.between(block * BLOCK, (block + 1) * BLOCK - 1),
    )
    found: dict[int, Any] = {row.id: row.words for row in db.session.execute(statement)}
    return found
