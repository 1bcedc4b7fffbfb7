"""What is decided today on the turns some cases took: handed on, arbitrated, extended, routed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.tasks import complete_task
from engine.foundation.errors import DomainError
from models import Assignment, Organization, Task, db
from webui.demonstration.province import Province
from webui.demonstration.turns import OFFICE, Found, act_on, waiting

ROUTER = "fenban"
AGREED = {"decision": "agreed", "reason": "经核对职责规定，同意。"}
REFUSED = {"decision": "refused", "reason": "属本单位职责，请继续办理。"}


def take_decisions(province: Province) -> None:
    """Decide some of what waits, and leave some waiting, so that every stage has its cases."""
    for decide in (_returns, _extensions, _routing):
        decide(province)


def _done(province: Province, row: Found, answers: Mapping[str, Any]) -> bool:
    """Complete a task of the assigning body; a case that does not lend itself to it is left as it is."""
    task = db.session.get_one(Task, row.id)
    who = ROUTER if task.role == "government_router" else OFFICE
    try:
        complete_task(province.actor(who), task_id=row.id, answers=answers)
    except DomainError:
        return False
    return True


def _returns(province: Province) -> None:
    """Of four requests one waits, one is refused, one goes on to another unit, one comes back and is arbitrated."""
    rows = waiting("decide_return", 0, 4)
    for place, row in enumerate(rows[:3]):
        _done(province, row, REFUSED if place == 0 else AGREED)
    for place, row in enumerate(waiting("reassign", 0, 2)):
        if _done(province, row, {"unit": _another(province, row, place), "reason": "以该单位职责为主。"}):
            _come_back(province, row, place)


def _another(province: Province, row: Found, place: int) -> int:
    """A unit that has no part in the case yet."""
    taken = {each.unit_id for each in db.session.query(Assignment).filter_by(case_id=row.case_id)}
    return [id_ for id_ in province.units.values() if id_ not in taken][place + 3]


def _come_back(province: Province, row: Found, place: int) -> None:
    """The second unit asks as well, for one of the cases."""
    if place == 0:
        return
    for other in (each for each in waiting("sign_for", 0, 200) if each.case_id == row.case_id):
        answers = {
            "ground": "not_chiefly_ours",
            "reason": "本事项以原单位职责为主，我单位可以会办。",
            "proposed_unit": None,
        }
        act_on(province, f"{other.unit}_zg", other, "return_unit", answers, "assignment")


def _extensions(province: Province) -> None:
    for row in waiting("decide_extension", 0, 2):
        _done(province, row, AGREED)


def _routing(province: Province) -> None:
    """Two cases go whole to the government office; one of them it has handed on."""
    office = db.session.query(Organization.id).filter_by(code="zfb").scalar()
    for row in waiting("assign", 2, 2):
        plan = {"units": [{"unit_id": office, "role": "lead", "scope": ""}], "instruction": "请分办。"}
        _done(province, row, plan)
    for row in waiting("route", 0, 1):
        units = list(province.units.values())
        plan = {"units": [{"unit_id": units[0], "role": "lead", "scope": ""}], "instruction": "请抓紧办理。"}
        _done(province, row, plan)
