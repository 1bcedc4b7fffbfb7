"""A step that the flow cannot take: told, kept, put right and taken again, and nobody's words are lost by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.casework.cases import open_case
from engine.casework.drafts import save_draft
from engine.casework.moving.stuck import CaseStuck
from engine.casework.periods.clock_messages import speak
from engine.casework.tasks import complete_task
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.operations.flags import FlagMoved, parts_of, set_flag
from engine.operations.incident_list import count_open, incidents_of, one_incident, open_incidents
from engine.operations.incidents import annotate, resolve
from engine.operations.retrying import ChangedSince, retry
from models import AuditEvent, Clock, Incident, Task, db
from tests.operations.altered import asking, deployed, with_gateway
from tests.support.cast import Cast, assemble, join
from tests.support.journey import Journey
from tests.support.soundness import faults

pytestmark = pytest.mark.slow


@pytest.fixture
def stuck(journey: Journey) -> Journey:
    """A unit's reply lies with its deputy head, and the gateway behind him asks what nobody has said."""
    deployed(bpmn=asking('review == "returned"', 'checked_by == "nobody"'))
    journey.draft().submit().accept().assign(slt="separate", czt="separate").sign_for().contact()
    journey.do("slt_clerk", "draft_reply", "slt", **journey.answers())
    return journey


def press(journey: Journey, **answers: object) -> int:
    """The deputy head passes the reply on, which fails; gives the incident's id."""
    with pytest.raises(CaseStuck):
        journey.do("slt_deputy_head", "review_reply", "slt", **{"decision": "passed", **answers})
    return db.session.scalars(sa.select(sa.func.max(Incident.id))).one()


def put_right(keeper: Actor, journey: Journey) -> None:
    (part,) = [each for each in parts_of(keeper, case_id=journey.case_id) if each.unit == "省水利厅"]
    told = {"case_id": journey.case_id, "part": part.key, "name": "checked_by"}
    assert set_flag(keeper, **told, kind="text", value="somebody", known="", reason="流程版本有误")


def trail(*actions: str) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEvent.action).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.id)
        )
    )


def test_a_failed_step_is_a_row_and_changes_nothing_else(stuck: Journey, keeper: Actor) -> None:
    before = stuck.traces()
    first = press(stuck)
    assert press(stuck) == first
    after = stuck.traces()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"incident", "audit_event"}
    (line,) = open_incidents(keeper)
    assert (line.id, line.times, line.element, line.who) == (first, 2, "gw_review", "水利厅分管")
    assert "checked_by" in line.cause and line.repeatable and not line.moot
    assert line.subject == f"task:{stuck.task('review_reply', 'slt').id}"
    assert trail("incident:raised") == ["incident:raised"] * 2
    assert faults() == []


def test_put_right_and_tried_again_the_step_is_the_persons_own(stuck: Journey, keeper: Actor) -> None:
    incident = press(stuck)
    assert [each.outcome for each in retry(keeper, incident_ids=[incident])] == ["refused"]
    assert one_incident(keeper, incident_id=incident)[0].times == 2
    put_right(keeper, stuck)
    assert [each.outcome for each in retry(keeper, incident_ids=[incident, incident])] == ["done"]
    assert stuck.open_nodes() == ["sign_for", "sign_reply"]
    done = db.session.scalars(sa.select(Task).where(Task.node == "review_reply")).one()
    assert done.closed_by == stuck.cast.users["slt_deputy_head"]
    line, _notes = one_incident(keeper, incident_id=incident)
    assert (line.resolution, count_open(keeper)) == ("retried", 0)
    assert db.session.get_one(Incident, incident).arguments == {}
    assert [each.outcome for each in retry(keeper, incident_ids=[incident])] == ["moot"]
    said = ["flow:flag_set", "incident:retried", "reply:passed", "incident:resolved"]
    assert trail(*said)[-4:] == ["flow:flag_set", "incident:retried", "reply:passed", "incident:resolved"]
    assert faults() == []


def test_what_was_done_meanwhile_is_moot_and_what_was_changed_is_the_persons(
    stuck: Journey, keeper: Actor
) -> None:
    incident = press(stuck, opinion="同意")
    task_id, actor = stuck.task("review_reply", "slt").id, stuck.cast.actor("slt_deputy_head")
    save_draft(actor, task_id=task_id, answers={"decision": "returned"})
    put_right(keeper, stuck)
    (line,) = retry(keeper, incident_ids=[incident])
    assert isinstance(line.refusal, ChangedSince)
    complete_task(actor, task_id=task_id, answers={"decision": "passed"})
    assert open_incidents(keeper)[0].moot
    assert [each.outcome for each in retry(keeper, incident_ids=[incident])] == ["moot"]
    assert incidents_of(keeper, case_id=stuck.case_id)[0].resolution == "moot"


