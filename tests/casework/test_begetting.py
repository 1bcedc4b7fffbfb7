"""Cases that begin by what other cases throw: once each, whatever is killed, as secret as what brings them about."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask

from engine.casework.access import case_to_view
from engine.casework.cases import create, open_case
from engine.casework.moving import begetting
from engine.casework.moving.deliveries import deliver_events, hear
from engine.foundation.actor import system_actor
from engine.foundation.audit_verification import verify
from engine.foundation.errors import NotAllowed, NotFound
from engine.operations.retrying import retry
from engine.operations.suspending import resume_version, suspend_version
from models import Case, Deputy, Incident, ThrownEvent, db
from tests.casework.begetting import deliver
from tests.casework.wired import at, deployed, opened, say, spoken, trail
from tests.flow.drawing import Model
from tests.support.cast import Cast, assemble, join
from tests.support.killed import until_killed

SIX = dt.datetime(2026, 2, 6, 10, 0)


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


def calling(key: str = "calling") -> Model:
    """Two tasks with an alarm thrown between them, and a message at the end."""
    model = Model(key=key).node("startEvent", "s").node("userTask", "write").node("userTask", "rest")
    model.node("intermediateThrowEvent", "call", signal="alarm").node("endEvent", "e", message="done")
    return model.wire("s", "write", "call", "rest", "e")


def answering(key: str = "answering", **event: str) -> Model:
    """One that begins by an event alone; when its task is done, it throws an alarm in its turn."""
    model = Model(key=key).node("startEvent", "begun", **(event or {"signal": "alarm"}))
    return model.node("userTask", "look").node("endEvent", "e", signal="alarm").wire("begun", "look", "e")


def both_ways() -> Model:
    """One that people open or an alarm begins, by another way."""
    model = answering("both").node("startEvent", "s").node("userTask", "write").node("endEvent", "e2")
    return model.wire("s", "write", "e2")


def begun(key: str) -> list[Case]:
    """The cases of a kind, in the order in which they began."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Case).where(Case.process_key == key).order_by(Case.id)))


def test_a_signal_begins_one_case_of_each_kind_that_says_so(cast: Cast) -> None:
    for model, sources in (
        (answering(), ["calling"]),
        (both_ways(), ["calling"]),
        (answering("deaf"), ["x"]),
    ):
        deployed(model, sources)
    deployed(calling())
    caller = opened(cast, calling())
    say(cast, caller, "write")
    assert begun("answering") == []  # it begins in a transaction of its own
    assert trail(caller, "signal:thrown") == [
        ("signal:thrown", {"signal": "alarm", "cases": 0, "begins": ["answering", "both"]})
    ]
    assert (deliver_events(), deliver_events()) == (2, 0)
    (one,), (other,) = begun("answering"), begun("both")
    assert (at(one.id), at(other.id), begun("deaf")) == (["look"], ["look"], [])
    lead = db.session.get_one(Case, caller).lead_deputy_id
    assert {(each.lead_deputy_id, each.origin, each.origin_id) for each in (one, other)} == {
        (lead, "event", caller)
    }
    rows = db.session.execute(sa.select(ThrownEvent.id, ThrownEvent.to_case_id, ThrownEvent.outcome)).all()
    assert [(row.to_case_id, row.outcome) for row in rows] == [(one.id, "begun"), (other.id, "begun")]
    ((_action, detail),) = trail(one.id, "case:opened")
    assert detail == {"process": "answering", "version": 1, "signal": "alarm", "event": rows[0].id}
    assert not hear(system_actor(cast.congress_id), event_id=rows[0].id)
    # What has begun throws in its turn: no kind that it came out of begins by that, so that it comes to an end.
    deployed(both_ways(), ["calling", "answering"])
    say(cast, one.id, "look")
    assert trail(one.id, "signal:thrown")[-1][1].get("begins") == ["both"]
    deliver_events()
    (_first, last) = begun("both")
    say(cast, last.id, "look")
    assert "begins" not in trail(last.id, "signal:thrown")[-1][1]
    assert deliver_events() == 0 and verify().findings == ()


