"""Timers, signals, messages and errors of the flow, as cases live with them: once, in order, and never lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from engine.casework.moving.deliveries import deliver_events, hear
from engine.casework.moving.timers import fire_timers, tick
from engine.foundation.actor import system_actor
from engine.foundation.audit_verification import verify
from engine.foundation.clock import ZONE
from models import AwaitedSignal, Case, ProcessInstance, Task, ThrownEvent, db
from tests.casework.wired import at, deployed, opened, say, spoken, trail
from tests.flow.drawing import Model
from tests.support.cast import Cast, assemble
from tests.support.statements import counted

TEN = dt.datetime(2026, 2, 5, 10, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def after(hours: float) -> dt.datetime:
    return TEN + dt.timedelta(hours=hours)


def wakes_at(case_id: int) -> dt.datetime | None:
    found: dt.datetime | None = db.session.scalar(
        sa.select(ProcessInstance.wakes_at).where(ProcessInstance.case_id == case_id)
    )
    db.session.rollback()
    return found


def reminding() -> Model:
    """A task with a reminder each hour, twice; then half an hour's wait; then another task."""
    model = Model(key="reminding").node("startEvent", "s").node("userTask", "write")
    model.node("intermediateCatchEvent", "pause", timer="PT30M")
    model.node("userTask", "later").node("endEvent", "e").wire("s", "write", "pause", "later", "e")
    model.node("boundaryEvent", "hourly", host="write", interrupting=False, timer="R2/PT1H")
    return model.node("userTask", "remind").node("endEvent", "e2").wire("hourly", "remind", "e2")


def test_a_timer_fires_once_at_its_time_and_makes_up_for_what_it_missed(
    cast: Cast, clock_at: Callable[..., None]
) -> None:
    deployed(reminding())
    case_id = opened(cast, reminding())
    assert wakes_at(case_id) == after(1)
    clock_at(after(0.9))
    assert fire_timers() == 0
    clock_at(after(1))
    assert (fire_timers(), fire_timers()) == (1, 0)
    assert at(case_id) == ["remind", "write"]
    assert not tick(system_actor(cast.congress_id), case_id=case_id)  # who comes second finds nothing due
    clock_at(after(30))  # nothing ran for more than a day
    assert fire_timers() == 1
    assert (at(case_id), wakes_at(case_id)) == (["remind", "remind", "write"], None)
    say(cast, case_id, "write")
    assert (at(case_id), wakes_at(case_id)) == (["remind", "remind"], after(30.5))
    clock_at(after(31))
    assert fire_timers() == 1
    assert at(case_id) == ["later", "remind", "remind"]
    fired = [(detail["node"], detail["due"]) for _action, detail in trail(case_id, "timer:fired")]
    assert [node for node, _due in fired] == ["hourly", "hourly", "pause"]
    assert fired[0][1] == after(1).astimezone(dt.UTC).isoformat()
    assert verify().findings == ()


def calling() -> Model:
    """Two tasks, with an alarm thrown between them; at the end it tells the case that it came out of."""
    model = Model(key="calling").node("startEvent", "s").node("userTask", "write")
    model.node("intermediateThrowEvent", "call", signal="alarm").node("userTask", "rest")
    model.node("endEvent", "e", message="done")
    return model.wire("s", "write", "call", "rest", "e")


def hearing(shape: str = "userTask") -> Model:
    """A task that an alarm takes away and a message only adds to."""
    model = Model(key="hearing").node("startEvent", "s").node("userTask", "write")
    model.node("endEvent", "e").wire("s", "write", "e")
    model.node("boundaryEvent", "alarmed", host="write", signal="alarm")
    model.node("boundaryEvent", "told", host="write", interrupting=False, message="done")
    model.node("userTask", "flee").node("endEvent", "e2").wire("alarmed", "flee", "e2")
    return model.node("userTask", "read").node("endEvent", "e3").wire("told", "read", "e3")


