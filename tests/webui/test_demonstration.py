"""The demonstration: an invented province, lived by use cases, whose trail is as sound as any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from engine.deadlines.calendars import calendar_of
from engine.foundation.audit_verification import verify
from models import (
    Assignment,
    BudgetSheet,
    Case,
    CaseAction,
    CaseEntry,
    Clock,
    Commitment,
    CommitmentEntry,
    Deputy,
    Evaluation,
    Meeting,
    Organization,
    PerformanceProject,
    PerformanceReport,
    Problem,
    Publication,
    RuleDecision,
    Task,
    User,
    db,
)
from webui.demonstration.budget import keep_budget
from webui.demonstration.decisions import take_decisions
from webui.demonstration.organs import settle_organs
from webui.demonstration.performance import evaluate_projects
from webui.demonstration.province import Province, settle
from webui.demonstration.rules import propose_rules
from webui.demonstration.told import tell
from webui.demonstration.turns import take_turns
from webui.demonstration.year import live_through


def count(*where: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(*where)) or 0


def every_way_is_there() -> None:
    """Every way a case may go is there to be looked at, some of them waiting for somebody's decision."""
    assert {"panel", "arbitrate", "decide_extension", "decide_merged", "decide_return"} <= {
        *db.session.scalars(sa.select(Task.node).where(Task.open))
    }
    assert count(Case.outcome == "closed_with_opinion") >= 2
    assert count(Publication.state == "withheld") >= 2 and count(Publication.state == "withdrawn") >= 1
    assert count(Case.merged_into_id.is_not(None), Case.status == "closed") >= 1
    assert count(Evaluation.case_id == Case.id, Case.merged_into_id.is_not(None)) >= 2
    pending = CaseAction.key == "withdraw", CaseAction.outcome.is_(None)
    assert count(*pending, CaseAction.id > 0) == 1
    assert count(Case.status == "withdrawn") >= 1
    assert count(RuleDecision.state == "proposed") == 1


def every_visitor_finds_his_step(province: Province) -> None:
    """The unit on the sign-in sheet has something at every step that README sends a visitor to; names differ."""
    waiting = sa.select(Task.node).join(Assignment, Assignment.id == Task.assignment_id)
    of_unit = waiting.where(Task.open, Assignment.unit_id == province.units["slt"])
    assert {"sign_for", "draft_reply", "review_reply", "sign_reply"} <= {*db.session.scalars(of_unit)}
    assert not db.session.scalars(
        sa.select(Deputy.name).join(User, User.name == Deputy.name).where(User.id != Deputy.user_id)
    ).all()
    sheet = province.sheet()
    assert len({each.name for each in sheet}) == len(sheet)


def promises_went_every_way() -> None:
    """Most were kept in time, some late, some not at all; some deputies have rated, some not yet, one disagreed."""
    kept = Commitment.status == "fulfilled"
    assert count(kept, Commitment.fulfilled_on <= Commitment.due_on, Commitment.rating == "fulfilled") > 40
    assert count(kept, Commitment.fulfilled_on > Commitment.due_on) >= 2
    assert count(Commitment.status == "lapsed") >= 3 and count(Commitment.status == "open") >= 3
    assert count(kept, Commitment.rating.is_(None)) >= 3
    assert count(CommitmentEntry.kind == "change", CommitmentEntry.id > 0) >= 2


def evaluations_are_there() -> None:
    """One self-evaluation all the way, one whose problems are being put right."""
    projects = db.session.execute(
        sa.select(Case.stage, Case.status, PerformanceReport.problems)
        .join(PerformanceProject, PerformanceProject.case_id == Case.id)
        .join(PerformanceReport, PerformanceReport.project_id == PerformanceProject.id)
    )
    assert sorted(map(tuple, projects)) == [("apply", "closed", 0), ("rectify", "open", 33)]
    problems = sa.select(Problem.status, sa.func.count()).group_by(Problem.status)
    assert dict(db.session.execute(problems).all()) == {"open": 31, "closed": 2}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_demonstration_has_the_shape_of_the_province(
    fresh_database: Flask, clock_at: Callable[[dt.datetime], None]
) -> None:
    clock_at(dt.datetime(2026, 11, 22, 15, 0))
    told: list[tuple[int, int]] = []
    province = settle(lambda done, total: told.append((done, total)))
    live_through(province, lambda done, total: told.append((done, total)))
    for today in (take_turns, take_decisions, settle_organs, propose_rules, evaluate_projects):
        today(province)
    assert count(Organization.kind == "delegation") == 12
    assert count(Organization.id.in_(province.units.values())) >= 80
    assert count(Deputy.id > 0) >= 60
    assert count(Case.id > 0) >= 300
    stages = set(db.session.scalars(sa.select(Case.stage).where(Case.status != "closed")))
    assert stages >= {"propose", "review", "assign", "sign", "handle", "reply", "evaluate"}
    assert count(Case.round > 1) >= 8
    assert count(Clock.key == "answer", Clock.state == "overdue") >= 3
    by_category = dict(
        db.session.execute(
            sa.select(Case.category, sa.func.count())
            .where(Case.category.is_not(None))
            .group_by(Case.category)
        ).all()
    )
    assert by_category["science_education"] > by_category["society"] > by_category["industry"]
    assert count(Case.number.like("省十四届人大四次会议第%")) > 100
    assert count(Publication.state == "published") > 100
    assert count(Publication.state == "due") >= 5
    assert count(Case.archived_at.is_not(None)) > 20
    assert 0.06 <= count(Assignment.status == "returned") / count(Assignment.id > 0) <= 0.10
    assert count(Assignment.role == "separate", Assignment.status == "closed") >= 4
    every_way_is_there()
    every_visitor_finds_his_step(province)
    promises_went_every_way()
    evaluations_are_there()
    assert verify().sound
    assert told[-1] == (1, 1)
    assert all(done <= total for done, total in told)
    for account in province.sheet():
        assert account.account in province.users


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_the_stories_are_of_the_year_in_which_they_are_told(
    fresh_database: Flask, clock_at: Callable[[dt.datetime], None], tmp_path: Path
) -> None:
    """2030: no notice of its holidays is out yet, so every due date that falls into it is provisional."""
    fresh_database.config["DATA_FOLDER"] = tmp_path
    clock_at(dt.datetime(2030, 6, 18, 15, 0))
    province = settle(lambda done, total: None)
    tell(province)
    keep_budget(province)
    told = db.session.execute(sa.select(Case.process_key, Case.fields).where(Case.fields.is_not(None)))
    years = {(kind, int(fields["year"])) for kind, fields in told if fields.get("year")}
    assert {year for kind, year in years if kind.startswith("budget_")} <= {2029, 2030, 2031}
    assert {("final_accounts", 2029), ("performance_review", 2029)} <= years
    words = " ".join(str(each) for each in db.session.scalars(sa.select(CaseEntry.answers)))
    assert "〔2030〕" in words and "〔2026〕" not in words and "{year" not in words
    assert db.session.scalars(sa.select(BudgetSheet.year).distinct()).all() == [2030]
    works = calendar_of(province.congress_id).is_workday
    met = db.session.scalars(sa.select(Meeting).order_by(Meeting.opens_on)).all()
    assert [each.name for each in met if not works(each.opens_on)] == []
    assert {*province.sits_on.values()} <= {day for each in met for day in (each.opens_on, each.closes_on)}
    assert {*province.sits_on} != {*province.sits_on.values()}, "some day told of was a day off"
    assert count(Clock.due_on >= dt.date(2030, 1, 1), Clock.provisional) > 20
    assert verify().sound
