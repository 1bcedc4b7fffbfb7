"""PostgreSQL made to remember what it has planned once, and to keep to itself what stood in a row it refused."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from psycopg import DataError, Error, OperationalError, pq
from sqlalchemy import event

PREPARED_MOST = 1_000  # statements of a connection; the program has some three hundred
PREPARED_AFTER = 5  # times that a connection has seen a statement
# Where the server goes on from what was wrong to the values it was wrong with: «Key (phone)=(…) already exists».
VALUES = re.compile(r"\n(?:DETAIL|CONTEXT|QUERY):.*", re.DOTALL)
# What is no row's: which process waits for which. Deadlocks cannot be understood without it.
TELLING = ("40", "55", "57")
QUOTED = re.compile(r': ".*', re.DOTALL)  # invalid input syntax for type integer: "…"


def prepare(engine: sa.Engine) -> None:
    """Let every connection of `engine` keep its prepared statements over a rollback, and its errors keep values back.

    Every reading ends with one, and the driver then forgets all that it has prepared, as a rollback may undo the
    making of a table. Here no table is made while the program runs, and half the time of a statement is its planning.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.prepared_max = PREPARED_MOST
        connection.prepare_threshold = PREPARED_AFTER

    @event.listens_for(engine, "handle_error")
    def _failed(context: sa.ExceptionContext) -> None:
        if isinstance(context.original_exception, Error):
            keep_back(context.original_exception, context.sqlalchemy_exception)

    engine.dialect.do_rollback = _rollback  # type: ignore[assignment,method-assign]
    engine.dialect.do_rollback_to_savepoint = _rollback_to  # type: ignore[method-assign]


def _rollback(connection: Any) -> None:
    if connection.pgconn.transaction_status != pq.TransactionStatus.IDLE:
        run(connection.pgconn, b"ROLLBACK")


def _rollback_to(connection: sa.Connection, name: str) -> None:
    driven: Any = connection.connection.driver_connection
    run(driven.pgconn, f"ROLLBACK TO SAVEPOINT {name}".encode())


def run(server: Any, command: bytes) -> None:
    """Run a command past the driver, which would forget what it has prepared. Raises OperationalError."""
    result = server.exec_(command)
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(server.get_error_message())


def keep_back(error: Error, wrapped: sa.exc.StatementError | None = None) -> None:
    """Take the values of rows out of what an error says; whoever logs it logs no telephone and no name.

    `error.diag` still has them, for a program that has to know.
    """
    said = without_values(str(error), error.sqlstate or "", data=isinstance(error, DataError))
    error.args = (said, *error.args[1:])
    if wrapped is not None:
        kind = type(error)
        wrapped.args = (f"({kind.__module__}.{kind.__name__}) {said}", *wrapped.args[1:])


def without_values(said: str, state: str = "", *, data: bool = False) -> str:
    """What PostgreSQL or one of its tools said, without the values; `data`: they stand in its first line already."""
    if state.startswith(TELLING):
        return said
    said = VALUES.sub("", said)
    return QUOTED.sub(": …", said) if data else said