def test_a_signal_is_heard_by_every_case_that_waits_when_it_is_thrown_and_by_no_other(cast: Cast) -> None:
    deployed(calling()), deployed(hearing())
    caller, here, gone = (opened(cast, model) for model in (calling(), hearing(), hearing()))
    filed, done = opened(cast, hearing()), opened(cast, hearing())
    say(cast, done, "write")
    say(cast, caller, "write")
    say(cast, gone, "write")  # it waited when the alarm was thrown, and does not wait when it comes
    db.session.execute(sa.update(Case).where(Case.id == filed).values(archived_at=TEN))
    db.session.commit()
    late = opened(cast, hearing())
    assert (at(here), at(caller)) == (["write"], ["rest"])
    assert (deliver_events(), deliver_events()) == (3, 0)
    assert (at(here), at(gone), at(done), at(late)) == (["flee"], [], [], ["write"])
    rows = db.session.execute(sa.select(ThrownEvent.to_case_id, ThrownEvent.outcome).order_by(ThrownEvent.id))
    assert [tuple(row) for row in rows] == [(here, "heard"), (gone, "unheard"), (filed, "unheard")]
    assert trail(caller, "signal:thrown") == [("signal:thrown", {"signal": "alarm", "cases": 3})]
    assert [action for action, _detail in trail(gone, "signal:heard", "signal:unheard")] == ["signal:unheard"]
    assert trail(filed, "signal:unheard") == []  # nothing is written into a closed file
    assert db.session.scalars(sa.select(AwaitedSignal.case_id)).all() == [filed, late]
    first = db.session.scalars(sa.select(sa.func.min(ThrownEvent.id))).one()
    assert trail(here, "signal:heard") == [("signal:heard", {"signal": "alarm", "event": first})]
    assert not hear(system_actor(cast.congress_id), event_id=first)
    assert verify().findings == ()


def test_a_message_goes_to_the_case_that_this_one_came_out_of(cast: Cast) -> None:
    deployed(calling()), deployed(hearing())
    origin, other, caller = (opened(cast, model) for model in (hearing(), hearing(), calling()))
    db.session.execute(sa.update(Case).where(Case.id == caller).values(origin_id=origin))
    db.session.commit()
    for node in ("write", "rest"):
        say(cast, caller, node)
    say(cast, opened(cast, calling()), "write")  # one that came out of none tells nobody
    assert trail(caller, "message:thrown") == [("message:thrown", {"message": "done", "to": origin})]
    db.session.execute(sa.delete(ThrownEvent).where(ThrownEvent.kind == "signal"))
    db.session.commit()
    assert deliver_events() == 1
    assert (at(origin), at(other)) == (["read", "write"], ["write"])
    event = db.session.scalars(sa.select(ThrownEvent.id)).one()
    assert trail(origin, "message:heard") == [("message:heard", {"message": "done", "event": event})]


def erring() -> Model:
    """A task whose act may end it with an error that a border catches, then a service that always does."""
    model = Model(key="erring").node("startEvent", "s").node("userTask", "write")
    model.node("serviceTask", "file", function="file").node("endEvent", "e").wire("s", "write", "file", "e")
    model.node("boundaryEvent", "lost_it", host="write", error="lost")
    model.node("boundaryEvent", "not_filed", host="file", error="lost")
    for border, task in (("lost_it", "search"), ("not_filed", "ask")):
        model.node("userTask", task).node("endEvent", f"{task}_e").wire(border, task, f"{task}_e")
    return model


def test_an_error_of_an_act_or_a_service_goes_to_the_border_that_catches_it(cast: Cast) -> None:
    deployed(erring())
    first, second = opened(cast, erring()), opened(cast, erring())
    say(cast, first, "write", "lost")
    say(cast, second, "write")
    assert (at(first), at(second)) == (["search"], ["ask"])
    closed = db.session.scalars(sa.select(Task).where(Task.case_id == first, ~Task.open)).one()
    assert (closed.outcome, closed.closed_by) == ("completed", cast.users["deputy1"])
    assert trail(first, "flow:error") == [("flow:error", {"task": "write", "code": "lost"})]
    assert say(cast, first, "search").opened == ()


def test_a_flow_without_events_asks_nothing_more_of_the_database(cast: Cast) -> None:
    plain = Model(key="plain").node("startEvent", "s").node("userTask", "write").node("userTask", "again")
    deployed(plain.node("endEvent", "e").wire("s", "write", "again", "e"))
    case_id = opened(cast, plain)
    with counted() as since:
        say(cast, case_id, "write")
    said = " ".join(since())
    assert "awaited_signal" not in said and "thrown_event" not in said


def test_what_cases_waited_for_before_anybody_looked_is_found_out_once(
    fresh_database: Flask, clock_at: Callable[..., None]
) -> None:
    clock_at(TEN)
    cast = assemble()
    deployed(reminding()), deployed(hearing())
    reminded, heard = opened(cast, reminding()), opened(cast, hearing())
    config = fresh_database.extensions["migrate"].migrate.get_config()
    db.session.remove()
    command.downgrade(config, "0020")
    command.upgrade(config, "head")
    clock_at(dt.datetime.now(tz=ZONE))  # the migration has woken them by the clock of the database
    assert fire_timers() == 1  # the reminder has been due for long
    assert at(reminded) == ["remind", "remind", "write"] and at(heard) == ["write"]
    assert (wakes_at(reminded), wakes_at(heard)) == (None, None)
    assert db.session.execute(sa.select(AwaitedSignal.case_id, AwaitedSignal.name)).all() == [
        (heard, "alarm")
    ]
