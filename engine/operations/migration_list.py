"""Migrations as they are seen: what a plan would do to each case, how far one has come, what became of each case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.flow import Counterpart
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.operations.access import MAY_OPERATE, name_shown, running_case
from engine.operations.mapping import VersionMap, read_map
from engine.operations.migrating import RUNNING, work_out
from engine.operations.migrations import LIST, MIGRATED, MIGRATIONS, REFUSED, WAITING
from models import db

PREVIEWED = 50  # cases on a page; the command line shows all


@dataclass(frozen=True, slots=True)
class MigrationLine:
    """One migration and how far it has come."""

    id: int
    old: Folder
    new: Folder
    from_id: int
    to_id: int
    state: str
    reason: str
    planned_at: dt.datetime
    planned_by: int | None
    finished_at: dt.datetime | None
    waiting: int
    migrated: int
    refused: int
    mapping: VersionMap


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a migration; number and title empty where it is restricted. `report` as `Passage.report` has it."""

    case_id: int
    number: str
    title: str
    restricted: bool
    state: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock of the two versions side by side; `how` is same | other_rule | renamed | ends | begins."""

    old: str | None
    new: str | None
    how: str


def migrations(actor: Actor) -> list[MigrationLine]:
    """The migrations of the actor's congress, the latest first. Raises NotAllowed."""
    actor.require(*MAY_OPERATE)
    mine = sa.select(MIGRATIONS).where(MIGRATIONS.c.congress_id == actor.congress_id)
    rows = list(db.session.execute(mine.order_by(MIGRATIONS.c.id.desc()).limit(50)))
    counts = _counts([row.id for row in rows])
    return [_line(row, counts) for row in rows]


def one_migration(actor: Actor, *, migration_id: int) -> MigrationLine:
    """One migration. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE)
    mine = sa.select(MIGRATIONS).where(
        MIGRATIONS.c.id == migration_id, MIGRATIONS.c.congress_id == actor.congress_id
    )
    row = db.session.execute(mine).one_or_none()
    if row is None:
        raise NotFound
    return _line(row, _counts([migration_id]))


def _counts(ids: list[int]) -> dict[tuple[int, str], int]:
    counted = (
        sa.select(LIST.c.migration_id, LIST.c.state, sa.func.count())
        .where(LIST.c.migration_id.in_(ids))
        .group_by(LIST.c.migration_id, LIST.c.state)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(counted)}


def _line(row: sa.Row[Any], counts: Mapping[tuple[int, str], int]) -> MigrationLine:
    return MigrationLine(
        id=row.id,
        old=definition(row.from_id),
        new=definition(row.to_id),
        from_id=row.from_id,
        to_id=row.to_id,
        state=row.state,
        reason=row.reason,
        planned_at=row.planned_at,
        planned_by=row.planned_by,
        finished_at=row.finished_at,
        waiting=counts.get((row.id, WAITING), 0),
        migrated=counts.get((row.id, MIGRATED), 0),
        refused=counts.get((row.id, REFUSED), 0),
        mapping=read_map(row.mapping),
    )


def cases_of(
    actor: Actor, *, migration_id: int, state: str, after: int = 0, at_most: int = PREVIEWED
) -> list[CaseLine]:
    """Cases of a migration in one state, by id; for those that wait, what would become of them now.

    Raises NotAllowed, NotFound.
    """
    order = one_migration(actor, migration_id=migration_id)
    rows = db.session.execute(
        sa.select(
            LIST.c.case_id,
            LIST.c.state,
            LIST.c.report,
            CASES.c.number,
            CASES.c.title,
            CASES.c.confidentiality,
        )
        .join(CASES, CASES.c.id == LIST.c.case_id)
        .where(LIST.c.migration_id == migration_id, LIST.c.state == state, LIST.c.case_id > after)
        .order_by(LIST.c.case_id)
        .limit(at_most)
    ).all()
    found = []
    for row in rows:
        number, title = name_shown(row.number, row.title, row.confidentiality)
        report = row.report if state != WAITING else _preview(actor, row.case_id, order)
        found.append(
            CaseLine(row.case_id, number, title, row.confidentiality == "restricted", row.state, report)
        )
    return found


def _preview(actor: Actor, case_id: int, order: MigrationLine) -> Mapping[str, Any]:
    return work_out(running_case(actor, case_id), order.from_id, order.to_id, order.mapping).report()


def previews(
    actor: Actor, *, from_id: int, to_id: int, mapping: VersionMap
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """What taking over would do to each running case of a version; nothing is changed. Raises NotAllowed."""
    actor.require(*MAY_OPERATE, "system")
    running = sa.select(CASES.c.id).where(
        CASES.c.congress_id == actor.congress_id,
        CASES.c.definition_id == from_id,
        CASES.c.status.in_(RUNNING),
        CASES.c.archived_at.is_(None),
    )
    for case_id in db.session.scalars(running.order_by(CASES.c.id)).all():
        yield case_id, work_out(running_case(actor, case_id), from_id, to_id, mapping).report()


def side_by_side(old: Folder, new: Folder, mapping: VersionMap) -> tuple[list[Counterpart], list[ClockRow]]:
    """The nodes and the clocks of two versions beside each other."""
    rules = {spec.key: spec.rule for spec in new.clocks}
    rows = []
    for spec in old.clocks:
        to = mapping.clock_of(spec.key, new)
        if to is None:
            rows.append(ClockRow(spec.key, None, "ends"))
        elif rules[to] != spec.rule:
            rows.append(ClockRow(spec.key, to, "other_rule"))
        else:
            rows.append(ClockRow(spec.key, to, "same" if to == spec.key else "renamed"))
    known = {row.new for row in rows}
    rows += [ClockRow(None, spec.key, "begins") for spec in new.clocks if spec.key not in known]
    return mapping.flow.side_by_side(old.flow, new.flow), rows