def test_the_first_event_behind_a_gateway_begins_a_case_and_the_others_begin_others(cast: Cast) -> None:
    """Each event that comes begins a case of its own, which then waits for none of the others."""
    model = Model(key="answering").node("eventBasedGateway", "g", begins=True).node("exclusiveGateway", "j")
    model.node("intermediateCatchEvent", "c", signal="alarm").node(
        "intermediateCatchEvent", "d", message="done"
    )
    model.node("userTask", "look").node("userTask", "read").node("endEvent", "e")
    model.wire("g", "c", "look", "j", "e").wire("g", "d", "read", "j")
    deployed(model, ["calling"]), deployed(calling())
    caller = opened(cast, calling())
    say(cast, caller, "write")
    deliver_events()
    say(cast, caller, "rest")
    assert deliver_events() == 1
    first, second = begun("answering")
    assert (at(first.id), at(second.id)) == (["look"], ["read"])
    say(cast, first.id, "look"), say(cast, second.id, "read")
    assert [each.closed_at is not None for each in begun("answering")] == [True, True]


def test_nobody_opens_what_only_an_event_begins(cast: Cast) -> None:
    deployed(answering(), ["calling"])
    with pytest.raises(NotAllowed):
        open_case(cast.actor("deputy1"), process_key="answering")


def test_a_message_goes_to_the_case_that_waits_for_it_and_else_begins_one(cast: Cast) -> None:
    waiting = Model(key="waiting").node("startEvent", "s").node("userTask", "write").node("endEvent", "e")
    waiting.node("boundaryEvent", "told", host="write", interrupting=False, message="done")
    waiting.node("userTask", "read").node("endEvent", "e2").wire("s", "write", "e").wire("told", "read", "e2")
    deployed(waiting), deployed(calling()), deployed(answering("first", message="done"), ["calling"])
    deployed(answering("second", message="done"), ["calling"])
    origin, over = opened(cast, waiting), opened(cast, waiting)
    say(cast, over, "write")
    of_one, of_other, of_none = (opened(cast, calling()) for _ in range(3))
    for case_id, origin_id in ((of_one, origin), (of_other, over)):
        db.session.execute(sa.update(Case).where(Case.id == case_id).values(origin_id=origin_id))
    db.session.commit()
    for case_id in (of_one, of_other, of_none):
        say(cast, case_id, "write"), say(cast, case_id, "rest")
    assert [trail(each, "message:thrown")[0][1] for each in (of_one, of_other, of_none)] == [
        {"message": "done", "to": origin},
        {"message": "done", "to": None, "begins": ["first"]},
        {"message": "done", "to": None, "begins": ["first"]},
    ]
    assert deliver_events() == 3
    assert at(origin) == ["read", "write"] and begun("second") == []
    assert [each.origin_id for each in begun("first")] == [of_other, of_none]


def test_it_is_as_secret_as_what_brings_it_about_and_belongs_to_the_same_congress(cast: Cast) -> None:
    other = assemble("15", "邻省人民代表大会")
    deployed(answering(), ["calling"]), deployed(calling())
    caller = opened(cast, calling())
    secret = {"confidentiality": "restricted", "title": "涉密事项"}
    db.session.execute(sa.update(Case).where(Case.id == caller).values(secret))
    db.session.commit()
    say(cast, caller, "write")
    deliver_events()
    (made,) = begun("answering")
    assert (made.confidentiality, made.congress_id) == ("restricted", cast.congress_id)
    assert "涉密" not in json.dumps(trail(made.id, "case:opened"), ensure_ascii=False)
    assert case_to_view(cast.actor("deputy1"), made.id).id == made.id
    for stranger in (cast.actor("deputy2"), cast.actor("assigner"), other.actor("deputy1")):
        with pytest.raises(NotFound):
            case_to_view(stranger, made.id)


