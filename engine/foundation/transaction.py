"""One place commits: a use case is one transaction, whole or not at all."""

from __future__ import annotations

import functools
import logging
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from engine.foundation.actor import Actor
from engine.foundation.errors import Busy, ConcurrentChange
from models import db

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("duban.transaction")

ATTEMPTS = 25
# PostgreSQL: serialization failure, deadlock, lock not available.
REPEATED = ("40001", "40P01", "55P03")


@dataclass(slots=True)
class Operation:
    """One run of one use case: what a click did. Rows that are written in bulk at its end wait here."""

    id: str
    actor: Actor
    events: list[Any] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    history: dict[sa.Insert, list[dict[str, Any]]] = field(default_factory=dict)
    heads: dict[str, Any] = field(
        default_factory=dict
    )  # last links of audit chains that were read on the way

    def add_later(self, insert: sa.Insert, rows: Sequence[dict[str, Any]]) -> None:
        """Let rows that nothing in the operation reads again wait for its end: one statement for all of a table."""
        self.history.setdefault(insert, []).extend(rows)


@dataclass(frozen=True, slots=True)
class Failure:
    """A use case that failed and left nothing: whose it was, its name, what it was told, and why it failed."""

    actor: Actor
    use_case: str
    arguments: Mapping[str, Any]
    error: Exception


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)
_closers: list[Callable[[Operation], None]] = []
_witnesses: list[tuple[type[Exception], Callable[[Failure], None]]] = []


def operation() -> Operation:
    """The running operation; outside a use case there is none, and nothing may be changed."""
    running = _current.get()
    if running is None:
        raise RuntimeError("this changes the database and belongs inside a use case")
    return running


def speak_for(name: str) -> None:
    """Let what the running operation records say that its actor stands in for this person (代)."""
    running = operation()
    if name and running.actor.on_behalf_of != name:
        running.actor = replace(running.actor, on_behalf_of=name)


def is_writing() -> bool:
    """Whether a use case runs in this thread: SQLite then takes its write lock at once."""
    return _current.get() is not None


def before_commit(closer: Callable[[Operation], None]) -> Callable[[Operation], None]:
    """Register what writes the operation's waiting rows just before the commit."""
    _closers.append(closer)
    return closer


def after_failure(kind: type[Exception]) -> Callable[[Callable[[Failure], None]], Callable[[Failure], None]]:
    """Register what is told of a use case that has failed with `kind`, once it is rolled back.

    It may run use cases of its own. What goes wrong in it is logged: the failure itself is what the caller gets.
    """

    def register(witness: Callable[[Failure], None]) -> Callable[[Failure], None]:
        _witnesses.append((kind, witness))
        return witness

    return register


def _tell(failure: Failure) -> None:
    for kind, witness in _witnesses:
        if isinstance(failure.error, kind):
            try:
                witness(failure)
            except Exception:
                log.exception("the failure of %s could not be recorded", failure.use_case)


@before_commit
def _write_history(running: Operation) -> None:
    for insert, rows in running.history.items():
        db.session.execute(insert, rows[0] if len(rows) == 1 else rows)


def use_case(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Make a function `(actor, …)` one transaction: commit on return, roll back on any exception, never nest.

    A change that loses a race against another is run again from the start: `ConcurrentChange`, a lock that
    could not be had and a serialization failure are not the user's business. Raises `Busy` when that never
    succeeds.
    """

    @functools.wraps(function)
    def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        if _current.get() is not None:
            raise RuntimeError(f"{function.__name__} is a use case and may not run inside another")
        for attempt in range(ATTEMPTS):
            try:
                return _attempt(function, actor, *args, **kwargs)
            except (ConcurrentChange, StaleDataError, DBAPIError) as error:
                if not _worth_repeating(error):
                    raise
            except Exception as error:
                _tell(Failure(actor, function.__name__, kwargs, error))
                raise
            time.sleep(random.uniform(0, 0.004) * (attempt + 1))
        raise Busy

    return run


def _attempt(
    function: Callable[Concatenate[Actor, P], R], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> R:
    session = db.session()
    if session.in_transaction():
        session.rollback()  # a snapshot read before the change must not decide it
    token = _current.set(Operation(id=str(uuid.uuid4()), actor=actor))
    try:
        result = function(actor, *args, **kwargs)
        session.flush()
        for closer in _closers:
            closer(operation())
        session.commit()
        return result
    except BaseException:
        session.rollback()
        raise
    finally:
        _current.reset(token)


def _worth_repeating(error: Exception) -> bool:
    """A lost race or a lock; a broken constraint too only when the database says serialization failure."""
    if isinstance(error, IntegrityError):
        return False
    if isinstance(error, OperationalError | DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return state in REPEATED or "database is locked" in str(error.orig)
    return True
