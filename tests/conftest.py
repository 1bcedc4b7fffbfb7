"""The fixtures that every test may use; how they work is in tests/support."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.foundation import clock, postgres, sqlite
from engine.people import passwords
from models import db
from tests.support import cast, databases, web
from tests.support.campaign import CAMPAIGN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Looking for cycles so often among all that the modules hold took a tenth of the time; memory is there.
gc.set_threshold(100_000, 50, 100)

# A busy machine is no failure, and what was red must be red again when looked into; the campaign varies.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("campaign", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("tests")

# Nobody cuts the power here: what a killed process has written, the system keeps. As PostgreSQL's HASTE.
sqlite.PRAGMAS = (*sqlite.PRAGMAS, "synchronous=OFF")

# A connection sees what all the tests of a worker ask for: what comes twice comes again.
postgres.PREPARED_AFTER = 1

# Passwords are hashed as always, at a small cost: a test that signs somebody in is not about argon2.
CHEAP = passwords.Strength(memory_kib=64, passes=1)
passwords.configure(strength=CHEAP)
TEST_CONFIG = {
    "TESTING": True,
    "SECRET_KEY": "tests only",
    "WTF_CSRF_ENABLED": False,
    "PASSWORD_STRENGTH": CHEAP,
}
TEMPLATES = web.Compiled()


def pytest_collection_finish() -> None:
    """What the modules hold stays: the collector need not walk through it any more."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """An application that another test has made may have asked for the strength of an installation."""
    passwords.configure(strength=CHEAP)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A campaign tries every property."""
    for item in items:
        if CAMPAIGN and hypothesis.is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.campaign)


# Databases


def _parameters() -> Iterator[Any]:
    for name in databases.DIALECTS:
        yield pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ())


@pytest.fixture(params=_parameters())
def dialect(request: pytest.FixtureRequest) -> str:
    """Each test that touches a table runs on every database system named in DUBAN_TEST_DATABASES."""
    return str(request.param)


@pytest.fixture(scope="session")
def _new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """`_new(dialect, settled)` is the URL of a migrated database, with the cast in it or without."""
    bare: dict[str, databases.Cellar] = {}
    furnished: dict[str, tuple[databases.Cellar, cast.Cast]] = {}
    with contextlib.ExitStack() as stack:

        def new(dialect: str, settled: bool = False) -> str:
            if dialect not in bare:
                folder = tmp_path_factory.mktemp(dialect)
                bare[dialect] = stack.enter_context(databases.cellar(dialect, folder))
            if not settled:
                return bare[dialect].fresh()
            if dialect not in furnished:
                furnished[dialect] = _furnished(bare[dialect])
            cellar, people = furnished[dialect]
            url = cellar.fresh()
            cast.settled_at(url, people)
            return url

        yield new


def _furnished(bare: databases.Cellar) -> tuple[databases.Cellar, cast.Cast]:
    there: list[cast.Cast] = []

    def furnish(url: str) -> None:
        app = databases.bare_app(url)
        there.append(cast.settle(app))
        dispose(app)

    return bare.furnished(furnish), there[0]


@pytest.fixture
def settled(request: pytest.FixtureRequest) -> bool:
    """Whether the cast is in the database before the test begins: settled for each, it took a fifth of all time."""
    return "cast" in request.fixturenames


@pytest.fixture(scope="session")
def _bare_apps(_new: Callable[..., str]) -> Iterator[Callable[..., Flask]]:
    made: dict[tuple[str, bool], Flask] = {}

    def bare_app(dialect: str, settled: bool = False) -> Flask:
        if (dialect, settled) not in made:
            made[dialect, settled] = databases.bare_app(_new(dialect, settled))
        return made[dialect, settled]

    yield bare_app
    for app in made.values():
        dispose(app)


@pytest.fixture(scope="session")
def _web_apps(
    _bare_apps: Callable[..., Flask], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Flask]:
    made: dict[tuple[str, bool], Flask] = {}

    def web_app(dialect: str, settled: bool = False) -> Flask:
        if (dialect, settled) not in made:
            url = _bare_apps(dialect, settled).config["SQLALCHEMY_DATABASE_URI"]
            made[dialect, settled] = create_app(url, tmp_path_factory.mktemp("data"))
        return made[dialect, settled]

    return web_app


