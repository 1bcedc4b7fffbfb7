"""Projects kept, taken through their steps, put right."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.performance.blocks import ReportUnreadable
from engine.performance.completing import completed
from engine.performance.composing import Grid, composed
from engine.performance.keeping import NotWhole, PastFilling, ProjectElsewhere, keep_file, keep_form
from engine.performance.moving import NoTotal, SameEyes, WrongStage, move_project
from engine.performance.projects import project_page, projects
from engine.performance.records import record_of, report_from
from engine.performance.rectifying import NoRemedy, OwnRemedy, close_problem, plan_remedy
from engine.performance.word_writing import as_word
from models import (
    AuditEvent,
    PerformanceFunding,
    PerformanceIndicator,
    PerformanceProblem,
    PerformanceProject,
    PerformanceReport,
    db,
)
from tests.performance.reports import PUBLISHED, SCHEME, clean, with_cell, with_line
from tests.support.cast import Cast, assemble

TABLES = (PerformanceProject, PerformanceReport, PerformanceFunding, PerformanceIndicator, PerformanceProblem)


def counts() -> list[int]:
    found = [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in TABLES]
    db.session.rollback()
    return found


def happened(project_id: int) -> list[str]:
    subject = AuditEvent.subject == f"performance:{project_id}"
    return list(db.session.scalars(sa.select(AuditEvent.action).where(subject).order_by(AuditEvent.id)))


def test_a_report_is_kept_whole_and_twice_does_no_harm(cast: Cast) -> None:
    reviewer = cast.actor("reviewer_one")
    first = keep_file(reviewer, filename="a.txt", content=PUBLISHED, budget_head="201")
    before = counts()
    again = keep_file(reviewer, filename="renamed.txt", content=PUBLISHED)
    assert (first.version, first.problems, first.repeated) == (1, 32, False)
    assert again == replace(first, repeated=True)
    assert counts() == before == [1, 1, 36, 6, 32]
    assert happened(first.project_id) == ["performance:stored"]
    page = project_page(reviewer, first.project_id)
    assert (page.line.name, page.line.year, page.line.budget_head) == ("信息化建设经费项目", 2021, "201")
    assert (page.line.total, page.line.grade, page.line.unsettled) == (Decimal("94.23"), "优", 32)
    assert [each.problem for each in page.problems] == list(page.assessment.problems)
    amount = sa.select(PerformanceFunding.value).filter_by(row_name="全年执行资金", column_name="市级")
    assert db.session.scalars(amount).one() == Decimal("49.92")


def without_tables(heads: str) -> bytes:
    """The sound report as .docx without the tables that have this column."""
    parts = composed(clean())
    kept = [
        part for part in parts if not (isinstance(part, Grid) and heads in {c.text for c in part.rows[0]})
    ]
    assert len(kept) < len(parts)
    return as_word(kept, "")


@pytest.mark.parametrize(
    ("filename", "content", "refusal"),
    [
        ("a.pdf", b"%PDF", ReportUnreadable),
        ("a.docx", without_tables("行次"), NotWhole),
        ("a.docx", without_tables("权重"), NotWhole),
        ("a.docx", as_word(composed(replace(clean(), basics={})), ""), InvalidAnswers),  # of no year
    ],
)
def test_what_cannot_be_read_whole_leaves_nothing(
    cast: Cast, filename: str, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        keep_file(cast.actor("reviewer_one"), filename=filename, content=content)
    assert counts() == [0] * len(TABLES)


def test_a_record_gives_the_report_back_equal() -> None:
    assert report_from(record_of(clean())) == clean()


def test_the_way_from_filling_in_to_publication(cast: Cast) -> None:
    clerk, deputy_head, one, two = map(
        cast.actor, ("slt_clerk", "slt_deputy_head", "reviewer_one", "reviewer_two")
    )
    kept = keep_form(clerk, report=clean(), budget_head="213")
    where = {"project_id": kept.project_id}
    assert kept.problems == 0

    with pytest.raises(NotAllowed):
        move_project(deputy_head, **where, move="submit", version=1)
    assert move_project(clerk, **where, move="submit", version=1) == "reviewing"
    assert move_project(clerk, **where, move="submit", version=1) == "reviewing"  # clicked twice
    with pytest.raises(PastFilling):
        keep_form(clerk, report=replace(clean(), annual_goal="本年度整治河道一百二十公里。"))
    assert keep_form(clerk, report=clean()).repeated

    with pytest.raises(InvalidAnswers):
        move_project(deputy_head, **where, move="send_back", version=1, reason=" ")
    assert move_project(deputy_head, **where, move="send_back", version=1, reason="目标写细") == "filling"
    assert keep_form(clerk, report=replace(clean(), annual_goal="本年度整治河道一百二十公里。")).version == 2
    with pytest.raises(WrongStage):  # the page showed the version before
        move_project(clerk, **where, move="submit", version=1)
    move_project(clerk, **where, move="submit", version=2)
    with pytest.raises(WrongStage):
        move_project(one, **where, move="confirm", version=2)
    move_project(deputy_head, **where, move="approve", version=2)
    move_project(one, **where, move="confirm", version=2)
    with pytest.raises(SameEyes):
        move_project(one, **where, move="publish", version=2)
    assert move_project(two, **where, move="publish", version=2) == "published"
    page = project_page(cast.actor("jyt_clerk"), kept.project_id)  # published: other units see it
    assert page.open_steps == ()
    moves = ["stored", "submit", "send_back", "stored", "submit", "approve", "confirm", "publish"]
    assert [step.move for step in page.steps] == moves
    assert happened(kept.project_id) == [f"performance:{move}" for move in moves]


def test_without_a_total_nothing_is_handed_in(cast: Cast) -> None:
    report = with_cell(clean(), "全年预算资金", "年度总金额", "0")
    for column in ("小计", "中央级", "省级", "上年结转"):
        report = with_cell(report, "全年预算资金", column, "")
    clerk = cast.actor("slt_clerk")
    kept = keep_form(clerk, report=report)
    with pytest.raises(NoTotal):
        move_project(clerk, project_id=kept.project_id, move="submit", version=1)


def test_units_keep_to_their_own_projects_and_congresses_to_theirs(cast: Cast) -> None:
    clerk, other = cast.actor("slt_clerk"), cast.actor("jyt_clerk")
    kept = keep_form(clerk, report=clean())
    with pytest.raises(ProjectElsewhere):
        keep_form(other, report=clean())
    with pytest.raises(NotAllowed):
        keep_form(
            other, report=replace(clean(), project="另一项目"), organization_id=cast.organizations["slt"]
        )
    with pytest.raises(NotFound):
        project_page(other, kept.project_id)
    with pytest.raises(NotAllowed):
        projects(cast.actor("deputy1"))
    assert projects(other) == []
    assert [line.id for line in projects(cast.actor("assigner"))] == [kept.project_id]  # supervisors see all
    foreign = assemble("15", "邻省人民代表大会")
    with pytest.raises(NotFound):
        project_page(foreign.actor("assigner"), kept.project_id)
    assert counts()[0] == 1


def test_a_problem_is_put_right_by_one_and_struck_off_by_another(cast: Cast) -> None:
    clerk, one = cast.actor("slt_clerk"), cast.actor("reviewer_one")
    kept = keep_form(clerk, report=with_line(clean(), "工程合格率", target="100%"))
    (problem,) = project_page(clerk, kept.project_id).problems
    assert problem.problem.code == "operator_missing"
    due = dt.date(2026, 3, 1)
    with pytest.raises(NoRemedy):
        close_problem(one, problem_id=problem.id, note="已核")
    with pytest.raises(NotAllowed):
        close_problem(clerk, problem_id=problem.id, note="已核")
    with pytest.raises(NotFound):
        plan_remedy(cast.actor("jyt_clerk"), problem_id=problem.id, measure="补写", due_on=due)
    with pytest.raises(InvalidAnswers) as refusal:
        plan_remedy(clerk, problem_id=problem.id, measure=" ", due_on=None)
    assert set(refusal.value.errors) == {"measure", "due_on"}
    plan_remedy(one, problem_id=problem.id, measure="补写符号", due_on=due)
    with pytest.raises(OwnRemedy):
        close_problem(one, problem_id=problem.id, note="已核")
    plan_remedy(clerk, problem_id=problem.id, measure="目标值写明≥", due_on=due)
    plan_remedy(clerk, problem_id=problem.id, measure="目标值写明≥", due_on=due)
    close_problem(one, problem_id=problem.id, note="已核")
    close_problem(cast.actor("reviewer_two"), problem_id=problem.id, note="再核")
    (closed,) = project_page(clerk, kept.project_id).problems
    assert (closed.note, closed.closed_by) == ("已核", "reviewer_one")
    assert happened(kept.project_id).count("performance:remedy_planned") == 2
    assert happened(kept.project_id).count("performance:problem_closed") == 1


def test_what_is_completed_follows_from_what_was_filled_in() -> None:
    bare = clean()
    for row in ("资金结余", "预算到位率", "预算执行率"):
        for column in ("年度总金额", "小计", "中央级", "省级", "上年结转"):
            bare = with_cell(bare, row, column, "")
    for column in ("小计", "年度总金额"):
        bare = with_cell(bare, "全年执行资金", column, "")
    lines = tuple(
        replace(
            each, completion="", score=each.score if each.level2 in ("生态效益指标", "可持续影响指标") else ""
        )
        for each in bare.body or ()
    )
    made = completed(replace(bare, body=lines, annex=None, total="", grade=""), SCHEME)
    assert (made.total, made.grade) == ("93.00", "优")
    assert made.funding is not None
    assert made.funding.at("资金结余", "省级") == "27.5"
    assert made.funding.at("预算执行率", "省级") == "90.13"
    assert made.funding.at("预算执行率", "市级") == ""
    assert [each.score for each in made.body or ()] == [
        "13.50", "15.00", "9.47", "9.00", "15.00", "7.50", "4.50", "9.78",
    ]  # fmt: skip
    assert completed(made, SCHEME) == made
