"""A backup is of one moment, is whole or not there, and becomes the same installation again."""

from __future__ import annotations

import importlib
import itertools
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from engine.backups import backing_up
from engine.backups.folders import read_manifest
from engine.casework.attachments import FileStore
from engine.foundation.actor import system_actor
from models import AuditEvent, Case, Task, db
from tests.conftest import create_app, dispose
from tests.support import postgres
from tests.support.cast import Cast, assemble
from tests.support.databases import bare_app
from tests.support.soundness import faults
from tests.support.working import next_task
from webui import installation
from webui.premises import Unready

EVENTS = AuditEvent.__table__
PHOTOGRAPH = b"taken on the spot"
Houses = Callable[..., Flask]


@pytest.fixture
def houses(
    dialect: str, _new: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Houses]:
    """`houses("a")` is a new installation with a database and a data folder of its own."""
    if dialect == "postgres":
        monkeypatch.setenv("PATH", f"{postgres.tools()}{os.pathsep}{os.environ['PATH']}")
    built: list[Flask] = []

    def build(name: str) -> Flask:
        (tmp_path / name).mkdir()
        built.append(create_app(_new(dialect), tmp_path / name))
        return built[-1]

    yield build
    for app in built:
        dispose(app)


@pytest.fixture
def served(houses: Houses) -> Flask:
    """An installation in which one congress has done a little work and a file is kept."""
    app = houses("served")
    with app.app_context():
        cast = assemble()
        for _ in range(3):
            next_task(cast)
        app.config["CAST"] = cast
        FileStore(Path(app.config["DATA_FOLDER"]) / "files").keep(PHOTOGRAPH)
        db.session.rollback()
    return app


def backup(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["backup", *map(str, arguments)])


def working(app: Flask, cast: Cast, under_way: threading.Event, enough: threading.Event) -> list[int]:
    """Complete tasks until told that it is enough; `under_way` is set after the first."""
    done: list[int] = []
    other = bare_app(app.config["SQLALCHEMY_DATABASE_URI"])
    with other.app_context():
        while not enough.is_set():
            done.append(next_task(cast))
            under_way.set()
    dispose(other)
    return done


def trail(app: Flask) -> dict[tuple[str, int], str]:
    with app.app_context():
        rows = db.session.execute(sa.select(EVENTS.c.chain, EVENTS.c.position, EVENTS.c.hash)).all()
        db.session.rollback()
    return {(chain, position): link for chain, position, link in rows}


def test_what_is_kept_while_people_work_is_one_moment_and_comes_back(
    served: Flask, houses: Houses, tmp_path: Path
) -> None:
    before = trail(served)
    under_way, enough = threading.Event(), threading.Event()
    done: list[int] = []
    person = threading.Thread(
        target=lambda: done.extend(working(served, served.config["CAST"], under_way, enough))
    )
    person.start()
    under_way.wait()
    made = backup(served, "make", tmp_path / "kept")
    enough.set()
    person.join()
    assert made.exit_code == 0, made.output
    assert done
    checked = backup(served, "check", tmp_path / "kept")
    assert checked.exit_code == 0, checked.output

    other = houses("other")
    restored = backup(other, "restore", tmp_path / "kept")
    assert restored.exit_code == 0, restored.output
    there, here = trail(other), trail(served)
    assert before.items() <= there.items() <= here.items()
    with other.app_context():
        assert faults() == []  # task, flow, event and message of every step go together
        rows = read_manifest(tmp_path / "kept").rows
        for table in (Case, Task, AuditEvent):
            counted = db.session.scalar(sa.select(sa.func.count()).select_from(table))
            assert counted == rows[table.__tablename__] > 0
        assert next_task(served.config["CAST"])  # and work goes on where it stood
        db.session.rollback()
    folders = [Path(app.config["DATA_FOLDER"]) for app in (served, other)]
    assert [path.read_bytes() for path in folders[1].rglob("files/*/*")] == [PHOTOGRAPH]
    assert len({(folder / "secret").read_text() for folder in folders}) == 1
    assert (folders[1] / "secret").stat().st_mode & 0o077 == 0


def test_it_is_put_back_only_where_nothing_is_and_nobody_serves(
    served: Flask, houses: Houses, tmp_path: Path
) -> None:
    from webui.scheduler import leadership

    kept = tmp_path / "kept"
    assert backup(served, "make", kept).exit_code == 0
    before = trail(served)
    refused = backup(served, "restore", kept)
    assert refused.exit_code == 1
    assert "已有数据" in refused.stderr
    assert trail(served) == before
    assert "已经存在" in backup(served, "make", kept).stderr
    other = houses("other")
    serving = leadership(other)
    assert serving.held()
    assert "正在运行" in backup(other, "restore", kept).stderr
    serving.give_up()
    assert trail(other) == {}


