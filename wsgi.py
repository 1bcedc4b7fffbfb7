"""Where the `flask` command and WSGI servers look for the application."""

from webui.app import create_app

__all__ = ["create_app"]
