"""What nobody may read in a log: passwords, the secrets of the installation, telephones and mail addresses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine import jobs
from engine.foundation import clock
from engine.foundation.postgres import without_values
from models import CorrespondenceSetting, Notification, User, db
from tests.conftest import create_app, dispose
from tests.support.cast import PASSWORD, assemble
from tests.webui.test_notification_settings import CHOICES
from tests.webui.visitors import signed_in, visitor
from webui.marks import public
from webui.scheduler import Clockwork, FileLock

MARKS = {
    "password": PASSWORD,
    "mistyped password": "Shiyan-2026-mistyped",
    "session secret": "the-secret-that-signs-sessions",
    "telephone": "13912345678",
    "mail address": "marked.person@example.cn",
    "password of the mail server": "let-the-mail-in",
}
# A fault of the database that says nothing of the row itself: what the log has of it comes from the program.
FAULT = {
    "sqlite": [
        "CREATE TRIGGER faulty BEFORE {of} ON {table} BEGIN SELECT RAISE(ABORT, 'the disk is at fault'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION faulty_{of}() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the disk is at fault'; END $$",
        "CREATE TRIGGER faulty BEFORE {of} ON {table} FOR EACH ROW EXECUTE FUNCTION faulty_{of}()",
    ],
}


@pytest.fixture
def marked(fresh_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An installation whose secret, one telephone and one address can be told from all else."""
    app = create_app(fresh_url, tmp_path, SECRET_KEY=MARKS["session secret"], PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        cast = assemble()
        db.session.execute(
            sa.update(User).where(User.id == cast.users["slt_clerk"]).values(email=MARKS["mail address"])
        )
        db.session.commit()
    yield app
    dispose(app)


def break_settings(app: Flask) -> None:
    """From now on nobody's settings can be written."""
    with app.app_context(), db.engine.begin() as connection:
        for statement in FAULT[connection.dialect.name]:
            connection.execute(
                sa.text(statement.format(of="UPDATE", table=CorrespondenceSetting.__tablename__))
            )


def test_no_log_tells_a_secret_a_telephone_or_an_address(
    marked: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    caplog.set_level(logging.INFO)
    for name in ("sqlalchemy.engine", "werkzeug", "duban"):
        caplog.set_level(logging.INFO, name)  # also what is silent unless asked
    account = {"account": "slt_clerk@14", "password": MARKS["mistyped password"]}
    assert visitor(marked).post("/sign-in", data=account).status_code != 302
    clerk = signed_in(marked, "slt_clerk@14", PASSWORD)
    cookie = clerk.get_cookie("duban")
    assert cookie
    phone = {"phone": MARKS["telephone"]}
    assert clerk.post("/account/notifications", data=CHOICES).status_code == 302
    break_settings(marked)
    assert clerk.post("/account/notifications/phone", data=phone).status_code == 500
    _fail_to_deliver(marked, monkeypatch, tmp_path)

    assert "the disk is at fault" in caplog.text  # the walk has left what it should
    told = "\n".join([caplog.text, *(f"{record.msg} {record.args!r}" for record in caplog.records)])
    found = {name for name, mark in {**MARKS, "cookie": cookie.value}.items() if mark in told}
    assert found == set()


def _fail_to_deliver(app: Flask, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A letter that waits meets a mail server that is not there."""
    with app.app_context():
        user = db.session.scalars(sa.select(User).where(User.email == MARKS["mail address"])).one()
        db.session.execute(sa.delete(Notification))
        letter = {
            "event": "case:assigned",
            "key": "letter",
            "subject": "交办",
            "body": "请签收。",
            "channel": "email",
        }
        standing = {
            "state": "waiting",
            "attempts": 0,
            "created_at": clock.now(),
            "next_attempt_at": clock.now(),
        }
        db.session.add(Notification(congress_id=user.congress_id, user_id=user.id, **letter, **standing))
        db.session.commit()
    monkeypatch.setenv("SMTP_URL", f"smtp://duban:{MARKS['password of the mail server']}@127.0.0.1:1")
    (job,) = (job for job in jobs.JOBS if job.function is jobs.deliver_mail)
    clockwork = Clockwork(app, FileLock(folder / "lock"), [job])
    clockwork._run(job)
    clockwork.leadership.give_up()
    with app.app_context():
        assert db.session.scalars(sa.select(Notification.attempts)).all() == [1]
        db.session.rollback()


def test_a_row_that_the_database_refuses_is_not_quoted_in_the_log(
    marked: Flask, caplog: pytest.LogCaptureFixture, dialect: str
) -> None:
    """A real violation, met on a page: PostgreSQL says «Key (…)=(…) already exists» of it, and more of a broken row."""
    caplog.set_level(logging.INFO)
    table = sa.table("marked_twice", sa.column("phone", sa.String), sa.column("age", sa.Integer))
    broken = {
        "twice": table.insert().values(phone=MARKS["telephone"], age=1),
        "missing": table.insert().values(phone=MARKS["mail address"], age=None),
        "checked": table.insert().values(phone=MARKS["password"], age=-1),
    }
    if dialect == "postgres":
        broken["unfit"] = sa.text("SELECT CAST(:mark AS integer)").bindparams(mark=MARKS["mail address"])
        broken["wide"] = sa.text("SELECT CAST(:mark AS date)").bindparams(mark=MARKS["password"] + '\n"x')
    columns = "phone VARCHAR(99) UNIQUE, age INTEGER NOT NULL CHECK (age >= 0)"
    with marked.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE marked_twice ({columns})"))
        connection.execute(broken["twice"])

    @marked.get("/broken/<what>")
    @public
    def fail(what: str) -> str:
        db.session.execute(broken[what])
        return ""

    for what in broken:
        assert visitor(marked).get(f"/broken/{what}").status_code == 500
    assert caplog.text.count("IntegrityError") >= 3
    named = "marked_twice_phone_key" if dialect == "postgres" else "marked_twice.phone"
    assert named in caplog.text  # what was wrong is told …
    told = "\n".join([caplog.text, *(f"{record.msg} {record.args!r}" for record in caplog.records)])
    assert {name for name, mark in MARKS.items() if mark in told} == set()  # … but not with which words


def test_a_deadlock_is_still_explained() -> None:
    said = "deadlock detected\nDETAIL:  Process 1 waits for ShareLock on transaction 2; blocked by process 3."
    assert without_values(said, "40P01") == said
    assert without_values("x\nDETAIL:  Key (phone)=(1\n2) already exists.", "23505") == "x"
