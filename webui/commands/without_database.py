"""Commands that find no database: they say so in a sentence, where a traceback would tell nobody anything."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
import sqlalchemy as sa

from engine.foundation.lacking import Lacking, has_no_tables, what_is_lacking

NO_TABLES = (
    "数据库里还没有表，请先运行 make run 或者 flask db upgrade"
    " / the database has no tables yet: run make run or flask db upgrade first"
)
SAID = {
    Lacking.DATABASE: "数据库打不开或者连不上 / the database cannot be opened or reached",
    Lacking.SPACE: "磁盘已满 / the disk is full",
}


def say_what_is_lacking(command: click.Command) -> None:
    """Let a command, and all that stand under it, say what is lacking."""
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        say_what_is_lacking(each)
    if command.callback is not None and not hasattr(command.callback, "says_what_is_lacking"):
        command.callback = _saying(command.callback)


def _saying(callback: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except sa.exc.DBAPIError as error:
            lacking = what_is_lacking(error)
            said = SAID[lacking] if lacking else NO_TABLES if has_no_tables(error) else ""
            if not said:
                raise
            raise click.ClickException(said) from error

    run.says_what_is_lacking = True  # type: ignore[attr-defined] # groups are shared by all applications of a process
    return run
