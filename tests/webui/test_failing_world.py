"""The database is gone or full, the disk is full: it is told in words, nothing is left half done, and it passes."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.backups.backing_up import UNFINISHED
from engine.casework.attachments import FileStore
from engine.people import sign_in
from models import LoginAttempt, UserSession, db
from tests.conftest import create_app, dispose
from tests.people.world import PASSWORD, build
from tests.support import postgres
from tests.support.databases import PostgresCellar
from tests.webui.visitors import visitor
from webui.marks import public
from webui.pages import health

ACCOUNT = {"account": "north-officer", "password": PASSWORD}


@pytest.fixture
def served(fresh_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(fresh_url, tmp_path, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        build()
    yield app
    dispose(app)


def break_off(app: Flask) -> None:
    """End every connection to PostgreSQL from outside, as a server that is started anew does."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def rows(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counted = [
            db.session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (LoginAttempt, UserSession)
        ]
        db.session.rollback()
    return counted[0] or 0, counted[1] or 0


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True)
def test_a_database_that_goes_in_the_middle_of_a_request_leaves_nothing_and_comes_back(
    served: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, trace, gone = rows(served), sign_in._trace, [True]

    def tracing(*arguments: Any, **named: Any) -> None:
        db.session.flush()  # the session and the attempt are written …
        if gone.pop():
            break_off(served)  # … and the database goes before they are kept
        gone.append(False)
        trace(*arguments, **named)

    monkeypatch.setattr(sign_in, "_trace", tracing)
    failed = visitor(served).post("/sign-in", data=ACCOUNT)
    assert failed.status_code == 503
    assert failed.headers["Retry-After"] == "30"
    assert "数据库暂时连不上，没有办成，也没有留下一半" in failed.text
    assert rows(served) == before
    assert visitor(served).post("/sign-in", data=ACCOUNT).status_code == 302  # by itself, without a new start
    assert rows(served) == (before[0] + 1, before[1] + 1)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_told_and_found_again(tmp_path: Path) -> None:
    with postgres.running() as server:
        app = create_app(PostgresCellar(server).fresh(), tmp_path, PROPAGATE_EXCEPTIONS=False)
        with app.app_context():
            build()
        assert visitor(app).get("/ready").status_code == 200
        there = app.config["SQLALCHEMY_DATABASE_URI"]
    for method in ("get", "post"):
        answer = getattr(visitor(app), method)("/sign-in" if method == "post" else "/public", data=ACCOUNT)
        assert answer.status_code == 503, method
        assert "数据库暂时连不上" in answer.text and str(sa.make_url(there).database) not in answer.text
    told = visitor(app).post("/sign-in", data=ACCOUNT, headers={"Accept": "application/json"})
    assert json.loads(told.text)["error"]["code"] == "Unavailable"
    ready = visitor(app).get("/ready")
    assert (ready.status_code, ready.json["ready"], ready.json["database"]) == (503, False, False)
    assert visitor(app).get("/health").json == {"alive": True}  # it need not be started anew
    dispose(app)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_database_without_room_refuses_whole_and_goes_on_when_there_is_some(served: Flask) -> None:
    before = rows(served)
    with served.app_context():
        pages = db.session.scalar(sa.text("PRAGMA page_count"))
        db.session.rollback()
        full = [True]

        @sa.event.listens_for(db.engine, "checkout")
        def _no_room(connection: Any, record: Any, proxy: Any) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages if full[0] else 1 << 30}")

        db.engine.dispose()
        # Until the last page is full, some small rows still find a place.
        answers = [visitor(served).post("/sign-in", data=ACCOUNT) for _ in range(60)]
    refused = [answer for answer in answers if answer.status_code != 302]
    assert refused and {answer.status_code for answer in refused} == {503}
    assert "服务器的磁盘已满，没有办成，也没有留下一半" in refused[0].text
    done = len(answers) - len(refused)
    assert rows(served) == (before[0] + done, before[1] + done)
    full[0] = False
    assert visitor(served).post("/sign-in", data=ACCOUNT).status_code == 302


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_disk_without_room_for_a_file_is_told(served: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileStore(Path(served.config["DATA_FOLDER"]) / "files")

    def full(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    @served.post("/keep")
    @public
    def keep() -> str:
        return store.keep(b"a photograph")

    @served.get("/absent")
    @public
    def absent() -> str:
        return Path("/nowhere/at/all").read_text()

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        answer = visitor(served).post("/keep")
    assert answer.status_code == 503 and "磁盘已满" in answer.text
    assert [
        path for path in store.folder.rglob("*") if path.is_file()
    ] == []  # a full disk is not made fuller
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)  # and the last step of all
        assert visitor(served).post("/keep").status_code == 503
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    assert visitor(served).post("/keep").status_code == 200
    assert visitor(served).get("/absent").status_code == 500  # a fault of the program is none of the disk


def test_a_wrong_statement_is_a_fault_of_the_program(served: Flask) -> None:
    @served.get("/wrong")
    @public
    def wrong() -> str:
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))
        return ""

    assert visitor(served).get("/wrong").status_code == 500


def test_it_is_ready_where_it_can_work_and_says_what_is_lacking(
    served: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = visitor(served).get("/ready")
    assert ready.status_code == 200
    assert ready.json == {"ready": True, "database": True, "space": True, "restored": True}
    assert ready.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in ready.headers
    with monkeypatch.context() as patch:
        patch.setattr(health, "NEEDED_MB", 1 << 40)
        assert visitor(served).get("/ready").json["space"] is False
    mark = Path(served.config["DATA_FOLDER"]) / UNFINISHED
    mark.touch()
    unready = visitor(served).get("/ready")
    assert (unready.status_code, unready.json["restored"]) == (503, False)
    mark.unlink()
    assert visitor(served).get("/ready").status_code == 200
