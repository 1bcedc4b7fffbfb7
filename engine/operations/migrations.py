"""Taking running cases over in a row: a list of cases, one transaction each, which a killed process leaves whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.facts import CASES
from engine.definitions.catalogue import definition
from engine.foundation import audit, clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import Busy, GuardRefused, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import MAY_OPERATE, locked_case, reason_given
from engine.operations.mapping import VersionMap, read_map
from engine.operations.migrating import RUNNING, failed, take_over, work_out
from models import Migration, MigrationCase, db

MIGRATIONS: sa.Table = Migration.__table__  # type: ignore[assignment]
LIST: sa.Table = MigrationCase.__table__  # type: ignore[assignment]
WAITING, MIGRATED, REFUSED = "waiting", "migrated", "refused"


class NotSameKind(GuardRefused):
    """Cases of one kind of work do not become another."""

    text = _("只能在同一种流程的两个不同版本之间迁移。")


class NothingRuns(GuardRefused):
    """No case of the congress runs by that version."""

    text = _("没有在办案件使用这个版本。")


class OwnMigration(GuardRefused):
    """Four eyes: one plans, another lets it begin."""

    text = _("迁移须由另一位流程管理员复核后开始，不能由计划的人自己开始。")


class MigrationMoved(GuardRefused):
    """It is not where it would have to be for that."""

    text = _("这次迁移现在不能这样处理，请刷新后再看。")


@use_case
def plan_migration(
    actor: Actor,
    *,
    from_id: int,
    to_id: int,
    mapping: VersionMap,
    reason: str,
    case_ids: Sequence[int] | None = None,
) -> int:
    """List the running cases of a version (or some of them) to be taken over; gives the migration's id.

    Nothing moves yet. Raises NotAllowed, NotFound, NotSameKind, MappingUnfit, NothingRuns, InvalidAnswers.
    """
    actor.require(*MAY_OPERATE, "system")
    said = reason_given(reason)
    old, new = definition(from_id), definition(to_id)
    if old.key != new.key or from_id == to_id:
        raise NotSameKind
    mapping.require_fit(old, new)
    row = {
        "congress_id": actor.congress_id,
        "from_id": from_id,
        "to_id": to_id,
        "mapping": mapping.as_json(),
        "reason": said,
        "state": "planned",
        "planned_at": clock.now(),
        "planned_by": actor.user_id,
    }
    id_ = int(db.session.execute(MIGRATIONS.insert().values(row).returning(MIGRATIONS.c.id)).scalar_one())
    listed = _list_cases(actor, id_, from_id, case_ids)
    if not listed:
        raise NothingRuns
    _record(actor, id_, "migration:planned", old=old.version, new=new.version, cases=listed, reason=said)
    return id_


def _list_cases(actor: Actor, id_: int, from_id: int, case_ids: Sequence[int] | None) -> int:
    chosen = sa.select(sa.literal(id_), CASES.c.id, sa.literal(WAITING), sa.literal({}, sa.JSON())).where(
        CASES.c.congress_id == actor.congress_id,
        CASES.c.definition_id == from_id,
        CASES.c.status.in_(RUNNING),
        CASES.c.archived_at.is_(None),
    )
    if case_ids is not None:
        chosen = chosen.where(CASES.c.id.in_(list(case_ids)))
    db.session.execute(LIST.insert().from_select(["migration_id", "case_id", "state", "report"], chosen))
    count = sa.select(sa.func.count()).where(LIST.c.migration_id == id_)
    return int(db.session.scalar(count) or 0)


@use_case
def start(actor: Actor, *, migration_id: int) -> bool:
    """Let another's planned migration run; gives whether it had not begun.

    What whoever runs the server plans (`flask process migrate`) he may begin too: he could write anything.
    Raises NotAllowed, NotFound, MigrationMoved, OwnMigration.
    """
    row = migration_row(actor, migration_id)
    if row.state == "running":
        return False
    if row.state != "planned":
        raise MigrationMoved
    if same_eyes(actor, row.planned_by):
        raise OwnMigration
    _set(migration_id, state="running", started_at=clock.now(), started_by=actor.user_id)
    _record(actor, migration_id, "migration:started")
    return True


@use_case
def cancel(actor: Actor, *, migration_id: int) -> bool:
    """Take no further case over; those that are, stay. Gives whether it was still under way."""
    row = migration_row(actor, migration_id)
    if row.state not in ("planned", "running"):
        return False
    _set(migration_id, state="cancelled", finished_at=clock.now())
    _record(actor, migration_id, "migration:cancelled")
    return True


@use_case
def try_again(actor: Actor, *, migration_id: int) -> int:
    """Let the cases that were refused be tried once more; gives how many.

    Raises NotAllowed, NotFound, MigrationMoved.
    """
    row = migration_row(actor, migration_id)
    if row.state != "finished":
        raise MigrationMoved
    again = db.session.execute(
        LIST.update()
        .where(LIST.c.migration_id == migration_id, LIST.c.state == REFUSED)
        .values(state=WAITING, report={}, done_at=None)
    )
    count = int(again.rowcount)  # type: ignore[attr-defined]
    if count:
        _set(migration_id, state="running", finished_at=None)
        _record(actor, migration_id, "migration:started", again=count)
    return count


def carry_on(actor: Actor, *, migration_id: int, at_most: int | None = None) -> Iterator[tuple[int, str]]:
    """Take the waiting cases of a running migration over, at most so many: (case, what became of it), one by one.

    Whoever else does the same at the same time, each case is taken over once. Raises NotAllowed.
    """
    actor.require(*MAY_OPERATE, "system")
    done, last = 0, 0
    while at_most is None or done < at_most:
        case_id = _next(actor, migration_id, last)
        if case_id is None:
            if last == 0 or _next(actor, migration_id, 0) is None:
                _finish(actor, migration_id=migration_id)
            return
        state = _try(actor, migration_id, case_id)
        if state is not None:
            yield case_id, state
            done += 1
        last = case_id


def _next(actor: Actor, migration_id: int, after: int) -> int | None:
    statement = (
        sa.select(LIST.c.case_id)
        .join(MIGRATIONS, MIGRATIONS.c.id == LIST.c.migration_id)
        .where(
            LIST.c.migration_id == migration_id,
            LIST.c.state == WAITING,
            LIST.c.case_id > after,
            MIGRATIONS.c.state == "running",
            MIGRATIONS.c.congress_id == actor.congress_id,
        )
        .order_by(LIST.c.case_id)
        .limit(1)
    )
    found: int | None = db.session.scalar(statement)
    db.session.rollback()  # each case begins with what is true then
    return found


def _try(actor: Actor, migration_id: int, case_id: int) -> str | None:
    try:
        return _migrate(actor, migration_id=migration_id, case_id=case_id)
    except Busy:
        raise
    except Exception as fault:  # one case that goes wrong must not keep the others; it is listed and stays
        return _refuse(actor, migration_id=migration_id, case_id=case_id, fault=fault)


@use_case
def _migrate(actor: Actor, *, migration_id: int, case_id: int) -> str | None:
    """Take one case over, or list why not; None where somebody else has done it or it was called off."""
    order = _claimed(actor, migration_id, case_id)
    if order is None:
        return None
    running = locked_case(actor, case_id)
    if running.case.definition_id == order.to_id:  # another order has taken it there
        _keep(migration_id, case_id, MIGRATED, {"already": True})
        return MIGRATED
    mapping = read_map(order.mapping)
    passage = work_out(running, order.from_id, order.to_id, mapping)
    report = passage.report()
    if passage.fits:
        take_over(running, passage, order.to_id, mapping, order.reason, migration=migration_id)
    _keep(migration_id, case_id, MIGRATED if passage.fits else REFUSED, report)
    return MIGRATED if passage.fits else REFUSED


@use_case
def _refuse(actor: Actor, *, migration_id: int, case_id: int, fault: Exception) -> str | None:
    if _claimed(actor, migration_id, case_id) is None:
        return None
    _keep(migration_id, case_id, REFUSED, dict(failed(fault)))
    return REFUSED


def _claimed(actor: Actor, migration_id: int, case_id: int) -> sa.Row[Any] | None:
    """The order, with the case's line locked, as long as the line waits and the order runs."""
    line = (
        sa.select(LIST.c.state)
        .where(LIST.c.migration_id == migration_id, LIST.c.case_id == case_id)
        .with_for_update()
    )
    if db.session.scalar(line) != WAITING:
        return None
    order = sa.select(MIGRATIONS).where(
        MIGRATIONS.c.id == migration_id, MIGRATIONS.c.congress_id == actor.congress_id
    )
    row = db.session.execute(order).one_or_none()
    return row if row is not None and row.state == "running" else None


