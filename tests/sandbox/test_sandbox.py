"""Drafts of rules and what they would have made of past cases: counted rightly, and nothing changed by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.deadlines.calendars import forget_calendars
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.sandbox.drafts import active_pack, change_rule, draft, drafts, make_draft
from engine.sandbox.replay import replay
from models import Case, Clock, db
from tests.support.cast import Cast, join
from tests.support.journey import Journey
from tests.support.statements import counted

SPAN = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31)}


@pytest.fixture
def ruler(cast: Cast) -> Actor:
    return join(cast, "ruler", "dgw", "process_admin")


@pytest.fixture
def answered(journey: Journey, clock_at: Callable[..., None]) -> Journey:
    """Assigned on the fifth of February 2026, answered on the twentieth of March."""
    journey.draft().submit().accept().assign().sign_for()
    clock_at(dt.datetime(2026, 3, 20, 10, 0))
    journey.contact().reply()
    return journey


def changed(ruler: Actor, **lengths: str) -> int:
    id_ = make_draft(ruler, name="缩短答复期限")
    for rule, length in lengths.items():
        change_rule(ruler, draft_id=id_, rule_id=rule, length=length, warn=["7d"])
    return id_


def test_a_draft_changes_only_what_it_says_and_can_be_taken_back(ruler: Actor) -> None:
    id_ = changed(ruler, answer="1m")
    kept = draft(ruler, id_)
    assert [str(rule.length) for rule in kept.pack.rules["answer"]] == ["1m", "1m"]
    assert kept.pack.rules["sign_for"] == kept.base.rules["sign_for"]
    assert active_pack(ruler) == kept.base
    rule = kept.base.rules["answer"][-1]
    change_rule(ruler, draft_id=id_, rule_id="answer", length=str(rule.length), warn=rule.warn)
    assert draft(ruler, id_).changed == ()
    assert [each.id for each in drafts(ruler)] == [id_]


@pytest.mark.parametrize(
    ("field", "rule", "length", "warn"),
    [
        ("rule", "nothing", "1m", ["7d"]),
        ("length", "answer", "soon", ["7d"]),
        ("length", "answer", "0d", ["7d"]),
        ("length", "answer", "-30d", ["7d"]),
        ("warn", "answer", "1m", ["later"]),
        ("warn", "answer", "1m", ["1m"]),
    ],
)
def test_a_change_that_cannot_be_counted_is_refused(
    ruler: Actor, field: str, rule: str, length: str, warn: list[str]
) -> None:
    id_ = make_draft(ruler, name="草案")
    with pytest.raises(InvalidAnswers) as refused:
        change_rule(ruler, draft_id=id_, rule_id=rule, length=length, warn=warn)
    assert list(refused.value.errors) == [field]
    assert draft(ruler, id_).changed == ()


def test_a_shorter_period_makes_late_and_a_longer_one_in_time(ruler: Actor, answered: Journey) -> None:
    shorter = replay(ruler, draft_id=changed(ruler, answer="1m"), **SPAN)
    assert {each.rule.id for each in shorter.newly_late} == {"answer"}
    late = next(each for each in shorter.newly_late if each.unit == "省水利厅")
    assert (late.before, late.after) == (dt.date(2026, 5, 6), dt.date(2026, 3, 5))
    assert (late.case_id, late.unit, late.ended_on) == (answered.case_id, "省水利厅", dt.date(2026, 3, 20))
    assert shorter.late_after == shorter.late_before + len(shorter.newly_late)
    longer = replay(ruler, draft_id=changed(ruler, first_contact="2m"), **SPAN)
    assert {each.rule.id for each in longer.newly_in_time} == {"first_contact"}
    assert not longer.newly_late


def test_a_change_of_the_length_alone_keeps_the_warnings(ruler: Actor) -> None:
    id_ = make_draft(ruler, name="草案")
    change_rule(ruler, draft_id=id_, rule_id="answer", length="2m", warn=[])
    (rule,) = draft(ruler, id_).changed
    assert rule.warn == draft(ruler, id_).base.rules["answer"][-1].warn


def test_a_draft_without_changes_compares_equal(ruler: Actor, answered: Journey) -> None:
    found = replay(ruler, draft_id=changed(ruler), **SPAN)
    assert (found.moved, found.newly_late, found.newly_in_time) == (0, (), ())
    assert found.periods == sum(line.due for line in found.lines) == sum(each.before for each in found.loads)
    assert all(each.before == each.after for each in found.loads)
    assert not replay(
        ruler, draft_id=changed(ruler), since=dt.date(2025, 1, 1), until=dt.date(2025, 2, 1)
    ).periods


def test_replaying_leaves_no_trace(ruler: Actor, answered: Journey) -> None:
    id_ = changed(ruler, answer="1m", sign_for="1wd")
    before = answered.traces()
    rows = [tuple(row) for row in db.session.execute(sa.select(Clock.__table__))]
    replay(ruler, draft_id=id_, **SPAN)
    assert answered.traces() == before
    assert [tuple(row) for row in db.session.execute(sa.select(Clock.__table__))] == rows


def test_a_restricted_case_is_counted_and_not_named(ruler: Actor, answered: Journey) -> None:
    db.session.get_one(Case, answered.case_id).confidentiality = "restricted"
    db.session.commit()
    found = replay(ruler, draft_id=changed(ruler, answer="1m"), **SPAN)
    assert found.newly_late
    assert {(each.case_id, each.number) for each in found.newly_late} == {(None, "")}


def test_only_the_process_administrator_and_only_his_congress(ruler: Actor, cast: Cast) -> None:
    id_ = changed(ruler)
    for who in ("assigner", "slt_head", "deputy1"):
        with pytest.raises(NotAllowed):
            drafts(cast.actor(who))
        with pytest.raises(NotAllowed):
            replay(cast.actor(who), draft_id=id_, **SPAN)
    with pytest.raises(NotFound):
        draft(ruler, id_ + 1)
    with pytest.raises(InvalidAnswers):
        replay(ruler, draft_id=id_, since=SPAN["until"], until=SPAN["since"])
    with pytest.raises(InvalidAnswers):
        make_draft(ruler, name=" ")


def test_ten_thousand_periods_are_replayed_with_as_many_statements_as_one(
    ruler: Actor, answered: Journey
) -> None:
    table: sa.Table = Clock.__table__  # type: ignore[assignment]
    one = db.session.execute(sa.select(table).where(table.c.rule_id == "answer")).mappings().first()
    assert one is not None
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=each) for each in range(300)]
    rows = [{**one, "id": 10_000 + n, "started_on": days[n % 300]} for n in range(10_000)]
    id_ = changed(ruler, answer="2m")
    with counted() as since:
        forget_calendars()  # it is kept for two seconds, which a slow machine may need for the rows
        replay(ruler, draft_id=id_, **SPAN)
        for_few = len(since())
        db.session.execute(table.insert(), rows)
        db.session.commit()
        forget_calendars()
        since()
        assert replay(ruler, draft_id=id_, **SPAN).periods > 10_000
        assert len(since()) == for_few
