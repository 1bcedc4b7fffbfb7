"""Many at once: a task is done once and everybody else is told so; what is done side by side is not lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.access import ClaimedByAnother
from engine.casework.tasks import claim_task, complete_task
from engine.foundation.actor import Actor
from engine.foundation.errors import StaleTask
from models import Assignment, AuditEvent, Task, db
from tests.conftest import dispose
from tests.support.campaign import long, rounds
from tests.support.cast import Cast, assemble, join
from tests.support.databases import bare_app
from tests.support.journey import Journey
from tests.support.soundness import faults

CROWD = 50
UNITS = ("slt", "czt", "jyt")
ACCEPT = {"result": "accepted", "category": "environment", "confidentiality": "public"}
pytestmark = pytest.mark.slow


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    """A database with a connection for each of the crowd: nobody waits at the pool instead of at the task."""
    app = bare_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": CROWD})
    with app.app_context():
        yield app
    dispose(app)


def at_once(app: Flask, clicks: Sequence[Callable[[], object]]) -> list[str]:
    """All clicks at the same moment, each in a thread of its own; how each of them ended."""
    together = threading.Barrier(len(clicks))
    ends: list[str] = []

    def run(click: Callable[[], object]) -> None:
        with app.app_context():
            together.wait()
            try:
                click()
                ends.append("done")
            except (StaleTask, ClaimedByAnother) as refusal:
                ends.append(type(refusal).__name__)
            except BaseException as error:
                ends.append(repr(error))

    threads = [threading.Thread(target=run, args=[click]) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return ends


def crowd(cast: Cast) -> list[Actor]:
    return [join(cast, f"officer{number}", "dgw", "intake_officer") for number in range(CROWD)]


@long
def test_of_fifty_who_complete_or_claim_one_task_one_wins(house: Flask) -> None:
    journey = Journey(assemble())
    officers = crowd(journey.cast)
    for number in range(rounds(20, 1_000)):
        journey.draft().submit()
        task_id = journey.task("intake").id
        db.session.rollback()
        if number % 2:
            _claim(house, officers, task_id)
        else:
            _complete(house, officers, task_id)
            assert journey.open_nodes() == ["intake_review"]
    assert faults() == []


def _complete(house: Flask, officers: list[Actor], task_id: int) -> None:
    def click(actor: Actor) -> Callable[[], object]:
        return lambda: complete_task(actor, task_id=task_id, answers=ACCEPT)

    ends = at_once(house, [click(actor) for actor in officers])
    assert Counter(ends) == {"done": 1, "StaleTask": CROWD - 1}


def _claim(house: Flask, officers: list[Actor], task_id: int) -> None:
    def click(actor: Actor) -> Callable[[], object]:
        return lambda: claim_task(actor, task_id=task_id)

    ends = at_once(house, [click(actor) for actor in officers])
    assert Counter(ends) == {"done": 1, "ClaimedByAnother": CROWD - 1}
    event = sa.select(AuditEvent.actor_id).where(AuditEvent.subject == f"task:{task_id}")
    task = db.session.get_one(Task, task_id)
    assert list(db.session.scalars(event)) == [task.assignee_id]


@long
def test_one_person_who_clicks_many_times_has_done_it_once(house: Flask) -> None:
    journey = Journey(assemble())
    for _ in range(rounds(2, 50)):
        journey.draft().submit()
        task_id, actor = journey.task("intake").id, journey.cast.actor("intake")
        db.session.rollback()
        click = lambda: complete_task(actor, task_id=task_id, answers=ACCEPT)  # noqa: B023, E731
        assert Counter(at_once(house, [click] * 10)) == {"done": 10}
    assert faults() == []


@long
def test_units_that_work_side_by_side_lose_nothing(house: Flask) -> None:
    journey = Journey(assemble())
    for _ in range(rounds(10, 200)):
        journey.draft().submit().accept().assign(**dict.fromkeys(UNITS, "separate"))
        for part in WAY:
            clicks = [part(journey, unit) for unit in UNITS]
            db.session.rollback()
            assert at_once(house, clicks) == ["done"] * len(UNITS)
        assert (journey.case.status, journey.open_nodes()) == ("closed", [])
    assert faults() == []
    closings = sa.select(sa.func.count()).where(AuditEvent.action == "case:closed")
    assert db.session.scalar(closings) == rounds(10, 200)


Part = Callable[[Journey, str], Callable[[], object]]


def _part(node: str, person: str, **answers: object) -> Part:
    """A step of one unit, made ready beforehand, so that only the click itself is left."""

    def ready(journey: Journey, unit: str) -> Callable[[], object]:
        who = person.format(unit=unit)
        task_id, actor = _task_of(journey, node, unit), journey.cast.actor(who)
        whole = {**journey.answers(), **answers} if node == "draft_reply" else answers
        return lambda: complete_task(actor, task_id=task_id, answers=whole)

    return ready


def _task_of(journey: Journey, node: str, unit: str) -> int:
    statement = sa.select(Task.id).join(Assignment, Assignment.id == Task.assignment_id)
    unit_id = journey.cast.organizations[unit]
    here = (Task.case_id == journey.case_id, Task.node == node, Task.open, Assignment.unit_id == unit_id)
    return db.session.scalars(statement.where(*here)).one()


def _contact(journey: Journey, unit: str) -> Callable[[], object]:
    return lambda: journey.contact(unit)


WAY: list[Part] = [
    _part("sign_for", "{unit}_clerk"),
    _contact,
    _part("draft_reply", "{unit}_clerk"),
    _part("review_reply", "{unit}_deputy_head", decision="passed"),
    _part("sign_reply", "{unit}_head", decision="signed", number="1号"),
    _part("evaluate", "deputy1", attitude="satisfied", result="satisfied"),
]
