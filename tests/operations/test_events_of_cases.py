"""Timers, signals and errors of cases where something is in the way: a standstill, a failure, another version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from engine.casework.drafts import save_draft
from engine.casework.moving.deliveries import deliver_events
from engine.casework.moving.stuck import CaseStuck
from engine.casework.moving.timers import fire_timers
from engine.foundation.actor import Actor
from engine.foundation.clock import ZONE
from engine.operations.flags import parts_of, set_flag
from engine.operations.mapping import VersionMap
from engine.operations.migrations import carry_on, plan_migration, start
from engine.operations.modifying import apply_modification, plan_modification
from engine.operations.retrying import retry
from engine.operations.suspending import resume_case, suspend_case
from models import AwaitedSignal, Case, Incident, ProcessInstance, Task, TaskDraft, ThrownEvent, db
from tests.casework.wired import at, deployed, opened, say, spoken, trail
from tests.flow.drawing import Model
from tests.support.cast import Cast

TEN = dt.datetime(2026, 2, 5, 10, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def after(hours: float) -> dt.datetime:
    return TEN + dt.timedelta(hours=hours)


def wakes_at(case_id: int) -> dt.datetime | None:
    return db.session.scalar(sa.select(ProcessInstance.wakes_at).where(ProcessInstance.case_id == case_id))


def watchful(timer: str = "PT1H") -> Model:
    """A task from which the clock, or an alarm, leads to a gateway, which asks for the mark."""
    model = Model(key="watchful").node("startEvent", "s").node("userTask", "first").node("userTask", "write")
    model.node("endEvent", "e").wire("s", "first", "write", "e")
    model.node("boundaryEvent", "late", host="write", timer=timer)
    model.node("boundaryEvent", "alarmed", host="write", signal="alarm")
    model.node("exclusiveGateway", "merged").node("exclusiveGateway", "asked")
    model.wire("late", "merged").wire("alarmed", "merged").wire("merged", "asked")
    model.node("userTask", "yes").node("endEvent", "ye").wire("asked", "yes", "ye", condition="mark")
    return (
        model.node("userTask", "no").node("endEvent", "ne").wire("asked", "no", "ne", condition="(default)")
    )


def alarming() -> Model:
    model = Model(key="alarming").node("startEvent", "s").node("userTask", "write")
    return model.node("endEvent", "e", signal="alarm").wire("s", "write", "e")


def alarm(cast: Cast) -> None:
    """Let a case of its own throw the alarm."""
    deployed(alarming())
    say(cast, opened(cast, alarming()), "write")


def test_what_stands_still_hears_nothing_until_it_moves_again(
    cast: Cast, keeper: Actor, clock_at: Callable[..., None]
) -> None:
    deployed(watchful())
    by_clock, by_alarm = opened(cast, watchful()), opened(cast, watchful())
    for case_id in (by_clock, by_alarm):
        say(cast, case_id, "first")
    alarm(cast)
    for case_id in (by_clock, by_alarm):
        suspend_case(keeper, case_id=case_id, reason="暂停")
    clock_at(after(5))
    assert (fire_timers(), deliver_events()) == (0, 0)
    assert (at(by_clock), at(by_alarm)) == (["write"], ["write"])
    resume_case(keeper, case_id=by_alarm, reason="恢复")
    assert (deliver_events(), fire_timers()) == (1, 0)  # the alarm was first, and took the timer away
    resume_case(keeper, case_id=by_clock, reason="恢复")
    assert (fire_timers(), deliver_events()) == (1, 1)
    assert (at(by_clock), at(by_alarm)) == (["yes"], ["yes"])
    assert [action for action, _detail in trail(by_clock, "timer:fired", "signal:unheard")] == [
        "timer:fired",
        "signal:unheard",
    ]


def test_a_step_of_the_clock_that_fails_is_an_incident_and_keeps_no_other_case(
    cast: Cast, keeper: Actor, clock_at: Callable[..., None]
) -> None:
    deployed(watchful())
    good, bad = opened(cast, watchful()), opened(cast, watchful())
    say(cast, good, "first")
    say(cast, bad, "first", "plain")
    clock_at(after(1))
    assert fire_timers() == 1 and at(good) == ["yes"] and at(bad) == ["write"]
    clock_at(after(1.5))
    assert fire_timers() == 0 and times() == [1]  # it is left alone for an hour
    clock_at(after(2.5))
    assert fire_timers() == 0 and times() == [2]
    alarm(cast)
    assert deliver_events() == 0 and times() == [2, 1]
    assert db.session.scalars(sa.select(Incident.subject).order_by(Incident.id)).all() == [
        f"timer:{bad}",
        f"event:{db.session.scalar(sa.select(ThrownEvent.id))}",
    ]
    mend(keeper, bad)
    ids = list(db.session.scalars(sa.select(Incident.id).order_by(Incident.id)))
    assert [each.outcome for each in retry(keeper, incident_ids=ids)] == ["done", "done"]
    assert at(bad) == ["yes"]  # by the timer; the alarm came too late
    assert wakes_at(bad) is None
    assert db.session.scalars(sa.select(ThrownEvent.outcome)).all() == ["unheard"]


def mend(keeper: Actor, case_id: int) -> None:
    """Set what the gateway asks for, and nobody has said."""
    (part,) = parts_of(keeper, case_id=case_id)
    told = {"case_id": case_id, "part": part.key, "name": "mark", "known": ""}
    set_flag(keeper, **told, kind="truth", value="true", reason="没有标志")


def times() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Incident.times).order_by(Incident.id)))


def test_an_error_that_nobody_catches_is_an_incident_and_costs_no_word(cast: Cast) -> None:
    deployed(alarming())
    case_id = opened(cast, alarming())
    task_id = db.session.scalars(sa.select(Task.id).where(Task.case_id == case_id)).one()
    save_draft(cast.actor("deputy1"), task_id=task_id, answers={"word": "unknown"})
    with pytest.raises(CaseStuck):
        say(cast, case_id, "write", "unknown")
    incident = db.session.scalars(sa.select(Incident)).one()
    assert (incident.element, incident.cause) == ("write", "BpmnError: unknown")
    assert incident.arguments["answers"] == {"word": "unknown"}
    assert db.session.scalars(sa.select(TaskDraft.answers)).one() == {"word": "unknown"}
    assert (at(case_id), trail(case_id, "flow:error")) == (["write"], [])


def test_what_a_case_waits_for_follows_it_onto_another_way_and_into_another_version(
    cast: Cast, keeper: Actor, second: Actor
) -> None:
    old = deployed(watchful())
    case_id = opened(cast, watchful())
    waits = sa.select(AwaitedSignal.name).where(AwaitedSignal.case_id == case_id)
    assert wakes_at(case_id) is None and db.session.scalars(waits).all() == []
    token = db.session.scalars(sa.select(Task.token).where(Task.case_id == case_id)).one()
    changes = {"changes": [{"move": token, "before": "write"}], "clocks": []}
    plan = plan_modification(keeper, case_id=case_id, changes=changes, reason="直接办理")
    apply_modification(second, modification_id=plan)
    db.session.expire_all()
    assert wakes_at(case_id) == after(1) and db.session.scalars(waits).all() == ["alarm"]
    migrated(keeper, second, old, deployed(watchful(timer="PT3H")))
    assert wakes_at(case_id) == after(3) and db.session.scalars(waits).all() == ["alarm"]
    plain = Model(key="watchful").node("startEvent", "s").node("userTask", "first")
    plain.node("userTask", "write").node("endEvent", "e").wire("s", "first", "write", "e")
    migrated(keeper, second, version_of(case_id), deployed(plain))
    assert wakes_at(case_id) is None and db.session.scalars(waits).all() == []


def version_of(case_id: int) -> int:
    return db.session.scalars(sa.select(Case.definition_id).where(Case.id == case_id)).one()


def migrated(keeper: Actor, second: Actor, old: int, new: int) -> None:
    order = plan_migration(keeper, from_id=old, to_id=new, mapping=VersionMap(), reason="新版本")
    start(second, migration_id=order)
    assert [state for _case, state in carry_on(keeper, migration_id=order)] == ["migrated"]
    db.session.expire_all()
