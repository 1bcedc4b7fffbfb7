"""Figures over generated rows against a count in plain Python, and every list against its figure."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from engine.foundation import clock
from engine.publication.figures import figures_of
from engine.publication.releasing import withdraw_publication, withhold_publication
from engine.statistics import counting, lists
from engine.statistics.cuts import CUTS
from engine.statistics.scopes import Scope
from models import (
    Assignment,
    Case,
    Clock,
    Commitment,
    ContactRecord,
    Evaluation,
    Reply,
    db,
)
from tests.publication.conftest import prepare, publication, release
from tests.support.cast import Cast
from tests.support.journey import Journey

pytestmark = pytest.mark.slow

KIND, MANY = "suggestion", 120
TODAY = dt.date(2026, 6, 1)
RATINGS = ("satisfied", "basically_satisfied", "dissatisfied")


def copies(model: Any, original: Any, changes: Sequence[dict[str, Any]]) -> list[int]:
    """The row of a journey again and again, each time with changes; gives the ids."""
    names = [column.name for column in model.__table__.columns if column.name != "id"]
    kept = {name: getattr(original, name) for name in names}
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, [{**kept, **each} for each in changes]))


class Rows:
    """Cases with whatever may have become of them, written beside each other as plain facts."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cast = cast
        journey = Journey(cast).draft().submit().accept().assign(slt="lead").sign_for().contact().reply()
        journey.evaluate()
        self.first = {
            model: db.session.scalars(sa.select(model).where(model.case_id == journey.case_id)).first()
            for model in (Case, Assignment, Reply, Evaluation, ContactRecord)
            if model is not Case
        }
        self.case = db.session.get_one(Case, journey.case_id)
        answers = sa.select(Clock).where(Clock.case_id == journey.case_id, Clock.key == "answer")
        self.period = db.session.scalars(answers).one()
        self.facts: list[dict[str, Any]] = []
        self._write()

    def _write(self) -> None:
        for number in range(MANY):
            chance = self.chance
            (case_id,) = copies(
                Case,
                self.case,
                [
                    {
                        "number": f"第{number}号" if chance.random() < 0.9 else None,
                        "status": chance.choice(["open", "closed", "declined", "withdrawn"]),
                        "category": chance.choice(["society", "finance", None]),
                        "confidentiality": chance.choice(["public", "restricted"]),
                        "meeting_id": None,
                    }
                ],
            )
            for unit in chance.sample(["slt", "czt", "jyt"], chance.randint(1, 3)):
                self._handling(case_id, self.cast.organizations[unit])
        db.session.commit()

    def _handling(self, case_id: int, unit_id: int) -> None:
        chance = self.chance
        fact: dict[str, Any] = {
            "unit_id": unit_id,
            "role": chance.choice(["lead", "co", "separate"]),
            "status": chance.choice(["assigned", "signed_for", "replied", "returned"]),
            "round": chance.choice([1, 1, 2]),
            "due_on": TODAY + dt.timedelta(days=chance.randint(-40, 40)),
            "signed_for_at": chance.choice([None, clock.now()]),
        }
        about = {name: fact[name] for name in ("unit_id", "role", "status", "round", "signed_for_at")}
        (id_,) = copies(
            Assignment, self.first[Assignment], [{**about, "case_id": case_id, "closed_at": None}]
        )
        where = {"case_id": case_id, "assignment_id": id_}
        copies(Clock, self.period, [{**where, "due_on": fact["due_on"], "round": 1}])
        fact |= {"replied_on": None, "said": []}
        if fact["role"] != "co" and fact["status"] != "returned" and chance.random() < 0.7:
            self._replied(where, fact)
        self.facts.append(fact)

    def _replied(self, where: dict[str, Any], fact: dict[str, Any]) -> None:
        chance = self.chance
        day = fact["due_on"] + dt.timedelta(days=chance.randint(-3, 3))
        at = dt.datetime.combine(day, dt.time(chance.choice([0, 12, 23]), 30), clock.ZONE)
        fact["replied_on"], fact["grade"] = day, chance.choice("ABC")
        fact["contact"] = chance.choice([None, "telephone", "visit"])
        if fact["contact"]:
            early = {"method": fact["contact"], "recorded_at": at - dt.timedelta(hours=1)}
            copies(ContactRecord, self.first[ContactRecord], [{**where, **early}])
        late = {"method": "visit", "recorded_at": at + dt.timedelta(hours=1)}
        copies(ContactRecord, self.first[ContactRecord], [{**where, **late}])
        for round_ in range(1, fact["round"] + 1):
            signed = {"signed_at": at + dt.timedelta(days=round_ - 1), "grade": fact["grade"], "version": 1}
            (reply,) = copies(Reply, self.first[Reply], [{**where, **signed, "round": round_}])
            if chance.random() < 0.6:
                said = {"result": chance.choice(RATINGS), "attitude": chance.choice(RATINGS)}
                fact["said"].append({**said, "round": round_})
                given = {**where, **said, "reply_id": reply, "round": round_}
                copies(Evaluation, self.first[Evaluation], [given])


