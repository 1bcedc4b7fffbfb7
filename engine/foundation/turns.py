"""Taking turns: what counts first and then writes is done one after the other, so that the count is exact."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from models import db


def take_turns(*words: str) -> None:
    """Wait until no other transaction holds one of these words, and hold them until this one ends.

    SQLite has one writer anyway. Whoever takes several names them always in the same order, so that no two wait in a
    ring.
    """
    if db.engine.dialect.name == "postgresql":
        for word in words:
            key = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big", signed=True)
            db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
