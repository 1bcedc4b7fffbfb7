"""Documents of a whole congress: lists by unit, a unit's summary, the report. A room adds its own with `@listing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from engine.casework.visibility import OVERSEEING, UNIT_ROLES
from engine.definitions.catalogue import current
from engine.definitions.folder import Folder
from engine.documents.declarations import Declaration, forms_of
from engine.documents.handled import BETWEEN, Handled, Wanted, handled
from engine.documents.matter import Data, general
from engine.documents.printing import Printed, filename
from engine.documents.templates import set_with, template_in_use
from engine.documents.words import ASSIGNMENTS, ROLES, FolderTerms, day, rate
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.foundation.language import _
from models import Meeting, Organization, db

Listing = Callable[[Actor, Folder, Wanted], Data]
LISTINGS: dict[str, Listing] = {}
OF_ONE_UNIT: set[str] = set()  # what is read of one unit, never of all


class UnitWanted(DomainError):
    """A document about one unit needs to know which."""

    text = _("请先选择单位，再打印这份文书。")


def listing(name: str, *, of_one_unit: bool = False) -> Callable[[Listing], Listing]:
    """Register what a congress-wide document reads, under the name that declarations use in `of`."""

    def register(reading: Listing) -> Listing:
        LISTINGS[name] = reading
        if of_one_unit:
            OF_ONE_UNIT.add(name)
        return reading

    return register


def list_offers(actor: Actor, process_key: str) -> list[Declaration]:
    """The congress-wide documents that the actor may have."""
    found = forms_of(process_key).documents.values()
    return [each for each in found if each.of in LISTINGS and _may_have(actor, each)]


def _may_have(actor: Actor, declaration: Declaration) -> bool:
    for name in declaration.who:
        place, _dot, role = name.partition(".")
        fitting = {role} if role else {"congress": OVERSEEING, "unit": UNIT_ROLES}.get(place, frozenset())
        if actor.roles & fitting:
            return True
    return False


def asks_for_unit(declaration: Declaration) -> bool:
    """Whether a document is about one unit, so that it cannot be printed before one is named."""
    return declaration.of in OF_ONE_UNIT


def own_units(actor: Actor) -> dict[int, str] | None:
    """The units whose lists the actor may have: None stands for all."""
    if actor.roles & OVERSEEING:
        return None
    return {seat.organization_id: seat.organization_name for seat in actor.seats if seat.role in UNIT_ROLES}


def print_list(actor: Actor, *, key: str, wanted: Wanted, format: str) -> Printed:
    """One congress-wide document. A unit gets what is its own. Raises NotFound, NotAllowed, UnitWanted."""
    declaration = next((each for each in list_offers(actor, wanted.process_key) if each.key == key), None)
    if declaration is None or format not in declaration.formats:
        raise NotFound
    mine = own_units(actor)
    if mine is not None and wanted.unit_id not in mine:
        raise NotAllowed
    folder = current(wanted.process_key).folder
    if wanted.unit_id is None and asks_for_unit(declaration):
        raise UnitWanted
    data = general(actor, declaration.title.zh, declaration.basis)
    data["filter"] = {"meeting": _meeting(actor, wanted.meeting_id), "unit": _unit(actor, wanted.unit_id)}
    data |= LISTINGS[declaration.of](actor, folder, wanted)
    forms = forms_of(wanted.process_key)
    template = template_in_use(actor.congress_id, forms, key, format)
    document = set_with(template, format, data)
    words = [data["filter"]["meeting"], data["filter"]["unit"], declaration.title.zh]
    return Printed(document.content, filename(words, format), document.lacking)


def _meeting(actor: Actor, meeting_id: int | None) -> str:
    if meeting_id is None:
        return "全部届次"
    if meeting_id == BETWEEN:
        return "闭会期间"
    row = db.session.get(Meeting, meeting_id)
    if row is None or row.congress_id != actor.congress_id:
        raise NotFound
    return row.name


def _unit(actor: Actor, unit_id: int | None) -> str:
    if unit_id is None:
        return ""
    row = db.session.get(Organization, unit_id)
    if row is None or row.congress_id != actor.congress_id:
        raise NotFound
    return row.name


def lines_of(actor: Actor, folder: Folder, wanted: Wanted) -> list[Handled]:
    """The assignments that fit."""
    return handled(actor, wanted, [spec.key for spec in folder.clocks if spec.main])


@listing("assignments")
def _assignments(actor: Actor, folder: Folder, wanted: Wanted) -> Data:
    """Every assignment by unit (交办清单)."""
    lines, terms = lines_of(actor, folder, wanted), FolderTerms(folder)
    groups = [
        {"unit": unit, "count": str(len(rows)), "rows": rows}
        for unit, rows in _by(lines, lambda line: line.unit, lambda line, number: _row(line, number, terms))
    ]
    return {
        "groups": groups,
        "rows": [row for group in groups for row in group["rows"]],
        "total": str(len(lines)),
        "cases": str(len({line.case_id for line in lines})),
        "counts": counts(lines, folder.grades),
    }


@listing("summary", of_one_unit=True)
def _summary(actor: Actor, folder: Folder, wanted: Wanted) -> Data:
    """One unit's figures and its cases (办理工作总结)."""
    lines, terms = lines_of(actor, folder, wanted), FolderTerms(folder)
    rows = [_row(line, number, terms) for number, line in enumerate(lines, start=1)]
    return {"counts": counts(lines, folder.grades), "rows": rows}


