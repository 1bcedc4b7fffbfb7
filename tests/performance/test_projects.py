"""Projects kept, taken through their steps, put right."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine.casework.access import TaskChanged
from engine.casework.tasks import complete_task
from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers, NotAllowed, NotFound
from engine.performance.blocks import ReportUnreadable
from engine.performance.completing import completed
from engine.performance.composing import Grid, composed
from engine.performance.keeping import NotWhole, PastFilling, ProjectElsewhere, keep_file, keep_form
from engine.performance.opening import NoSuchWork, take_all_over
from engine.performance.projects import project_page, projects
from engine.performance.records import record_of, report_from
from engine.performance.rows import PROBLEMS
from engine.performance.taking_down import NotArchived, take_down_archived
from engine.performance.word_writing import as_word
from models import (
    AuditEvent,
    Case,
    PerformanceCopy,
    PerformanceFunding,
    PerformanceIndicator,
    PerformanceProblem,
    PerformanceProject,
    PerformanceReport,
    Problem,
    Task,
    db,
)
from tests.performance.reports import PUBLISHED, SCHEME, clean, with_cell
from tests.support.cast import Cast, assemble
from tests.support.evaluating import WAY, act, case_of, do, forget_case, kept, take_on

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
    assert (first.version, first.problems, first.repeated) == (1, 33, False)
    assert again == replace(first, repeated=True)
    assert counts() == before == [1, 1, 36, 6, 33]
    assert happened(first.project_id) == ["project:taken_up", "performance:stored"]
    page = project_page(reviewer, first.project_id)
    assert (page.line.name, page.line.year, page.line.budget_head) == ("信息化建设经费项目", 2021, "201")
    assert (page.line.total, page.line.grade, page.line.unsettled) == (Decimal("94.23"), "优", 33)
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
    clerk = cast.actor("slt_clerk")
    made = keep_form(clerk, report=clean(), budget_head="213")
    case = case_of(made.project_id)
    assert (made.problems, case.title, case.status) == (0, clean().project, "open")
    page = project_page(clerk, made.project_id)
    assert page.work is not None and [title.zh for _key, title in page.work.own] == ["填报自评报告"]

    task = db.session.scalars(sa.select(Task).where(Task.case_id == case.id, Task.open)).one()
    seen = {"task_id": task.id, "revision": task.revision, "answers": {"confirmed": True}}
    goal = replace(clean(), annual_goal="本年度整治河道一百二十公里。")
    assert keep_form(clerk, report=goal).version == 2
    with pytest.raises(TaskChanged):  # the page showed the version before
        complete_task(clerk, **seen)
    take_on(cast, made.project_id, until="review")
    with pytest.raises(PastFilling):
        keep_form(clerk, report=clean())
    assert keep_form(clerk, report=goal).repeated
    for node, who, answers in WAY[2:]:
        do(cast, made.project_id, who, node, **answers)
    page = project_page(cast.actor("jyt_clerk"), made.project_id)  # published: other units see it
    assert page.work is not None and not page.work.own and not page.work.seen and page.public_id
    assert [step.move for step in page.steps] == ["stored", "stored"]
    assert page.line.stage is not None and page.line.stage.zh == "应用"
    kept_twice = ["project:taken_up", "performance:stored", "performance:stored", "report:handed_in"]
    assert happened(made.project_id) == kept_twice


def test_a_project_from_before_there_were_cases_is_taken_over(cast: Cast) -> None:
    """What had been said and done about a problem then stands on the list of the case, and nothing is done twice."""
    made = kept(cast, cast.actor("slt_clerk"), {"report": "flawed"})
    steps = {
        "submit": "slt_clerk",
        "approve": "slt_head",
        "confirm": "reviewer_one",
        "publish": "reviewer_two",
    }
    forget_case(cast, made.project_id, steps)
    said = {
        "measure": "写明≥", "planned_by": cast.users["slt_clerk"], "planned_at": clock.now(),
        "note": "已核", "closed_by": cast.users["reviewer_one"], "closed_at": clock.now(),
    }  # fmt: skip
    db.session.execute(PROBLEMS.update().values(said))
    db.session.commit()
    assert project_page(cast.actor("slt_clerk"), made.project_id).work is None
    assert (take_all_over(), take_all_over()) == (1, 0)
    page = project_page(cast.actor("reviewer_one"), made.project_id)
    (closed,) = page.problems
    assert (closed.remedy.measure, closed.remedy.note, closed.remedy.closed_by) == (
        "写明≥",
        "已核",
        "reviewer_one",
    )
    assert page.work is not None and [title.zh for title in page.work.waiting] == ["记录结果应用"]
    assert [step.move for step in page.steps] == [*steps, "stored"]
    assert page.line.unsettled == 0


def test_units_keep_to_their_own_projects_and_congresses_to_theirs(cast: Cast) -> None:
    clerk, other = cast.actor("slt_clerk"), cast.actor("jyt_clerk")
    made = keep_form(clerk, report=clean())
    with pytest.raises(ProjectElsewhere):
        keep_form(other, report=clean())
    with pytest.raises(NotAllowed):
        keep_form(
            other, report=replace(clean(), project="另一项目"), organization_id=cast.organizations["slt"]
        )
    with pytest.raises(NotFound):
        project_page(other, made.project_id)
    with pytest.raises(NotAllowed):
        projects(cast.actor("deputy1"))
    assert projects(other) == []
    assert [line.id for line in projects(cast.actor("assigner"))] == [made.project_id]  # supervisors see all
    foreign = assemble("15", "邻省人民代表大会")
    with pytest.raises(NotFound):
        project_page(foreign.actor("assigner"), made.project_id)
    with pytest.raises(NoSuchWork):  # nobody there reviews budgets
        keep_form(foreign.actor("slt_clerk"), report=clean())
    assert counts()[0] == 1 and len(db.session.scalars(sa.select(Case.id)).all()) == 1


def test_what_became_of_a_problem_is_seen_and_published(cast: Cast) -> None:
    clerk = cast.actor("slt_clerk")
    made = kept(cast, clerk, {"report": "flawed"})
    (problem,) = project_page(clerk, made.project_id).problems
    assert (problem.problem.code, problem.remedy.status) == ("operator_missing", "")
    take_on(cast, made.project_id, until="publish")
    (listed,) = db.session.scalars(sa.select(Problem))
    assert listed.text.startswith("目标值没有比较符号") and listed.unit_id == cast.organizations["slt"]
    report = {"problem": listed.id, "done": "目标值写明≥", "evidence": []}
    act(cast, made.project_id, "slt_clerk", "report_problem", **report)
    do(cast, made.project_id, "slt_clerk", "rectify", summary="已经全部更正。")
    verdict = {"problem": listed.id, "decision": "closed", "opinion": "已核"}
    act(cast, made.project_id, "reviewer_two", "close_problem", **verdict)
    copies = sa.select(PerformanceCopy.content).order_by(PerformanceCopy.number)
    assert [each["problems"][0]["note"] for each in db.session.scalars(copies)] == [""]
    do(cast, made.project_id, "reviewer_one", "conclude", decision="settled")
    page = project_page(clerk, made.project_id)
    (closed,) = page.problems
    assert (closed.remedy.note, closed.remedy.closed_by, page.line.unsettled) == ("已核", "reviewer_two", 0)
    # The public reads what became of it in a copy of its own.
    (_first, second) = db.session.scalars(copies)
    shown = second["problems"][0]
    assert (shown["measure"], shown["note"], shown["closed_on"]) == ("目标值写明≥", "已核", "2026-02-05")


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


def test_what_an_archived_case_shows_the_public_is_taken_down_without_touching_the_file(cast: Cast) -> None:
    project_id = kept(cast, cast.actor("slt_clerk"), {"unit": "slt"}).project_id
    take_on(cast, project_id, "publish")
    reviewer, case = cast.actor("reviewer_one"), case_of(project_id)
    with pytest.raises(NotArchived):
        take_down_archived(reviewer, project_id=project_id, reason="含个人信息。")
    db.session.execute(
        sa.update(Case).where(Case.id == case.id).values(status="closed", archived_at=clock.now())
    )
    db.session.commit()
    file = sa.select(sa.func.count()).select_from(AuditEvent).where(AuditEvent.case_id == case.id)
    events = db.session.scalar(file)
    assert project_page(reviewer, project_id).may_take_down
    assert not project_page(cast.actor("slt_clerk"), project_id).may_take_down
    with pytest.raises(NotAllowed):
        take_down_archived(cast.actor("slt_head"), project_id=project_id, reason="含个人信息。")
    with pytest.raises(InvalidAnswers):
        take_down_archived(reviewer, project_id=project_id, reason=" ")
    for _twice in range(2):
        take_down_archived(reviewer, project_id=project_id, reason="含个人信息。")
    page = project_page(reviewer, project_id)
    assert (page.public_id, page.may_take_down) == ("", False)
    assert happened(project_id).count("performance:withdraw") == 1
    assert db.session.scalar(file) == events