def _keep(migration_id: int, case_id: int, state: str, report: dict[str, Any]) -> None:
    db.session.execute(
        LIST.update()
        .where(LIST.c.migration_id == migration_id, LIST.c.case_id == case_id)
        .values(state=state, report=report, done_at=clock.now())
    )


@use_case
def _finish(actor: Actor, *, migration_id: int) -> None:
    row = _locked(actor, migration_id)
    waiting = sa.exists().where(LIST.c.migration_id == migration_id, LIST.c.state == WAITING)
    if row is None or row.state != "running" or db.session.scalar(sa.select(waiting)):
        return
    counted = sa.select(LIST.c.state, sa.func.count()).where(LIST.c.migration_id == migration_id)
    counts = {state: count for state, count in db.session.execute(counted.group_by(LIST.c.state))}
    _set(migration_id, state="finished", finished_at=clock.now())
    told = {state: counts.get(state, 0) for state in (MIGRATED, REFUSED)}
    _record(actor, migration_id, "migration:finished", **told)


def carry_on_all() -> None:
    """Go on with every migration that was begun, whichever process began it and however that ended."""
    begun = sa.select(MIGRATIONS.c.id, MIGRATIONS.c.congress_id).where(MIGRATIONS.c.state == "running")
    orders = db.session.execute(begun.order_by(MIGRATIONS.c.id)).all()
    db.session.rollback()
    for order in orders:
        for _done in carry_on(system_actor(order.congress_id), migration_id=order.id):
            pass


def migration_row(actor: Actor, migration_id: int) -> sa.Row[Any]:
    """A migration of the actor's congress, locked. Raises NotAllowed, NotFound."""
    actor.require(*MAY_OPERATE, "system")
    row = _locked(actor, migration_id)
    if row is None:
        raise NotFound
    return row


def _locked(actor: Actor, migration_id: int) -> sa.Row[Any] | None:
    statement = sa.select(MIGRATIONS).where(
        MIGRATIONS.c.id == migration_id, MIGRATIONS.c.congress_id == actor.congress_id
    )
    return db.session.execute(statement.with_for_update()).one_or_none()


def _set(migration_id: int, **values: Any) -> None:
    db.session.execute(MIGRATIONS.update().where(MIGRATIONS.c.id == migration_id).values(values))


def _record(actor: Actor, migration_id: int, action: str, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"migration:{migration_id}", **detail)
