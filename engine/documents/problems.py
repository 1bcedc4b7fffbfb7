"""Lists of problems as documents have them: what each unit was handed to put right, and how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.casework.problems import OPEN, SETTLED, WITHDRAWN, amount_written, amounts_together
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import UnitView
from engine.casework.readings.problems import ProblemView
from engine.definitions.words import Words
from engine.documents.matter import Data, of_unit
from engine.documents.organs import step_done
from engine.documents.subjects import Subject, subject, yes
from engine.documents.words import day

STATUSES = {
    "listed": "已列入清单",
    "open": "整改中",
    "reported": "待核查",
    "verified": "待审定销号",
    "closed": "已销号",
    "carried": "已结转",
    "withdrawn": "已撤下",
}


@subject("problem_list")
def _lists(page: CasePage) -> Iterator[Subject]:
    """Each unit's part that has problems, those taken off left out; `settled` where all of them are struck off.

    `amount` is what they come to together, in 万元.
    """
    for unit in page.units:
        own = [
            each
            for each in page.problems
            if each.assignment_id == unit.assignment.id and each.status != WITHDRAWN
        ]
        if own:
            marks = {"settled": yes(all(each.status in SETTLED for each in own))}
            unit_id = unit.assignment.unit_id
            label = Words(unit.name, unit.name)
            yield Subject(unit.assignment.id, label, unit_id, marks, _data(unit, own, page))


def _data(unit: UnitView, problems: list[ProblemView], page: CasePage) -> Callable[[], Data]:
    """As it was handed over: to a unit that had a part in hand already, later than that part."""

    def read() -> Data:
        steps = reversed(problems[0].steps)
        handed = next(step for step in steps if step.status == OPEN and not step.returned)
        own = {"assigned_on": day(handed.at)}
        if "instruction" in handed.answers:
            own["instruction"] = str(handed.answers["instruction"] or "")
        return {
            "unit": {**of_unit(unit, page), **own},
            "organ": step_done(unit.assignment.case_id, handed.by_id, handed.at)[1],
            "problems": [_problem(each) for each in problems],
            "amount": amount_written(amounts_together(each.amount for each in problems)),
        }

    return read


def _problem(view: ProblemView) -> Data:
    return {
        "number": str(view.ordinal),
        "text": view.text,
        "law": view.law,
        "demand": view.demand,
        "amount": amount_written(view.amount),
        "due_on": day(view.due_on),
        "status": STATUSES[view.status],
    }
