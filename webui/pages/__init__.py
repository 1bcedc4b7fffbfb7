"""The pages: each module of this package that has a `blueprint` is a part of the site.

A module may also have `ENTRIES`, the ways into it that the navigation shows (`webui.shell.Entry`), and
`register(app)` for what only it needs.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module

from flask import Flask

from webui import shell


def register(app: Flask) -> None:
    """Find the modules of pages and put them into the application."""
    shell.register(app)
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        module = import_module(f"{__name__}.{found.name}")
        if (blueprint := getattr(module, "blueprint", None)) is not None:
            app.register_blueprint(blueprint)
        shell.add(app, *getattr(module, "ENTRIES", ()))
        if (also := getattr(module, "register", None)) is not None:
            also(app)
    if not any(rule.rule == "/" for rule in app.url_map.iter_rules()):
        app.add_url_rule("/", "home", shell.home)
