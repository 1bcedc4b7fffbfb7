"""What was made of rows that never change, kept in this process by database and id."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

import sqlalchemy as sa

from models import db

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by row id; of two threads that make one at once, both get the one that was kept."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, int], T] = {}
        self._lock = Lock()

    def get(self, id: int, make: Callable[[int], T]) -> T:
        """The value for the row, made on first need."""
        place = (_database(), id)
        found = self._values.get(place)
        if found is None:
            made = make(id)
            with self._lock:
                found = self._values.setdefault(place, made)
        return found

    def forget(self, id: int) -> None:
        """Let go of an id that was given to a new row: SQLite gives that of an undone row again."""
        with self._lock:
            self._values.pop((_database(), id), None)


def _database() -> str:
    # A session may be bound to one connection instead of an engine; both know their engine.
    return _address_of(db.engine.engine)


@lru_cache(maxsize=8)
def _address_of(engine: sa.Engine) -> str:
    """As text: an address as SQLAlchemy has it is written out anew each time that it is looked up."""
    return engine.url.render_as_string(hide_password=False)
