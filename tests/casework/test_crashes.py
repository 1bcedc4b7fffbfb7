"""Killed at any moment: what was acknowledged is there, nothing is half done, nobody is told twice or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.moving.deliveries import deliver_events
from engine.casework.moving.timers import fire_timers
from models import AuditEvent, Case, Incident, Task, ThrownEvent, db
from tests.casework.test_races import at_once
from tests.casework.waking import alarming, listening, wake
from tests.casework.wired import deployed, spoken
from tests.support.campaign import chance, long, rounds
from tests.support.cast import Cast, assemble
from tests.support.killed import until_killed
from tests.support.soundness import faults, message_faults, messages_per_event
from tests.support.working import ANSWERS, next_task, work

pytestmark = pytest.mark.slow
LONGEST = rounds(1, 6)  # seconds of work between its first acknowledgement and the kill
KILLS = rounds(5, 100)
ACKNOWLEDGED = rounds(0, 10_000)  # on a slow machine more kills are needed for as many


@long
def test_after_every_kill_all_that_was_acknowledged_is_whole(fresh_database: Flask) -> None:
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    cast = assemble()
    pattern = undisturbed(cast)
    luck = chance("kills")
    acknowledged: list[int] = []
    kills = 0
    while kills < KILLS or len(acknowledged) < ACKNOWLEDGED:
        kills += 1
        db.session.remove()
        new = until_killed(work, url, cast, seconds=luck.uniform(0, LONGEST))
        assert new, "the process has done nothing before it was killed"
        acknowledged += new
        assert lost(new) == []
    assert len(acknowledged) == len(set(acknowledged))
    assert lost(acknowledged) == []
    assert faults() == []
    assert message_faults(pattern) == []
    print(
        f"{fresh_database.config['SQLALCHEMY_DATABASE_URI'][:10]}: {len(acknowledged)} acknowledged, {kills} kills"
    )


def undisturbed(cast: Cast) -> dict[str, float]:
    """One case carried to its end in peace: how many messages each happening brings."""
    for _ in ANSWERS:
        next_task(cast)
    case = db.session.scalars(sa.select(Case)).one()
    assert case.status == "closed"
    return messages_per_event(case.id)


def lost(acknowledged: list[int]) -> list[int]:
    """Acknowledged tasks that are not completed."""
    done = set(db.session.scalars(sa.select(Task.id).where(Task.outcome == "completed", ~Task.open)))
    return sorted(set(acknowledged) - done)


@long
def test_after_every_kill_timers_fire_and_signals_arrive_once(fresh_database: Flask) -> None:
    url, cast = fresh_database.config["SQLALCHEMY_DATABASE_URI"], assemble()
    luck = chance("kills while nobody is there")
    with spoken():
        deployed(listening()), deployed(alarming())
        for _ in range(rounds(2, 50)):
            db.session.remove()
            assert until_killed(wake, url, cast, seconds=luck.uniform(0, LONGEST))
        at_once(fresh_database, [fire_timers, deliver_events] * 2)  # the schedulers of two processes
        assert (fire_timers(), deliver_events()) == (0, 0)
        assert unheard_or_twice() == [] and faults() == []
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0


def unheard_or_twice() -> list[str]:
    """Cases in which tasks, audit events and what was thrown do not go together."""
    outcome = sa.func.coalesce(ThrownEvent.outcome, "waits")
    counts: dict[int | None, Counter[str]] = defaultdict(Counter)
    for statement in (
        sa.select(Case.id, Case.process_key),
        sa.select(Task.case_id, Task.node),
        sa.select(AuditEvent.case_id, AuditEvent.action),
        sa.select(ThrownEvent.to_case_id, outcome),
    ):
        for case_id, word in db.session.execute(statement):
            counts[case_id][word] += 1
    return [
        f"case {case_id}: {dict(found)}"
        for case_id, found in counts.items()
        if not found["listening"] == found["remind"] == found["timer:fired"]
        or not found["warned"] == found["signal:heard"] == found["heard"]
        or found["waits"] + found["unheard"] > 0
    ]


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
