"""The acts that tie a project to its case: taken up, handed in, published, withdrawn, put back.

Between them the folder lets whom it will review, send back and confirm; what these acts hold for every folder is that a
report whose total cannot be computed goes no further, and that the public reads what was published and nothing else.

`take_up_project`: the case is from now on that of the project that its text names. The form's `unit` fills the report
in, or the organ in charge where there is none. `requires`: `happening`. Flags: `answering_units`; `filled_by` (unit,
congress); for projects from before there were cases `standing` (filling, confirming, published) and `problems`, said as
by `publish_report`.

`hand_in_report` keeps the answers; from now on the report stays as it is. The form may have `levels`, units above that
review it. `requires`: `happening`, and `levels`, said where there are some. Flag: `co_units`.

`publish_report` is decide; what is `published` goes on the public site, and its problems on the list of the case, for
whoever filled it in. `requires.problems` is said where a unit has some to put right, `requires.own_problems` where the
organ has; `requires.grade` names the register field that keeps the grade published last. Flag: `problems` (unit,
congress, none).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.assignments import ASSIGNED, hand_to_units
from engine.casework.acts.decisions import decide
from engine.casework.acts.records import keep_entry, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import keep_fields
from engine.casework.choices import unit_names
from engine.casework.facts import ASSIGNMENT_COLUMNS, ASSIGNMENTS, AssignmentFacts, CaseFacts, read
from engine.casework.matters import Matter, matter
from engine.casework.moving.effects import effect
from engine.casework.moving.happenings import Happening
from engine.casework.numbering import issue_number
from engine.casework.texts import present_text
from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import _
from engine.foundation.transaction import operation
from engine.performance.access import SEEING, may_fill, visible
from engine.performance.earlier import CONFIRMING, FILLING_IN, PUBLISHED, standing
from engine.performance.keeping import ProjectElsewhere
from engine.performance.opening import HAND_IN, TAKE_UP, case_of, project_of, project_row
from engine.performance.problem_list import hand_problems_over
from engine.performance.publishing import public_number, release
from engine.performance.quantities import plain
from engine.performance.rows import PROJECTS, REPORTS
from engine.performance.scheme import GRADES, Grade
from models import Assignment, Organization, db

UNIT, CONGRESS, NONE = "unit", "congress", "none"
TO_PUT_RIGHT = (UNIT, CONGRESS, NONE)


class NoReport(GuardRefused):
    """There is nothing to hand in."""

    text = _("还没有填写自评报告，请先填写并保存。")


class NoTotal(GuardRefused):
    """A report whose total cannot be computed goes no further."""

    text = _("总分无法计算，请先改正报告。")


@act(
    TAKE_UP,
    gives={**ASSIGNED, "filled_by": "text", "standing": "text", "problems": "text"},
    words={
        "filled_by": (UNIT, CONGRESS),
        "standing": (FILLING_IN, CONFIRMING, PUBLISHED),
        "problems": TO_PUT_RIGHT,
    },
)
def take_up_project(step: Step) -> Outcome:
    """Make the case that of the project; its unit, if it has one, is to fill the report in."""
    project = _attach(step)
    stands = standing(project)
    flags: dict[str, Any] = {"answering_units": [], "co_units": [], "routed": False, "standing": stands}
    flags |= {"filled_by": CONGRESS, "problems": NONE}
    asked_for = str(step.spec.requires["happening"]) if stands == FILLING_IN else "performance:taken_over"
    happenings = [said(step, f"performance:{project.id}", asked_for)]
    if project.organization_id is not None:
        handed = hand_to_units(step, "case:assigned", None)
        flags |= {**handed.flags, "filled_by": UNIT}
        happenings = [*handed.happenings, *happenings]
    if stands == PUBLISHED:  # before there were cases
        issue_number(step.case, step.folder)
        flags["problems"], handed_over = _to_put_right(step, project)
        happenings += handed_over
    return Outcome(happenings, flags)


def _attach(step: Step) -> sa.Row[Any]:
    """The project that the text names, as this case's; refused where another unit or case has it."""
    text = present_text(step.case)
    assert text is not None
    unit_id = step.answers.get("unit")
    values = {
        "name": text.title.strip(),
        "year": int(text.body["year"]),
        "organization_id": unit_id,
        "unit": db.session.get_one(Organization, unit_id).name if unit_id else "",
        "budget_head": text.body.get("budget_head") or "",
    }
    row = project_row(step.actor, values)
    case = case_of(row)
    if (case is not None and case.status != "withdrawn") or row.organization_id != unit_id:
        raise ProjectElsewhere(year=row.year, unit=row.unit or _("人大预算审查机构"))
    db.session.execute(PROJECTS.update().where(PROJECTS.c.id == row.id).values(case_id=step.case.id))
    return row


@act(HAND_IN, gives={"co_units": "list"})
def hand_in_report(step: Step) -> Outcome:
    """Hand the latest version in; the form may name the levels above that review it."""
    row, requires = project_of(step.case), step.spec.requires
    _require_total(row)
    keep_entry(step)
    subject = f"performance:{row.id}"
    happenings = [said(step, subject, str(requires["happening"]), version=row.version)]
    levels = _levels(step)
    if levels:
        named = [part.unit_id for part in parts(step.case.id) if part.id in levels]
        detail = {"units": unit_names(named)}
        happenings.append(Happening(str(requires["levels"]), subject=subject, detail=detail))
    return Outcome(happenings, {"co_units": levels})


