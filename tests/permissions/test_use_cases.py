"""Every use case of every room: who may call it. One that is not in the table fails here."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import functools
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy

from models import AuditEvent, db
from tests.casework.permissions import scene as people_of
from tests.casework.test_audit_trail import RECORDED, RECORDED_ELSEWHERE
from tests.house import tree
from tests.permissions import scene
from tests.support.cast import Cast

pytestmark = pytest.mark.slow

TABLE = tomllib.loads((Path(__file__).parent / "use_cases.toml").read_text(encoding="utf-8"))
USE_CASES = TABLE["use_cases"]
RECORDED_AS = RECORDED | RECORDED_ELSEWHERE
REFUSED = {"NotAllowed", "NotFound"}


def people(names: list[str]) -> set[str]:
    """The names with the groups' members in their place."""
    groups = TABLE["groups"]
    return set().union(*(people(groups[name]) if name in groups else {name} for name in names))


def written() -> set[str]:
    """Every function of the engine that is a use case, by its place."""
    return {
        f"{path.relative_to(tree.ROOT / 'engine').with_suffix('').as_posix().replace('/', '.')}.{function.name}"
        for path in tree.modules("engine")
        for function in tree.functions(path)
        if any(isinstance(mark, ast.Name) and mark.id == "use_case" for mark in function.decorator_list)
    }


def test_every_use_case_stands_in_the_table_and_nothing_else() -> None:
    rows = [*TABLE["with_a_case"]["names"], *TABLE["inside"], *TABLE["ones_own"]["names"], *USE_CASES]
    assert sorted(rows) == sorted(written())


def test_everybody_may_what_the_table_says_and_no_more(
    database: SQLAlchemy, connection: sa.Connection, clock_at: Callable[..., None], tmp_path: Path
) -> None:
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    cast, foreign = scene.people(), scene.people("15", "邻省人民代表大会")
    calls = scene.calls(scene.set_up(cast, tmp_path))
    assert set(calls) == set(USE_CASES)
    everybody = {name: cast.actor(name) for name in cast.users}
    everybody |= {f"foreign {name}": foreign.actor(name) for name in foreign.users}
    everybody["nobody"] = dataclasses.replace(everybody["slt_clerk"], seats=(), user_id=_without_a_seat(cast))
    cells = [(person, key) for person in everybody for key in calls]
    endings = people_of.endings(cells, calls, everybody, connection)
    wrong = [
        f"{key}: {person}: {end}"
        for (person, key), end in endings.items()
        if end not in expected(key, person)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_goes_through_is_recorded_once_and_in_ones_own_congress(
    database: SQLAlchemy, connection: sa.Connection, clock_at: Callable[..., None], tmp_path: Path
) -> None:
    """By the event that tests/casework/test_audit_trail.py names, where it names one.

    What a call needs beforehand (a proposal to be confirmed) is an operation before its own.
    """
    clock_at(dt.datetime(2026, 2, 5, 10, 0))
    cast, foreign = scene.people(), scene.people("15", "邻省人民代表大会")
    calls = scene.calls(scene.set_up(cast, tmp_path))
    before = rows_of(cast.congress_id)
    wrong = []
    for key, call in calls.items():
        row = USE_CASES[key]
        may = sorted(people(row["may"]) - set(row.get("but", {})))
        if not may or "everyone" in row:
            continue
        with people_of.undone(connection):
            told = told_by(functools.partial(call, cast.actor(may[-1])))
        named = RECORDED_AS.get(key.removeprefix("casework."), told[0] if told else "its event")
        if told != ([] if row.get("unchanged") else row.get("records", [named])):
            wrong.append(f"{key}: {may[-1]}: {told}")
        if row.get("own"):
            with people_of.undone(connection):
                call(foreign.actor(may[-1]))
                if rows_of(cast.congress_id) != before:
                    wrong.append(f"{key}: foreign {may[-1]} has changed something here")
    assert not wrong, "\n".join(wrong)


def told_by(call: Callable[[], object]) -> list[str]:
    """The events of a call's last operation."""
    last = db.session.scalar(sa.select(sa.func.max(AuditEvent.id)))
    call()
    events = sa.select(AuditEvent.operation_id, AuditEvent.action).where(AuditEvent.id > last)
    rows = db.session.execute(events.order_by(AuditEvent.id)).all()
    return [row.action for row in rows if row.operation_id == rows[-1].operation_id]


def rows_of(congress_id: int) -> dict[str, list[str]]:
    """Every row that says that it belongs to this congress, table by table."""
    tables = [table for table in db.metadata.sorted_tables if "congress_id" in table.c]
    return {
        table.name: sorted(
            repr(row)
            for row in db.session.execute(sa.select(table).where(table.c.congress_id == congress_id)).all()
        )
        for table in tables
    }


def expected(key: str, person: str) -> set[str]:
    """How a call may end for this person."""
    row = USE_CASES[key]
    name = person.removeprefix("foreign ")
    if person != name and not row.get("own"):
        return {row["foreign"]} if "foreign" in row and name in people(row["may"]) else REFUSED
    if name in row.get("but", {}):
        return {row["but"][name]}
    return {row.get("everyone", people_of.ALLOWED)} if name in people(row["may"]) else REFUSED


def _without_a_seat(cast: Cast) -> int:
    return people_of.join(cast, "nobody", "jyt").user_id or 0
