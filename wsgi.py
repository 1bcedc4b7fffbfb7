"""Where the `flask` command and WSGI servers look for the application."""

import sys

from flask import Flask

from webui import headless, premises


def create_app() -> Flask:
    """The application; for a command that only reads files, without what it does not need.

    Leaves with a sentence where what it was told of its surroundings cannot be used.
    """
    if headless.is_enough(sys.argv):
        return headless.create_app()
    try:
        premises.require_folder(premises.data_folder())
        premises.require_settings()
    except premises.Unready as reason:
        sys.exit(f"{reason.zh}\n{reason.en}")
    from webui import app  # here, as it takes two seconds and 130 MB

    return app.create_app()
