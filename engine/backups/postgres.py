"""PostgreSQL copied while people write, by its own pg_dump, in the snapshot in which the rows are counted."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.backups.figures import Figures, figures
from engine.backups.folders import CHUNK
from engine.backups.refusals import BackupRefused
from engine.foundation.language import _
from engine.foundation.postgres import without_values

NAME = "duban.dump"
SETTINGS = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
ENVIRONMENT = {"dbname": "PGDATABASE"}  # each other one is PG and its name


class NoTool(BackupRefused):
    """The client programs of PostgreSQL are not installed here."""

    text = _(
        "找不到 {tool}。备份和恢复 PostgreSQL 需要它的客户端程序，版本不低于服务器，请安装并放在 PATH 中。"
    )


class ToolFailed(BackupRefused):
    """A client program of PostgreSQL has given up."""

    text = _("{tool} 没有完成：{reason}")


def dump(engine: sa.Engine, folder: Path) -> Figures:
    """Dump the database into the folder as one file; gives its figures. Raises NoTool and ToolFailed."""
    _tool("pg_dump")
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        counted = figures(connection)
        arguments = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        _run(connection, "pg_dump", *arguments, f"--file={folder / NAME}")
    return counted


def load(engine: sa.Engine, folder: Path) -> None:
    """Make the database what the dump has, whole or empty. Raises NoTool and ToolFailed."""
    _tool("pg_restore")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Not --clean: a table that only this version has would stay, and the next migration find it there.
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
        arguments = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        name = connection.connection.driver_connection.info.dbname  # type: ignore[union-attr]
        _run(connection, "pg_restore", *arguments, f"--dbname={name}", fed=folder / NAME)
    engine.dispose()


def require_readable(folder: Path) -> None:
    """The dump can be read to its end, as far as this can be told without a database. Raises NoTool and ToolFailed."""
    _finish("pg_restore", ["--file=/dev/null", str(folder / NAME)], dict(os.environ))


def _run(connection: sa.Connection, tool: str, *arguments: str, fed: Path | None = None) -> None:
    """Run a tool on the database of a connection; the password goes by the environment, where `ps` does not show it."""
    info: Any = connection.connection.driver_connection.info  # type: ignore[union-attr]
    known = info.get_parameters() | {"host": info.host, "port": str(info.port), "user": info.user}
    known["dbname"] = info.dbname
    named = {ENVIRONMENT.get(key, f"PG{key.upper()}"): known[key] for key in SETTINGS if known.get(key)}
    secret = {"PGPASSWORD": info.password} if info.password else {}
    _finish(tool, list(arguments), {**os.environ, **named, **secret}, fed)


def _finish(tool: str, arguments: list[str], environment: dict[str, str], fed: Path | None = None) -> None:
    """Run a tool to its end; `fed` comes through a pipe: if this program is killed, it does not go on alone."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [_tool(tool), *arguments],
            env=environment,
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        if fed and running.stdin:
            # It may end before it has read all, and says itself why.
            with contextlib.suppress(BrokenPipeError), fed.open("rb") as file, running.stdin as pipe:
                shutil.copyfileobj(file, pipe, CHUNK)
        status = running.wait()
        said.seek(0)
        if status:
            # What was wrong, not with which row: this is shown, and logged by whoever runs the backups.
            reason = without_values(said.read().decode(errors="replace")).strip()
            raise ToolFailed(tool=tool, reason=reason or status)


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoTool(tool=name)
    return found
