"""Where the `flask` command and WSGI servers look for the application."""

import sys

from flask import Flask

from webui import headless


def create_app() -> Flask:
    """The application; for a command that only reads files, without what it does not need."""
    if headless.is_enough(sys.argv):
        return headless.create_app()
    from webui import app  # here, as it takes two seconds and 130 MB

    return app.create_app()
