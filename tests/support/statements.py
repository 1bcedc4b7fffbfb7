"""What is asked of the database: its statements, as the driver is given them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from models import db


@contextmanager
def counted() -> Iterator[Callable[[], list[str]]]:
    """Watch the database; each call gives the statements since the last."""
    said: list[str] = []

    def note(*event: Any) -> None:
        said.append(event[2])

    def since() -> list[str]:
        done = said.copy()
        said.clear()
        return done

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield since
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
