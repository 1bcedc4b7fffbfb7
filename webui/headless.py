"""The application without pages and database, for commands that only read files.

A hostile file is refused within a second and 100 MB, which the whole program
takes only to begin: 130 MB, against 45 here.
"""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import Babel

from webui.commands.process_checking import check_command
from webui.commands.process_running import run_command

GROUP = "process"
ALONE = {"check": check_command, "run": run_command}


def is_enough(arguments: Sequence[str]) -> bool:
    """Whether the command line (`flask process check …`) asks for nothing that needs the whole application."""
    return len(arguments) > 2 and arguments[1] == GROUP and arguments[2] in ALONE


def create_app() -> Flask:
    """An application that knows two languages and these commands."""
    app = Flask("webui")
    Babel(app, default_locale="zh")
    group: click.Group = AppGroup(GROUP)
    for command in ALONE.values():
        group.add_command(command)
    app.cli.add_command(group)
    return app
