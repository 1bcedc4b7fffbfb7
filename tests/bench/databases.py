"""The databases of the benchmark: real files with full durability, a real PostgreSQL that waits for the disk."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from engine import capabilities
from engine.definitions import catalogue
from engine.foundation.actor import system_actor
from models import db
from tests.support import postgres
from tests.support.cast import Cast, assemble
from tests.support.databases import Cellar, PostgresCellar, SqliteCellar, bare_app

DIALECTS = ("sqlite", "postgres")
_folders = itertools.count(1)


class Cellars:
    """Where the parts get fresh migrated databases from.

    A measured part has a server and a template of its own, durable as in an installation. A quick run only
    proves that everything runs: all its parts share one that does not wait for the disk.
    """

    def __init__(self, folder: Path, *, quick: bool = False) -> None:
        self.folder = folder
        self.quick = quick
        self._stack = contextlib.ExitStack()
        self._shared: dict[str, Cellar] = {}

    def __enter__(self) -> Cellars:
        return self

    def __exit__(self, *raised: object) -> None:
        self._stack.close()

    @contextlib.contextmanager
    def open(self, dialect: str) -> Iterator[Cellar]:
        """The cellar of one database system, for one part."""
        if not self.quick:
            with self._opened(dialect) as cellar:
                yield cellar
            return
        if dialect not in self._shared:
            self._shared[dialect] = self._stack.enter_context(self._opened(dialect))
        yield self._shared[dialect]

    @contextlib.contextmanager
    def _opened(self, dialect: str) -> Iterator[Cellar]:
        if dialect == "sqlite":
            place = self.folder / f"sqlite-{next(_folders)}"
            place.mkdir()
            yield SqliteCellar(place)
        else:
            with postgres.running(durable=not self.quick) as server:
                yield PostgresCellar(server)


@contextlib.contextmanager
def stage(url: str) -> Iterator[tuple[Flask, Cast]]:
    """An application on the database, in its context, with the cast on stage."""
    app = bare_app(url)
    with app.app_context():
        try:
            cast = assemble()
            _allow_any_round(cast.congress_id)
            yield app, cast
        finally:
            db.session.remove()
            db.engine.dispose()


def _allow_any_round(congress_id: int) -> None:
    """Deploy the processes without the end that practice sets to rounds: ageing shows only over many of them."""
    limited = [files for files in catalogue.shipped().values() if "\nrounds = " in files["process.toml"]]
    for files in limited:
        process = re.sub(r"(?m)^rounds = \d+", f"rounds = {10**6}", files["process.toml"])
        catalogue.deploy(
            system_actor(congress_id), {**files, "process.toml": process}, **capabilities.known()
        )
