"""Killed at any moment: what was acknowledged is there, nothing is half done, nobody is told twice or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Case, Task, db
from tests.support.campaign import chance, long, rounds
from tests.support.cast import Cast, assemble
from tests.support.databases import ROOT
from tests.support.soundness import faults, message_faults, messages_per_event
from tests.support.working import ANSWERS, instructions, next_task

pytestmark = pytest.mark.slow
LONGEST = rounds(1, 3)  # seconds of work between its first acknowledgement and the kill


@long
def test_after_every_kill_all_that_was_acknowledged_is_whole(fresh_database: Flask) -> None:
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    cast = assemble()
    pattern = undisturbed(cast)
    luck = chance("kills")
    acknowledged: list[int] = []
    for _ in range(rounds(5, 100)):
        new = work_and_be_killed(url, cast, luck.uniform(0, LONGEST))
        assert new, "the process has done nothing before it was killed"
        acknowledged += new
        assert lost(new) == []
    assert len(acknowledged) == len(set(acknowledged))
    assert lost(acknowledged) == []
    assert faults() == []
    assert message_faults(pattern) == []
    print(f"{fresh_database.config['SQLALCHEMY_DATABASE_URI'][:10]}: {len(acknowledged)} acknowledged")


def undisturbed(cast: Cast) -> dict[str, float]:
    """One case carried to its end in peace: how many messages each happening brings."""
    for _ in ANSWERS:
        next_task(cast)
    case = db.session.scalars(sa.select(Case)).one()
    assert case.status == "closed"
    return messages_per_event(case.id)


def work_and_be_killed(url: str, cast: Cast, seconds: float) -> list[int]:
    """Let a process work for so long after its first acknowledgement and kill it; what it acknowledged."""
    db.session.remove()
    command = [sys.executable, "-m", "tests.support.working"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdin.write(f"{instructions(url, cast)}\n".encode())
        process.stdin.flush()
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.stdin.close()
    # The last line may have been cut off by the kill: nobody has read it, so that nothing was promised.
    return [int(line) for line in (first + rest).split(b"\n")[:-1]]


def lost(acknowledged: list[int]) -> list[int]:
    """Acknowledged tasks that are not completed."""
    done = set(db.session.scalars(sa.select(Task.id).where(Task.outcome == "completed", ~Task.open)))
    return sorted(set(acknowledged) - done)


def test_the_check_would_find_what_is_half_done(fresh_database: Flask) -> None:
    cast = assemble()
    pattern = undisturbed(cast)
    next_task(cast)
    assert (faults(), message_faults(pattern)) == ([], [])
    damages = [
        "UPDATE task SET outcome = 'completed', closed_at = opened_at WHERE outcome IS NULL",
        "UPDATE task SET open = (1 = 1) WHERE node = 'intake'",
        "UPDATE cases SET status = 'open'",
        "UPDATE clock SET ended_at = NULL",
    ]
    for damage in damages:
        with db.engine.connect() as connection:
            connection.execute(sa.text(damage))
            connection.commit()
        assert faults() != [], damage
    with db.engine.connect() as connection:
        connection.execute(sa.text("DELETE FROM notification WHERE event = 'case:closed'"))
        connection.commit()
    assert message_faults(pattern) != []
