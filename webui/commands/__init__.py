"""The command line: each module here that has a `group` is one group of `flask` commands."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask


def register(app: Flask) -> None:
    """Give `flask` every group of commands in this package."""
    from webui.commands.without_database import (
        say_what_is_lacking,
    )  # here, as commands about files need no database

    for module in pkgutil.iter_modules(__path__):
        group = getattr(importlib.import_module(f"{__name__}.{module.name}"), "group", None)
        if group is not None:
            say_what_is_lacking(group)
            app.cli.add_command(group)