def _require_total(row: sa.Row[Any]) -> str:
    """The grade of the latest version. Raises NoReport, NoTotal."""
    statement = sa.select(REPORTS.c.total_computed, REPORTS.c.grade).where(
        REPORTS.c.project_id == row.id, REPORTS.c.version == row.version
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NoReport
    if found.total_computed is None:
        raise NoTotal
    return str(found.grade)


def _levels(step: Step) -> list[int]:
    """The parts of the units above, as the form names them now; those of levels it names no more are closed."""
    wanted = list(step.answers.get("levels") or ())
    if step.unit is not None and step.unit.unit_id in wanted:
        raise InvalidAnswers({"levels": [_("填报单位不能审核自己的报告。")]})
    above = {part.unit_id: part for part in parts(step.case.id) if part.role == "co"}
    gone = [part.id for unit_id, part in above.items() if unit_id not in wanted]
    closed = {"status": "closed", "closed_at": step.now}
    db.session.execute(ASSIGNMENTS.update().where(ASSIGNMENTS.c.id.in_(gone)).values(closed))
    new = [{"unit_id": each, "role": "co"} for each in wanted if each not in above]
    if new:
        hand_to_units(replace(step, answers={"units": new}), "case:assigned", None)
    return [part.id for part in parts(step.case.id) if part.role == "co"]


def parts(case_id: int) -> list[AssignmentFacts]:
    """The units at work on a case."""
    statement = sa.select(*ASSIGNMENT_COLUMNS).where(
        ASSIGNMENTS.c.case_id == case_id, ASSIGNMENTS.c.closed_at.is_(None)
    )
    return [
        read(AssignmentFacts, Assignment, row)
        for row in db.session.execute(statement.order_by(ASSIGNMENTS.c.id))
    ]


@act("publish_report", gives={"problems": "text"}, words={"problems": TO_PUT_RIGHT})
def publish_report(step: Step) -> Outcome:
    """Publish the latest version and hand its problems over, or do not."""
    outcome = decide(step)
    if step.answers["decision"] != "published":
        return outcome
    row = project_of(step.case)
    grade = _require_total(row)
    release(step.actor, row)
    if "grade" in step.spec.requires:
        keep_fields(step.case, {str(step.spec.requires["grade"]): grade})
    outcome.flags["problems"], handed_over = _to_put_right(step, row)
    outcome.happenings.extend(handed_over)
    return outcome


def _filler(case: CaseFacts) -> AssignmentFacts | None:
    """The part of the unit that fills the report in."""
    return next((part for part in parts(case.id) if part.role != "co"), None)


def _to_put_right(step: Step, row: sa.Row[Any]) -> tuple[str, list[Happening]]:
    """Hand the problems over: whose they are, and what that is called."""
    unit = _filler(step.case)
    if not hand_problems_over(step, row, unit):
        return NONE, []
    requires, subject = step.spec.requires, f"performance:{row.id}"
    if unit:
        return UNIT, [Happening(str(requires["problems"]), subject, unit.id)]
    return CONGRESS, [Happening(str(requires.get("own_problems", requires["problems"])), subject)]


@effect("renew_public_copy")
def renew_public_copy(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """Let the public read what became of the problems, where it reads the report."""
    row = project_of(case)
    if public_number(row.id):
        release(operation().actor, row)


@matter("self_evaluation")
def report_of_case(actor: Actor, case_id: int) -> list[Matter]:
    """The project of a case, for whoever sees it; one without a report is to be filled in."""
    if not actor.roles.intersection(SEEING):
        return []
    latest = sa.and_(REPORTS.c.project_id == PROJECTS.c.id, REPORTS.c.version == PROJECTS.c.version)
    columns = REPORTS.c.total_computed, REPORTS.c.grade, REPORTS.c.problems.label("found")
    statement = sa.select(PROJECTS, *columns).outerjoin(REPORTS, latest)
    rows = db.session.execute(statement.where(PROJECTS.c.case_id == case_id, visible(actor)))
    return [
        Matter("self_evaluation", row.id, row.name, _in_short(row))
        if row.version
        else Matter("self_evaluation_to_fill", row.id, row.name)
        for row in rows
        if row.version or may_fill(actor, row.organization_id)
    ]


def _in_short(row: sa.Row[Any]) -> Words:
    """Total, grade, and how much was found: what whoever decides about the report asks first."""
    total, grade = row.total_computed, row.grade
    scored = (
        Words("总分无法计算", "no total")
        if total is None
        else Words(f"总分{plain(total)}，{grade}", f"total {plain(total)}, {GRADES[Grade(grade)].en}")
    )
    found = (
        Words(f"{row.found}处不一致", f"found wrong: {row.found}")
        if row.found
        else Words("没有发现不一致", "nothing found wrong")
    )
    return Words(f"{scored.zh}；{found.zh}", f"{scored.en}; {found.en}")
