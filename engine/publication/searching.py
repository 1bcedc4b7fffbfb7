"""The published copies in which words stand, the latest first: by the index, then by the text itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.readings.filters import escaped
from engine.publication.access import PUBLICATIONS
from engine.publication.search_index import candidates, ids_in
from models import Congress, db

FEW = 400  # candidates that are looked at in one statement
WALKED_AT_MOST = 2_000  # lines of the list that are walked along in one statement
LATEST_FIRST = (PUBLICATIONS.c.first_released_at.desc(), PUBLICATIONS.c.id.desc())
Conditions = Sequence[sa.ColumnElement[bool]]


def found(words: Sequence[str], conditions: Conditions, most: int) -> list[int]:
    """The latest `most` copies that fulfil the conditions and have every word in their searched text.

    A word that is rare is looked for in the few copies that may have it. Along one that is common the list is walked,
    the latest first, until enough is found: it stands in so many that this is soon.
    """
    possible = candidates(words)
    if possible.bit_count() <= FEW:
        among = PUBLICATIONS.c.id.in_(list(ids_in(possible)))
        statement = _keys(conditions).where(among, *map(stands_in, words))
        return [row.id for row in db.session.execute(statement.limit(most))]
    return _walked(words, possible, conditions, most)


def _keys(conditions: Conditions) -> sa.Select[Any]:
    return (
        sa.select(PUBLICATIONS.c.id, PUBLICATIONS.c.first_released_at)
        .join(Congress, Congress.id == PUBLICATIONS.c.congress_id)
        .where(PUBLICATIONS.c.released.is_not(None), *conditions)
        .order_by(*LATEST_FIRST)
    )


def _walked(words: Sequence[str], possible: int, conditions: Conditions, most: int) -> list[int]:
    mask = possible.to_bytes(possible.bit_length() // 8 + 1, "little")
    ids: list[int] = []
    size, older = 4 * most, list[sa.ColumnElement[bool]]()
    while len(ids) < most:
        rows = db.session.execute(_keys(conditions).where(*older).limit(size)).all()
        ids += _having(words, [row.id for row in rows if _is_set(mask, row.id)])
        if len(rows) < size:
            break
        older = [older_than(rows[-1].first_released_at, rows[-1].id)]
        size = min(2 * size, WALKED_AT_MOST)
    return ids[:most]


def _is_set(mask: bytes, id_: int) -> bool:
    return id_ >> 3 < len(mask) and bool(mask[id_ >> 3] >> (id_ & 7) & 1)


def _having(words: Sequence[str], ids: list[int]) -> list[int]:
    """Those of the copies in which the words stand, in the same order."""
    statement = sa.select(PUBLICATIONS.c.id).where(PUBLICATIONS.c.id.in_(ids), *map(stands_in, words))
    having = set(db.session.scalars(statement)) if ids else set()
    return [id_ for id_ in ids if id_ in having]


def older_than(at: Any, id_: int) -> sa.ColumnElement[bool]:
    """Whether a copy stands behind this place in the list."""
    first, key = PUBLICATIONS.c.first_released_at, PUBLICATIONS.c.id
    return sa.or_(first < at, sa.and_(first == at, key < id_))


def stands_in(word: str) -> sa.ColumnElement[bool]:
    """Whether the word stands in what is searched; both sides are folded. Each database has its own quicker way."""
    if db.engine.dialect.name == "sqlite":
        return sa.func.instr(PUBLICATIONS.c.words, word) > 0
    return PUBLICATIONS.c.words.like(f"%{escaped(word)}%", escape="\\")
