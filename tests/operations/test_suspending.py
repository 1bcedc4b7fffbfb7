"""A case that stands still: nobody moves it on, its periods run, and everybody can read why."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.casework.cases import open_case
from engine.casework.moving.suspension import CaseSuspended, KindSuspended
from engine.casework.periods.clock_sweep import sweep
from engine.casework.readings.case_page import case_page
from engine.casework.tasks import claim_task
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.suspending import (
    NothingToSuspend,
    resume_case,
    resume_version,
    suspend_case,
    suspend_version,
    suspensions,
)
from models import AuditEvent, Clock, db
from tests.conftest import dispose
from tests.operations.altered import deployed, replaced
from tests.support.cast import Cast, assemble, join
from tests.support.databases import bare_app
from tests.support.journey import Journey
from tests.support.soundness import faults

REASON = "承办单位合并，等候通知"


@pytest.fixture
def assigned(journey: Journey) -> Journey:
    return journey.draft().submit().accept().assign()


def test_a_suspended_case_is_not_moved_on_and_is_as_it_was_when_resumed(
    assigned: Journey, keeper: Actor
) -> None:
    assert suspend_case(keeper, case_id=assigned.case_id, reason=REASON)
    assert not suspend_case(keeper, case_id=assigned.case_id, reason="再说一遍")
    before = assigned.traces()
    with pytest.raises(CaseSuspended) as refused:
        assigned.sign_for()
    assert REASON in refused.value.message and assigned.traces() == before
    claim_task(assigned.cast.actor("slt_clerk"), task_id=assigned.task("sign_for").id)  # moves nothing
    page = case_page(assigned.cast.actor("deputy1"), case_id=assigned.case_id)
    assert page.standstill is not None and page.standstill.reason == REASON
    assert [entry.action for entry in page.timeline][0] == "case:suspended"
    assert [line.case_id for line in suspensions(keeper)] == [assigned.case_id]
    assert resume_case(keeper, case_id=assigned.case_id, reason="已合并完毕")
    assert not resume_case(keeper, case_id=assigned.case_id, reason="已合并完毕")
    assigned.sign_for()
    assert suspensions(keeper) == [] and faults() == []


def test_its_clocks_run_on_warn_and_become_overdue(
    assigned: Journey, keeper: Actor, clock_at: Callable[..., None]
) -> None:
    due = {row.id: row.due_on for row in db.session.scalars(sa.select(Clock))}
    suspend_case(keeper, case_id=assigned.case_id, reason=REASON)
    clock_at(dt.datetime(2026, 8, 20, 10, 0))
    sweep()
    db.session.expire_all()
    assert {row.id: row.due_on for row in db.session.scalars(sa.select(Clock))} == due
    states = set(db.session.scalars(sa.select(Clock.state).where(Clock.key.in_(("answer", "sign_for")))))
    assert states == {"overdue"}


def test_a_clocks_message_waits_until_the_case_moves_again(
    assigned: Journey, keeper: Actor, clock_at: Callable[..., None]
) -> None:
    assigned.sign_for().contact().reply()
    suspend_case(keeper, case_id=assigned.case_id, reason=REASON)
    day = dt.datetime(2026, 3, 1, 10, 0)
    for weeks in range(0, 12, 2):
        clock_at(day + dt.timedelta(weeks=weeks))
        sweep()
    assert assigned.case.status == "open"
    assert db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "clock:postponed")) == 0
    resume_case(keeper, case_id=assigned.case_id, reason="恢复")
    for weeks in range(12, 40, 2):
        clock_at(day + dt.timedelta(weeks=weeks))
        sweep()
    assert assigned.case.status == "closed"


def test_a_suspended_version_opens_nothing_and_moves_nothing_in_this_congress_only(
    assigned: Journey, keeper: Actor
) -> None:
    cast, version = assigned.cast, assigned.case.definition_id
    other = assemble("15", "邻省人民代表大会")
    assert suspend_version(keeper, definition_id=version, reason=REASON)
    assert not suspend_version(keeper, definition_id=version, reason=REASON)
    with pytest.raises(KindSuspended):
        open_case(cast.actor("deputy1"), process_key="suggestion")
    with pytest.raises(CaseSuspended):
        assigned.sign_for()
    Journey(other).draft().submit().accept().assign().sign_for()
    deployed(
        process=replaced(('verb = { zh = "签收", en = "Sign for" }', 'verb = { zh = "收", en = "Sign for" }'))
    )
    Journey(cast).draft().submit()
    assert resume_version(keeper, definition_id=version, reason="恢复")
    assert not resume_version(keeper, definition_id=version, reason="恢复")
    assigned.sign_for()
    said = sa.select(AuditEvent.action).where(AuditEvent.subject == f"definition:{version}")
    assert list(db.session.scalars(said.order_by(AuditEvent.id)))[-2:] == [
        "definition:suspended",
        "definition:resumed",
    ]


def test_only_with_a_reason_by_the_process_administrator_of_the_same_congress(
    assigned: Journey, keeper: Actor
) -> None:
    foreign = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    for doing in (suspend_case, resume_case):
        with pytest.raises(NotFound):
            doing(foreign, case_id=assigned.case_id, reason=REASON)
        with pytest.raises(InvalidAnswers):
            doing(keeper, case_id=assigned.case_id, reason="  ")
        for who in ("assigner", "deputy1", "slt_head"):
            with pytest.raises(NotAllowed):
                doing(assigned.cast.actor(who), case_id=assigned.case_id, reason=REASON)
    with pytest.raises(NotFound):
        suspend_version(keeper, definition_id=999, reason=REASON)
    with pytest.raises(NotAllowed):
        suspend_version(assigned.cast.actor("assigner"), definition_id=1, reason=REASON)
    assert suspensions(foreign) == []
    assigned.sign_for().contact().reply().evaluate()
    with pytest.raises(NothingToSuspend):
        suspend_case(keeper, case_id=assigned.case_id, reason=REASON)


@pytest.fixture
def house(fresh_url: str) -> Iterator[Flask]:
    app = bare_app(fresh_url)
    with app.app_context():
        yield app
    dispose(app)


def test_of_a_step_and_a_suspension_at_once_the_step_goes_before_or_is_refused(house: Flask) -> None:
    cast: Cast = assemble()
    keeper = join(cast, "keeper", "dgw", "process_admin")
    for _ in range(4):
        journey = Journey(cast).draft().submit().accept().assign()
        together, ends = threading.Barrier(2), []
        db.session.rollback()

        def run(
            click: Callable[[], object], together: threading.Barrier = together, ends: list[str] = ends
        ) -> None:
            with house.app_context():
                together.wait()
                try:
                    click()
                    ends.append("done")
                except CaseSuspended:
                    ends.append("refused")

        halt = functools.partial(suspend_case, keeper, case_id=journey.case_id, reason=REASON)
        clicks = (journey.sign_for, halt)
        threads = [threading.Thread(target=run, args=[click]) for click in clicks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        db.session.rollback()
        assert sorted(ends) in (["done", "done"], ["done", "refused"])
        order = sa.select(AuditEvent.action).where(
            AuditEvent.case_id == journey.case_id,
            AuditEvent.action.in_(("assignment:signed_for", "case:suspended")),
        )
        said = list(db.session.scalars(order.order_by(AuditEvent.position)))
        assert said == (
            ["assignment:signed_for", "case:suspended"] if "refused" not in ends else ["case:suspended"]
        )
    assert faults() == []