def test_who_may_put_nothing_forward_has_nothing_put_forward_in_his_name(cast: Cast) -> None:
    deployed(answering(), ["calling"]), deployed(calling())
    caller = opened(cast, calling())
    say(cast, caller, "write")
    lead = db.session.get_one(Case, caller).lead_deputy_id
    db.session.execute(sa.update(Deputy).where(Deputy.id == lead).values(status="suspended"))
    db.session.commit()
    assert deliver_events() == 1 and begun("answering") == []
    ((_action, detail),) = trail(caller, "signal:unheard")
    assert detail["begins"] == "answering"
    later = opened(cast, calling(), "deputy2")
    say(cast, later, "write", deputy="deputy2")
    deployed(answering(), ["another"])  # meanwhile the kind begins otherwise
    assert deliver_events() == 1 and begun("answering") == []
    assert db.session.scalars(sa.select(ThrownEvent.outcome)).all() == ["unheard", "unheard"]


def test_one_that_is_suspended_or_fails_begins_once_when_that_is_put_right(
    cast: Cast, clock_at: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = join(cast, "keeper", "dgw", "process_admin")
    kind = deployed(answering(), ["calling"])
    deployed(calling())
    suspend_version(keeper, definition_id=kind, reason="核对中")
    say(cast, opened(cast, calling()), "write")
    assert (deliver_events(), deliver_events(), begun("answering")) == (0, 0, [])
    resume_version(keeper, definition_id=kind, reason="核对完毕")
    clock_at(SIX)
    with monkeypatch.context() as broken:
        broken.setattr(begetting, "create", _killed)  # as if the program ended before the commit
        with pytest.raises(KeyboardInterrupt):
            deliver_events()
    db.session.rollback()
    assert begun("answering") == []
    assert (deliver_events(), deliver_events(), len(begun("answering"))) == (1, 0, 1)
    failing = answering().node("exclusiveGateway", "x").node("endEvent", "n").unwire("begun")
    failing.wire("begun", "x").wire("x", "look", condition="mark").wire("x", "n", condition="(default)")
    deployed(failing, ["calling"])
    say(cast, opened(cast, calling()), "write")
    assert deliver_events() == 0 and len(begun("answering")) == 1
    incident = db.session.scalars(sa.select(Incident)).one()
    assert (incident.case_id, incident.element) == (None, "x")
    deployed(answering(), ["calling"])
    assert [each.outcome for each in retry(keeper, incident_ids=[incident.id])] == ["done"]
    assert len(begun("answering")) == 2 and verify().findings == ()


def test_the_table_of_what_was_thrown_goes_back_without_what_has_begun_nothing_yet(
    fresh_database: Flask,
) -> None:
    cast = assemble()
    deployed(answering(), ["calling"]), deployed(calling())
    say(cast, opened(cast, calling()), "write")
    deliver_events()
    say(cast, opened(cast, calling()), "write")
    rows = sa.text("SELECT from_case_id, to_case_id, outcome FROM thrown_event ORDER BY id")
    before = [tuple(row) for row in db.session.execute(rows)]
    assert [row[1:] for row in before] == [(2, "begun"), (None, None)]
    db.session.remove()
    config = fresh_database.extensions["migrate"].migrate.get_config()
    below = ScriptDirectory.from_config(config).get_revision("0033").down_revision
    command.downgrade(config, str(below))
    command.upgrade(config, "head")
    assert [tuple(row) for row in db.session.execute(rows)] == before[:1]


def _killed(*given: object) -> None:
    create(*given)  # type: ignore[arg-type]
    raise KeyboardInterrupt


@pytest.mark.slow
def test_each_begins_once_whatever_is_killed_between(fresh_database: Flask) -> None:
    cast = assemble()
    deployed(answering(), ["calling"]), deployed(calling())
    for _ in range(12):
        say(cast, opened(cast, calling()), "write")
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    acknowledged: set[int] = set()
    for lines in (1, 3):
        db.session.remove()
        acknowledged |= set(until_killed(deliver, url, lines=lines))
        done = sa.select(ThrownEvent.id).where(ThrownEvent.outcome == "begun")
        assert acknowledged <= set(db.session.scalars(done))
        db.session.rollback()
    deliver_events()
    made = begun("answering")
    assert len(made) == 12 == len({each.origin_id for each in made})
    assert {tuple(at(each.id)) for each in made} == {("look",)}
    of_rows = db.session.execute(sa.select(ThrownEvent.to_case_id, ThrownEvent.from_case_id)).all()
    assert sorted(map(tuple, of_rows)) == sorted((each.id, each.origin_id) for each in made)
    assert verify().findings == ()
