"""A case put on another way by hand: seen beforehand, by two persons, as its flow allows, and not after it moved on."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine.casework.readings.case_page import case_page
from engine.flow import NotModifiable
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.modifying import (
    EndsWithoutOutcome,
    OwnPlan,
    PlanPending,
    PlanStale,
    apply_modification,
    discard_modification,
    plan_modification,
    plans,
    preview,
)
from engine.operations.suspending import suspend_case
from models import AuditEvent, Clock, Task, db
from tests.support.cast import assemble, join
from tests.support.journey import Journey
from tests.support.soundness import faults

pytestmark = pytest.mark.slow

REASON = "签收后单位系统故障，人工推进"


@pytest.fixture
def assigned(journey: Journey) -> Journey:
    return journey.draft().submit().accept().assign(slt="separate", czt="separate")


def token(journey: Journey, node: str, unit: str = "slt") -> str:
    return journey.task(node, unit).token


def planned(who: Actor, journey: Journey, *changes: dict[str, Any], clocks: tuple[int, ...] = ()) -> int:
    document = {"changes": list(changes), "clocks": list(clocks)}
    return plan_modification(who, case_id=journey.case_id, changes=document, reason=REASON)


def test_a_token_is_moved_as_it_was_seen_by_a_second_person(
    assigned: Journey, keeper: Actor, second: Actor
) -> None:
    task = assigned.task("sign_for", "slt")
    task_id, unit = task.id, task.assignment_id
    clock_id = db.session.scalars(
        sa.select(Clock.id).where(Clock.key == "sign_for", Clock.assignment_id == unit)
    ).one()
    before = assigned.open_nodes()
    id_ = planned(keeper, assigned, {"move": task.token, "before": "draft_reply"}, clocks=(clock_id,))
    assert assigned.open_nodes() == before
    seen = preview(second, modification_id=id_)
    assert [place.node for place in seen.withdrawn] == ["sign_for"]
    assert [(each.node, each.assignment_id) for each in seen.opened] == [("draft_reply", unit)]
    assert [view.key for view in seen.ended] == ["sign_for"] and seen.live == ("draft_reply", "sign_for")
    assert "answer" in {view.key for view in seen.running} and not seen.closes
    with pytest.raises(OwnPlan):
        apply_modification(keeper, modification_id=id_)
    assert [row.id for row in plans(second)] == [id_]
    assert apply_modification(second, modification_id=id_)
    assert not apply_modification(second, modification_id=id_)
    assert assigned.open_nodes() == ["draft_reply", "sign_for"] and plans(second) == []
    assert db.session.get_one(Task, task_id).outcome == "withdrawn"
    assert db.session.get_one(Clock, clock_id).state == "cancelled"
    said = sa.select(AuditEvent.detail).where(AuditEvent.action == "case:modified")
    detail = db.session.scalars(said).one()
    assert REASON in detail and '"opened":["draft_reply"]' in detail
    timeline = case_page(assigned.cast.actor("deputy1"), case_id=assigned.case_id).timeline
    assert "case:modified" in {entry.action for entry in timeline}
    assigned.sign_for("czt")
    assert assigned.open_nodes() == ["draft_reply", "draft_reply"] and faults() == []


def test_a_plan_for_a_case_that_has_moved_on_is_not_carried_out(
    assigned: Journey, keeper: Actor, second: Actor
) -> None:
    id_ = planned(keeper, assigned, {"move": token(assigned, "sign_for"), "before": "draft_reply"})
    with pytest.raises(PlanPending):
        planned(second, assigned, {"cancel": token(assigned, "sign_for", "czt")})
    assigned.sign_for("czt")
    for doing in (apply_modification, preview):
        with pytest.raises(PlanStale):
            doing(second, modification_id=id_)
    assert discard_modification(keeper, modification_id=id_)
    assert not discard_modification(keeper, modification_id=id_)
    again = planned(second, assigned, {"move": token(assigned, "sign_for"), "before": "draft_reply"})
    suspend_case(keeper, case_id=assigned.case_id, reason="先停一停")
    assert apply_modification(keeper, modification_id=again)  # one that stands still may be put right
    assert assigned.open_nodes() == ["draft_reply", "draft_reply"]


def test_what_the_flow_forbids_is_not_even_planned(assigned: Journey, keeper: Actor) -> None:
    key = token(assigned, "sign_for")
    for changes, refusal in (
        ([{"cancel": key}], NotModifiable),
        ([{"before": "draft_reply"}], NotModifiable),
        ([{"move": key, "before": "join"}], NotModifiable),
        ([{"move": key, "before": "intake"}], NotModifiable),
        ([], InvalidAnswers),
        ([{"before": "end_withdrawn"}], EndsWithoutOutcome),
    ):
        before = assigned.traces()
        with pytest.raises(refusal):
            planned(keeper, assigned, *changes)
        assert assigned.traces() == before
    planned(keeper, assigned, {"before": "draft_reply", "near": key})


def test_only_process_administrators_of_the_same_congress(
    assigned: Journey, keeper: Actor, second: Actor
) -> None:
    id_ = planned(keeper, assigned, {"move": token(assigned, "sign_for"), "before": "draft_reply"})
    foreign = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    for doing in (apply_modification, discard_modification, preview):
        with pytest.raises(NotFound):
            doing(foreign, modification_id=id_)
        for who in ("assigner", "slt_head", "deputy1"):
            with pytest.raises(NotAllowed):
                doing(assigned.cast.actor(who), modification_id=id_)
    with pytest.raises(NotFound):
        planned(foreign, assigned, {"cancel": "x"})
    with pytest.raises(InvalidAnswers):
        plan_modification(second, case_id=assigned.case_id, changes={"changes": [{"cancel": "x"}]}, reason="")