def test_a_file_that_was_damaged_lost_or_added_is_named(
    served: Flask, houses: Houses, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    assert backup(served, "make", kept).exit_code == 0
    (photograph,) = kept.glob("data/files/*/*")
    photograph.write_bytes(PHOTOGRAPH[::-1])
    (kept / "checkpoint.json").unlink()
    (kept / "added.txt").touch()
    other = houses("other")
    for command in ("check", "restore"):
        refused = backup(other, command, kept)
        assert refused.exit_code == 1
        assert "3个文件" in refused.stderr
        for path in (photograph.relative_to(kept).as_posix(), "checkpoint.json", "added.txt"):
            assert path in refused.stderr
    assert trail(other) == {}


def test_an_interrupted_backup_leaves_nothing_that_looks_whole(
    served: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(backing_up, "write_manifest", interrupted)
        patch.setattr("shutil.rmtree", lambda *arguments, **options: None)  # as when it is killed
        with served.app_context(), pytest.raises(KeyboardInterrupt):
            backing_up.make_backup(
                system_actor(0), folder=tmp_path / "kept", data=Path(served.config["DATA_FOLDER"])
            )
    assert not (tmp_path / "kept").exists()
    (left,) = tmp_path.glob("kept.*.part")
    assert "不是完整的备份" in backup(served, "check", left / "kept").stderr
    assert backup(served, "make", tmp_path / "kept").exit_code == 0
    assert not set(tmp_path.glob("kept.*.part")) - {left}


def test_postgresql_without_its_tools_says_which_is_missing(
    served: Flask, dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    made = backup(served, "make", tmp_path / "kept")
    if dialect == "postgres":
        assert "找不到 pg_dump" in made.stderr
        assert not (tmp_path / "kept").exists()
    else:
        assert made.exit_code == 0, made.output


def test_a_backup_of_a_newer_version_or_another_database_system_is_left_alone(
    served: Flask, houses: Houses, tmp_path: Path
) -> None:
    kept, other = tmp_path / "kept", houses("other")
    assert backup(served, "make", kept).exit_code == 0
    manifest = (kept / "manifest.json").read_text()
    here = read_manifest(kept)
    for old, new, words in (
        (f'"revision": "{here.revision}"', '"revision": "9999"', "较新版本"),
        (f'"database": "{here.database}"', '"database": "oracle"', "备份来自 oracle"),
    ):
        assert old in manifest
        (kept / "manifest.json").write_text(manifest.replace(old, new))
        refused = backup(other, "restore", kept)
        assert refused.exit_code == 1
        assert words in refused.stderr
    assert trail(other) == {}


def test_an_installation_that_was_never_started_has_nothing_to_keep(tmp_path: Path) -> None:
    app = create_app(f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path)
    assert "没有可备份的" in backup(app, "make", tmp_path / "kept").stderr
    dispose(app)


# Killed while it is put back: among the files, in and after the database, at the trail. Named as (module, function,
# which call of it).
MOMENTS = {
    "a file": ("engine.backups.backing_up", "copied", 2),
    "among the rows": None,
    "after the rows": ("engine.backups.backing_up", "figures", 1),
    "the trail": ("webui.commands.backup", "verify", 1),
    "the end": ("webui.commands.backup", "_require_sound", 1),
}


def killing(moment: str, patch: pytest.MonkeyPatch) -> None:
    """Let this process be killed at the moment."""

    def killed(*arguments: object, **named: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    place = MOMENTS[moment]
    if place is None:
        # Of what PostgreSQL is given one half is gone; of SQLite's pages some.
        patch.setattr(
            "shutil.copyfileobj", lambda read, written, size: killed(written.write(read.read(40_000)))
        )
        patch.setattr(
            "engine.backups.sqlite._copy", lambda read, written: copied_in_part(read, written, killed)
        )
        return
    module, name, call = place
    function, calls = getattr(importlib.import_module(module), name), itertools.count(1)
    patch.setattr(f"{module}.{name}", lambda *a, **n: killed() if next(calls) == call else function(*a, **n))


def copied_in_part(source: Path, target: Path, killed: Callable[..., None]) -> None:
    """As SQLite's own copying, with a stop after some pages have reached the file."""
    with sqlite3.connect(source) as read, sqlite3.connect(target) as written:
        written.execute("PRAGMA cache_spill = 5")
        written.execute("PRAGMA cache_size = 5")
        read.backup(written, pages=100, progress=killed)


def restore_and_be_killed(url: str, place: Path, kept: Path, moment: str) -> None:
    """In a process of its own."""
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            app = create_app(url, place)
            killing(moment, patch)
            backup(app, "restore", kept)
        os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{moment}: it came to its end"


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_while_it_is_put_back_nothing_is_half_there_and_it_is_begun_again(
    served: Flask, _new: Callable[..., str], dialect: str, tmp_path: Path, moment: str
) -> None:
    kept, place = tmp_path / "kept", tmp_path / "other"
    assert backup(served, "make", kept).exit_code == 0
    place.mkdir()
    url = _new(dialect)
    restore_and_be_killed(url, place, kept, moment)
    other = create_app(url, place)
    with other.app_context():
        if sa.inspect(db.engine).has_table(
            Case.__tablename__
        ):  # PostgreSQL's schema may be gone: nobody had begun
            there = trail(other)
            assert there in ({}, trail(served)), "half a database"
    if moment == "the end":  # it was all done but for saying so
        installation.prepare(other)
    else:
        with pytest.raises(Unready, match="restoring it broke off"):
            installation.prepare(other)
        restored = backup(other, "restore", kept)
        assert restored.exit_code == 0, restored.output
    assert trail(other) == trail(served)
    assert "已有数据" in backup(other, "restore", kept).stderr
    dispose(other)