@listing("report")
def _report(actor: Actor, folder: Folder, wanted: Wanted) -> Data:
    """The figures of the whole (办理情况报告): by unit, category and delegation, with their denominators."""
    lines, terms = lines_of(actor, folder, wanted), FolderTerms(folder)

    def table(by: Callable[[Handled], str]) -> list[Data]:
        ordered = sorted(lines, key=by)
        return [
            {"name": name or "未分类", **counts(list(rows), folder.grades)}
            for name, rows in groupby(ordered, key=by)
        ]

    by_unit = {line.unit: None for line in lines}
    tables = {row["name"]: row for row in table(lambda line: line.unit)}
    return {
        "counts": counts(lines, folder.grades),
        "by_unit": [tables[name] for name in by_unit],
        "categories": table(lambda line: terms.of("category", line.category)),
        "delegations": table(lambda line: line.delegation),
        "grades": [{"grade": grade, "words": words.zh} for grade, words in folder.grades.items()],
    }


def _by(lines: Iterable[Handled], key: Callable[[Handled], str], row: Callable[[Handled, int], Data]) -> Any:
    for name, group in groupby(lines, key=key):
        yield name, [row(line, number) for number, line in enumerate(group, start=1)]


def _row(line: Handled, number: int, terms: FolderTerms) -> Data:
    return {
        "place": str(number),
        "unit": line.unit,
        "number": line.number,
        "title": line.title,
        "lead": line.lead,
        "delegation": line.delegation,
        "role": ROLES.get(line.role, line.role),
        "status": ASSIGNMENTS.get(line.status, line.status),
        "assigned_on": day(line.assigned_at),
        "signed_for_on": day(line.signed_for_at),
        "due_on": day(line.due_on),
        "replied_on": day(line.replied_at),
        "grade": line.grade,
        "result": terms.of("result", line.result),
    }


def counts(lines: list[Handled], grades: Iterable[str]) -> Data:
    """The indicators offices publish; each rate shows what it is of.

    Answering units only, where the deputy is answered; evaluations that were not returned count in no rate (R-渝29).
    """
    answering = [line for line in lines if line.answers]
    replied = [line for line in answering if line.replied_at]
    evaluated = [line for line in replied if line.result]
    satisfied = sum(line.result == "satisfied" for line in evaluated)
    basically = sum(line.result == "basically_satisfied" for line in evaluated)
    found: Data = {role: str(sum(line.role == role for line in lines)) for role in ROLES}
    return found | {
        "assignments": str(len(lines)),
        "cases": str(len({line.case_id for line in lines})),
        "answering": str(len(answering)),
        "signed_for": rate(sum(line.signed_for_at is not None for line in lines), len(lines)),
        "contacted": rate(sum(line.contacted for line in replied), len(replied)),
        "replied": rate(len(replied), len(answering)),
        "on_time": rate(sum(line.on_time for line in replied), len(replied)),
        "grades": [
            {"grade": grade, "rate": rate(sum(line.grade == grade for line in replied), len(replied))}
            for grade in grades
        ],
        "satisfied": rate(satisfied, len(evaluated)),
        "content": rate(satisfied + basically, len(evaluated)),
        "dissatisfied": rate(len(evaluated) - satisfied - basically, len(evaluated)),
        "not_evaluated": str(len(replied) - len(evaluated)),
        "redone": rate(sum(line.rounds > 1 for line in replied), len(replied)),
    }
