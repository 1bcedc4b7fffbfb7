"""PostgreSQL made to remember: what a connection has planned once it need not plan again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from psycopg import OperationalError, pq
from sqlalchemy import event

PREPARED_MOST = 1_000  # statements of a connection; the program has some three hundred


def prepare(engine: sa.Engine) -> None:
    """Let every connection of `engine` keep its prepared statements over a rollback.

    Every reading ends with one, and the driver then forgets all that it has prepared, as a rollback may undo the
    making of a table. Here no table is made while the program runs, and half the time of a statement is its planning.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.prepared_max = PREPARED_MOST

    engine.dialect.do_rollback = _rollback  # type: ignore[assignment,method-assign]


def _rollback(connection: Any) -> None:
    server = connection.pgconn
    if server.transaction_status == pq.TransactionStatus.IDLE:
        return
    result = server.exec_(b"ROLLBACK")
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(server.get_error_message())
