"""What a scenario picks by name, as the forms take it: units by code, colleagues by name, asks by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import asks
from engine.definitions.sent_files import SentFile
from models import Case, CaseEntry, Congress, Problem, db
from tests.support.cast import Cast
from tests.support.pictures import png
from tests.support.sitting import meeting_named

Rows = list[dict[str, Any]]


def _plan(cast: Cast, case: Case, rows: Rows) -> Rows:
    return [
        {"unit_id": cast.organizations[row["unit"]], "scope": "", **_without(row, "unit")} for row in rows
    ]


def _units(cast: Cast, case: Case, codes: list[str]) -> list[int]:
    return [cast.organizations[code] for code in codes]


def _unit(cast: Cast, case: Case, code: str) -> int:
    return cast.organizations[code]


def _colleague(cast: Cast, case: Case, person: str) -> int:
    return cast.users[person]


def _ask_answers(cast: Cast, case: Case, rows: Rows) -> Rows:
    """Answers by the number of the ask; `ask = "each"` gives every ask the same."""
    ids = dict(enumerate(asks(case.id, case.text_version), start=1))
    return [
        {"ask_id": ids[number], **_without(row, "ask")}
        for row in rows
        for number in (ids if row["ask"] == "each" else [row["ask"]])
    ]


def _meeting(cast: Cast, case: Case, name: str) -> int:
    return meeting_named(cast.congress_id, name).id


def _colleagues(cast: Cast, case: Case, people: list[str]) -> list[int]:
    return [cast.users[each] for each in people]


def _problem(cast: Cast, case: Case, ordinal: int) -> int:
    """A problem by its number on the list."""
    found = sa.select(Problem.id).where(Problem.case_id == case.id, Problem.ordinal == ordinal)
    return db.session.scalars(found).one()


def _entry(cast: Cast, case: Case, named: str) -> int | None:
    """`find#2`: the second thing that the step has put on record; "" is none."""
    if not named:
        return None
    node, __, number = named.partition("#")
    found = sa.select(CaseEntry.id).where(CaseEntry.case_id == case.id, CaseEntry.node == node)
    return list(db.session.scalars(found.order_by(CaseEntry.id)))[int(number) - 1]


def _congresses(cast: Cast, case: Case, codes: list[str]) -> list[int]:
    return list(db.session.scalars(sa.select(Congress.id).where(Congress.code.in_(codes))))


def _files(cast: Cast, case: Case, names: list[str]) -> list[SentFile]:
    """Files by their names; what is in them is of the kind that the name says."""
    return [SentFile(name, png() if name.endswith(".png") else name.encode()) for name in names]


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


PICKED: dict[str, Callable[[Cast, Case, Any], Any]] = {
    "unit_plan": _plan,
    "units_wish": _units,
    "colleague": _colleague,
    "committee": _unit,
    "insider": _colleague,
    "viewer": _colleague,
    "co_handler": _unit,
    "unit": _unit,
    "meeting": _meeting,
    "ask_answers": _ask_answers,
    "people": _colleagues,
    "problem": _problem,
    "entry": _entry,
    "congresses": _congresses,
    "files": _files,
}
