"""What a scenario picks by name, as the forms take it: units by code, colleagues by name, asks by number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.casework.choices import asks
from models import Case
from tests.support.cast import Cast
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
}
