"""The clock: runs the jobs of the engine in one process at a time, and nothing else."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

import sqlalchemy as sa
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from engine.foundation import clock
from engine.jobs import JOBS, Job
from models import db

log = logging.getLogger("duban.clock")

THREADS = 2
# Any number will do, if every process of this database takes the same.
LEADING = 7_220_002


class Leadership(Protocol):
    """What only one process at a time can have."""

    def held(self) -> bool:
        """Whether this process has it, taking it if nobody does."""

    def give_up(self) -> None:
        """Let another process have it."""


class FileLock:
    """Leadership by a locked file; the system frees it when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: IO[bytes] | None = None
        self.guard = threading.Lock()

    def held(self) -> bool:
        with self.guard:
            if self.file is None:
                file = self.path.open("ab")
                if _lock(file):
                    self.file = file
                else:
                    file.close()
            return self.file is not None

    def give_up(self) -> None:
        with self.guard:
            if self.file is not None:
                self.file.close()
                self.file = None


def _lock(file: IO[bytes]) -> bool:
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class AdvisoryLock:
    """Leadership by a lock of PostgreSQL, freed when its connection ends, however it ends."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self.connection: sa.Connection | None = None
        self.guard = threading.Lock()

    def held(self) -> bool:
        with self.guard:
            try:
                if self.connection is None:
                    return self._take()
                self.connection.execute(sa.text("SELECT 1"))  # the lock is gone if the connection is
            except sa.exc.DBAPIError:
                log.warning("the clock lost its database connection")
                self._drop()
                return False
            return True

    def _take(self) -> bool:
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(sa.select(sa.func.pg_try_advisory_lock(LEADING))).scalar_one():
            connection.detach()  # from now on the pool has no claim on it
            self.connection = connection
            return True
        connection.close()
        return False

    def give_up(self) -> None:
        with self.guard:
            self._drop()

    def _drop(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Clockwork:
    """A running clock; `stop` waits for the job that is under way."""

    def __init__(self, app: Flask, leadership: Leadership, jobs: Sequence[Job]) -> None:
        self.app = app
        self.leadership = leadership
        self.scheduler = BackgroundScheduler(
            timezone=dt.UTC, executors={"default": ThreadPoolExecutor(THREADS)}
        )
        for job in jobs:
            self.scheduler.add_job(
                self._run,
                "interval",
                args=(job,),
                id=job.name,
                seconds=job.every.total_seconds(),
                next_run_time=clock.now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    def _run(self, job: Job) -> None:
        """Run a job if this process leads; a job that fails is logged and runs again at its next time."""
        try:
            if self.leadership.held():
                with self.app.app_context():
                    job.function()
        except Exception:
            log.exception("the job %r failed", job.name)

    def stop(self) -> None:
        """End the clock and let another process lead."""
        self.scheduler.shutdown()
        self.leadership.give_up()


def start(app: Flask, jobs: Sequence[Job] = JOBS) -> Clockwork:
    """Start the clock of a serving process; the application factory never does."""
    clockwork = Clockwork(app, leadership(app), jobs)
    clockwork.scheduler.start()
    return clockwork


def leadership(app: Flask) -> Leadership:
    """The leadership among all processes that serve the application's database."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            return AdvisoryLock(db.engine)
    return FileLock(Path(app.config["DATA_FOLDER"]) / "clock.lock")