def test_a_clocks_message_that_fails_is_kept_and_said_again(journey: Journey, keeper: Actor) -> None:
    deployed(bpmn=with_gateway("h_19", "b_no_feedback", "w_end", "nobody_said", "decide_redo"))
    journey.draft().submit().accept().assign().sign_for().contact().reply()
    clock_id = db.session.scalars(sa.select(Clock.id).where(Clock.key == "evaluation")).one()
    told = {"clock_id": clock_id, "case_id": journey.case_id}
    with pytest.raises(CaseStuck):
        speak(system_actor(journey.cast.congress_id), **told)
    (line,) = open_incidents(keeper)
    assert (line.element, line.subject, line.who) == ("gw_new", f"clock:{clock_id}", "")
    (part,) = [each for each in parts_of(keeper, case_id=journey.case_id) if each.key]
    set_flag(
        keeper,
        case_id=journey.case_id,
        part=part.key,
        name="nobody_said",
        kind="truth",
        value="false",
        known="",
        reason="补",
    )
    assert [each.outcome for each in retry(keeper, incident_ids=[line.id])] == ["done"]
    assert journey.case.status == "closed"


def test_a_case_that_cannot_even_be_opened_is_an_incident_of_its_version(cast: Cast, keeper: Actor) -> None:
    id_ = deployed(bpmn=with_gateway("f_start", "start", "draft", "nobody_said", "draft"))
    with pytest.raises(CaseStuck) as refused:
        open_case(cast.actor("deputy1"), process_key="suggestion")
    assert "新关口" in refused.value.message
    (line,) = open_incidents(keeper)
    assert (line.case_id, line.subject, line.repeatable) == (None, f"definition:{id_}", False)
    resolve(keeper, incident_id=line.id, reason="已换用上一版")
    resolve(keeper, incident_id=line.id, reason="已换用上一版")
    assert trail("incident:resolved") == ["incident:resolved"]


def test_flags_are_typed_and_every_change_says_what_was_and_why(stuck: Journey, keeper: Actor) -> None:
    press(stuck)
    put_right(keeper, stuck)
    (part,) = [each for each in parts_of(keeper, case_id=stuck.case_id) if each.unit == "省水利厅"]
    names = {flag.name for flag in part.flags}
    assert "checked_by" in names and not names & {"answering_units", "co_units", "assignment_id"}
    told = {"case_id": stuck.case_id, "part": part.key, "name": "checked_by", "kind": "number"}
    told |= {"value": "other", "reason": "再改"}
    with pytest.raises(FlagMoved):
        set_flag(keeper, **{**told, "known": "stale"})
    assert set_flag(keeper, **{**told, "known": "somebody"})
    assert not set_flag(keeper, **{**told, "known": "other"})
    for wrong in (
        {"name": "answering_units"},
        {"value": "x" * 201},
        {"reason": " "},
        {"part": "0-1"},
    ):
        with pytest.raises(InvalidAnswers):
            set_flag(keeper, **{**told, "known": "other", **wrong})
    detail = db.session.scalars(
        sa.select(AuditEvent.detail)
        .where(AuditEvent.action == "flow:flag_set")
        .order_by(AuditEvent.id.desc())
    ).first()
    assert detail is not None and '"old":"somebody"' in detail and '"new":"other"' in detail


def test_only_the_process_administrator_of_the_same_congress(stuck: Journey, keeper: Actor) -> None:
    incident = press(stuck)
    doings: list[Callable[[Actor], object]] = [
        lambda who: one_incident(who, incident_id=incident),
        lambda who: annotate(who, incident_id=incident, text="备注"),
        lambda who: resolve(who, incident_id=incident, reason="不必"),
        lambda who: parts_of(who, case_id=stuck.case_id),
        lambda who: set_flag(
            who, case_id=stuck.case_id, part="", name="x", kind="text", value="1", known="", reason="因"
        ),
        lambda who: retry(who, incident_ids=[incident]),
    ]
    foreign = join(assemble("15", "邻省人民代表大会"), "other", "dgw", "process_admin")
    assert open_incidents(foreign) == [] and incidents_of(foreign, case_id=stuck.case_id) == []
    for doing in doings:
        with pytest.raises(NotFound):
            doing(foreign)
        for who in ("assigner", "slt_deputy_head", "deputy1"):
            with pytest.raises(NotAllowed):
                doing(stuck.cast.actor(who))
    annotate(keeper, incident_id=incident, text="已找到原因")
    assert [note.text for note in one_incident(keeper, incident_id=incident)[1]] == ["已找到原因"]
