"""The command line: each module here that has a `group` is one group of `flask` commands."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask

from engine.foundation.lacking import Lacking, has_no_tables, what_is_lacking

NO_TABLES = (
    "数据库里还没有表，请先运行 make run 或者 flask db upgrade"
    " / the database has no tables yet: run make run or flask db upgrade first"
)
SAID = {
    Lacking.DATABASE: "数据库打不开或者连不上 / the database cannot be opened or reached",
    Lacking.SPACE: "磁盘已满 / the disk is full",
}


def register(app: Flask) -> None:
    """Give `flask` every group of commands in this package."""
    for module in pkgutil.iter_modules(__path__):
        group = getattr(importlib.import_module(f"{__name__}.{module.name}"), "group", None)
        if group is not None:
            _say_what_is_lacking(group)
            app.cli.add_command(group)


def _say_what_is_lacking(command: click.Command) -> None:
    """Let a command say in a sentence that the database is lacking, where a traceback would tell nobody anything."""
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        _say_what_is_lacking(each)
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