def create_app(url: str, folder: Path, **config: Any) -> Flask:
    """The real application on a given database; CSRF tokens are asked for only where `config` says so."""
    from webui import app as factory

    place = {"SQLALCHEMY_DATABASE_URI": url, "DATA_FOLDER": str(folder)}
    app = factory.create_app({**TEST_CONFIG, **place, **config})
    app.test_client_class = web.Visitor
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


def dispose(app: Flask) -> None:
    """Close every connection of an application that is done with."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def connection(dialect: str, settled: bool, _bare_apps: Callable[..., Flask]) -> Iterator[sa.Connection]:
    """The one connection through which a test sees its database; all its changes are undone at the end."""
    with _bare_apps(dialect, settled).app_context():
        engine = db.engine
    with databases.forgetting(engine) as connection:
        yield connection


@pytest.fixture
def database(
    dialect: str, settled: bool, connection: sa.Connection, _bare_apps: Callable[..., Flask]
) -> Iterator[SQLAlchemy]:
    """`models.db` without the web; use cases commit as always, and the end of the test undoes it."""
    app = _bare_apps(dialect, settled)
    with databases.bound(app, connection), app.app_context():
        yield db


@pytest.fixture
def app(
    dialect: str, settled: bool, connection: sa.Connection, _web_apps: Callable[..., Flask]
) -> Iterator[Flask]:
    """The application, on the same connection as `database`."""
    application = _web_apps(dialect, settled)
    with databases.bound(application, connection):
        yield application


@pytest.fixture
def client(app: Flask) -> web.Visitor:
    """One visitor; `app.test_client()` makes another."""
    visitor = app.test_client()
    assert isinstance(visitor, web.Visitor)
    return visitor


@pytest.fixture
def fresh_url(dialect: str, settled: bool, _new: Callable[..., str]) -> str:
    """A migrated database of the test's own, with real commits: for threads, processes and crashes."""
    return _new(dialect, settled)


@pytest.fixture
def fresh_database(fresh_url: str) -> Iterator[Flask]:
    """The bare application on a database of the test's own, in its context; a thread pushes one itself."""
    app = databases.bare_app(fresh_url)
    with app.app_context():
        yield app
    dispose(app)


# Time


@pytest.fixture
def clock_at() -> Iterator[Callable[[dt.datetime], None]]:
    """`clock_at(moment)` makes it that moment until the test ends; a naive moment is Beijing time."""
    with contextlib.ExitStack() as stack:

        def move(moment: dt.datetime) -> None:
            instant = moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)
            stack.enter_context(clock.moved_to(instant))

        yield move


# The browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    from tests.support.browser import running_browser

    with running_browser() as chromium:
        yield chromium


@pytest.fixture
def app_server(settled: bool, _new: Callable[..., str], tmp_path: Path) -> Iterator[web.Site]:
    """The application as a user meets it: served, CSRF on, on its own SQLite file."""
    app = create_app(_new("sqlite", settled), tmp_path, WTF_CSRF_ENABLED=True, TESTING=False)
    with web.served(app) as site:
        yield site
    dispose(app)


@pytest.fixture
def open_page(browser: Browser, app_server: web.Site) -> Iterator[Callable[[str], Page]]:
    """`open_page("phone")` opens a window without cookies; at the end none may have complained."""
    from tests.support.browser import Screen, window

    screens: list[Screen] = []
    with contextlib.ExitStack() as stack:

        def open_window(kind: str = "desktop") -> Page:
            screens.append(stack.enter_context(window(browser, kind, app_server.url)))
            return screens[-1].page

        yield open_window
    complaints = [complaint for screen in screens for complaint in screen.complaints]
    assert complaints == []


@pytest.fixture
def page(open_page: Callable[[str], Page]) -> Page:
    """A desktop window on `app_server`."""
    return open_page("desktop")


@pytest.fixture
def phone(open_page: Callable[[str], Page]) -> Page:
    """A phone's window on `app_server`."""
    return open_page("phone")