def by_hand(facts: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Numerators and denominators, each counted by its sentence in docs/statistics.md."""
    kept = [fact for fact in facts if fact["status"] != "returned"]
    replied = [fact for fact in facts if fact["replied_on"]]
    due = [fact for fact in kept if fact["role"] != "co" and fact["due_on"] < TODAY]
    said = [max(fact["said"], key=lambda each: each["round"]) for fact in facts if fact["said"]]
    again = [max(fact["said"], key=lambda each: each["round"]) for fact in facts if len(fact["said"]) > 1]

    def share(of: Sequence[Any], fits: Callable[[Any], Any]) -> tuple[int, int]:
        return sum(bool(fits(each)) for each in of), len(of)

    return {
        "signed_for_share": share(kept, lambda fact: fact["signed_for_at"]),
        "returned_share": share(facts, lambda fact: fact["status"] == "returned"),
        "replied_share": share(due, lambda fact: fact["replied_on"]),
        "in_time_share": share(due, lambda fact: fact["replied_on"] and fact["replied_on"] <= fact["due_on"]),
        "contact_share": share(replied, lambda fact: fact["contact"]),
        "met_share": share(replied, lambda fact: fact["contact"] == "visit"),
        "grade_A": share(replied, lambda fact: fact["grade"] == "A"),
        "redo_share": share(replied, lambda fact: fact["round"] > 1),
        "satisfied_share": share(said, lambda each: each["result"] == "satisfied"),
        "content_share": share(said, lambda each: each["result"] != "dissatisfied"),
        "attitude_share": share(said, lambda each: each["attitude"] == "satisfied"),
        "improved_share": share(again, lambda each: "dissatisfied" not in (each["result"], each["attitude"])),
    }


@pytest.fixture
def journey_day(cast: Cast, clock_at: Callable[..., None]) -> Cast:
    """The cast in June, when much is due."""
    clock_at(dt.datetime(2026, 6, 1, 10, 0))
    return cast


def found(figures: counting.Figures, keys: Sequence[str]) -> dict[str, tuple[int, int | None]]:
    return {key: (figures[key].part, figures[key].whole) for key in keys if key in figures}


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_those_of_a_count_in_plain_python(journey_day: Cast, seed: int) -> None:
    rows = Rows(journey_day, seed)
    # The journey that served as a pattern is one of them.
    pattern = {"unit_id": journey_day.organizations["slt"], "role": "lead", "status": "closed", "round": 1}
    pattern |= {"due_on": TODAY + dt.timedelta(days=90), "replied_on": TODAY, "grade": "B"}
    pattern |= {"signed_for_at": True, "contact": "telephone"}
    pattern["said"] = [{"result": "satisfied", "attitude": "satisfied", "round": 1}]
    everything = [*rows.facts, pattern]
    expected = by_hand(everything)
    actor = journey_day.actor("assigner")
    shown = counting.totals(actor, Scope(KIND))
    assert found(shown, list(expected)) == {key: both for key, both in expected.items() if key in shown}
    for row in counting.table(actor, Scope(KIND), "unit"):
        assert all(
            each.part <= each.whole
            for each in row.figures.values()
            if each.whole is not None and not each.mean
        )
        own = by_hand([fact for fact in everything if fact["unit_id"] == row.value])
        assert found(row.figures, list(own)) == {k: both for k, both in own.items() if k in row.figures}


def test_every_list_behind_generated_rows_has_the_length_of_its_figure(journey_day: Cast) -> None:
    Rows(journey_day, 3)
    actor, scope = journey_day.actor("assigner"), Scope(KIND)
    known = counting.known(KIND)
    for cut in ("", "unit", "category", "form", "year"):
        assert not cut or cut in CUTS
        rows = (
            counting.table(actor, scope, cut) if cut else [counting.Row(None, counting.totals(actor, scope))]
        )
        for row in rows:
            for each in known:
                figure = row.figures.get(each.key)
                if figure is None:
                    continue
                wish = lists.Wish(each.key, "part", cut, "" if row.value is None else str(row.value))
                behind = lists.listed(actor, scope, wish, limit=1000)
                assert behind.count == figure.part == len(behind.lines) + behind.hidden, wish


def test_pages_of_a_list_follow_one_another_without_gap(journey_day: Cast) -> None:
    Rows(journey_day, 4)
    actor, wish = journey_day.actor("assigner"), lists.Wish("handed")
    whole = lists.listed(actor, Scope(KIND), wish, limit=1000).lines
    paged: list[lists.Line] = []
    while True:
        page = lists.listed(actor, Scope(KIND), wish, offset=len(paged), limit=17)
        paged += page.lines
        if not page.more:
            break
    assert paged == whole


def test_promises_count_by_their_date_and_by_the_first_one(journey_day: Cast) -> None:
    journey = Journey(journey_day).draft().submit().accept().assign().sign_for().contact().reply()
    assignment = db.session.scalars(sa.select(Assignment)).one()
    reply = db.session.scalars(sa.select(Reply)).one()
    past, future = TODAY - dt.timedelta(days=10), TODAY + dt.timedelta(days=10)
    promises = [
        # first due, due, status, fulfilled on, rating
        (past, past, "fulfilled", past, None),
        (past, past, "fulfilled", past, "not_fulfilled"),  # the deputy says otherwise
        (past, past, "fulfilled", TODAY, None),  # too late
        (past, past, "open", None, None),
        (past, future, "changed", None, None),  # due by its first date only
        (past, past, "superseded", None, None),  # nobody owes these two
        (past, past, "withdrawn", None, None),
        (future, future, "open", None, None),
    ]
    db.session.query(Commitment).delete()
    for ordinal, (first, due, status, fulfilled_on, rating) in enumerate(promises, start=100):
        promise = Commitment(
            congress_id=journey_day.congress_id,
            case_id=journey.case_id,
            assignment_id=assignment.id,
            reply_id=reply.id,
            unit_id=journey_day.organizations["jyt"],  # inherited: it counts where it is owed now
            ordinal=ordinal,
            what="年底前完成",
            milestones=[],
            made_on=past,
            first_due_on=first,
            due_on=due,
            status=status,
            fulfilled_on=fulfilled_on,
            rating=rating,
            revision=1,
        )
        db.session.add(promise)
    db.session.commit()
    figures = counting.totals(journey_day.actor("assigner"), Scope(KIND))
    assert (figures["kept_share"].part, figures["kept_share"].whole) == (1, 4)
    assert (figures["kept_first_share"].part, figures["kept_first_share"].whole) == (1, 5)
    assert counting.own(journey_day.actor("jyt_head"), Scope(KIND))["kept_share"].whole == 4
    assert counting.own(journey_day.actor("slt_head"), Scope(KIND))["kept_share"].whole == 0


def test_what_is_withheld_is_not_asked_to_be_published_and_what_was_withdrawn_is_not_public(
    journey_day: Cast,
) -> None:
    journeys = [
        Journey(journey_day).draft().submit().accept().assign().sign_for().contact().reply()
        for _number in range(4)
    ]
    read, gone, kept_back, _due = journeys
    prepare(read)
    release(read)
    prepare(gone)
    release(gone)
    assigner = journey_day.actor("assigner")
    withdraw_publication(assigner, publication_id=publication(gone).id, reason="含第三方信息。")
    withhold_publication(assigner, publication_id=publication(kept_back).id, reason="依法不予公开。")
    figures = counting.totals(assigner, Scope(KIND))
    assert (figures["public_share"].part, figures["public_share"].whole) == (1, 3)
    assert (figures["public_full_share"].part, figures["public_full_share"].whole) == (1, 3)
    assert figures_of(journey_day.congress_id, KIND, 2026)["published"] == [1, 3]
