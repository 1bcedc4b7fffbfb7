"""Taking in a congress's own ledger: good rows become cases once, bad rows come back with their reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from engine.casework.cases import Source, create, update_case
from engine.casework.facts import CASES, INSTANCES, TASKS, CaseFacts, Instance
from engine.casework.ledgers.batches import RefusedRow
from engine.casework.ledgers.faults import fault, in_chinese, kept
from engine.casework.ledgers.files import Ledger, Numbered
from engine.casework.ledgers.rows import LedgerRow, Register, understand
from engine.casework.ledgers.steps import DONE_BY_ROW
from engine.casework.moving import advancing
from engine.casework.moving.advancing import Moving
from engine.casework.moving.happenings import Happening, happen
from engine.casework.sittings import SESSION
from engine.casework.texts import ASKS, COSIGNATURES, TEXTS
from engine.definitions.catalogue import Deployed, current
from engine.definitions.folder import Folder
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.transaction import use_case
from models import Deputy, ImportBatch, ImportRow, Meeting, db
from models.base import insert_unless

BATCHES: sa.Table = ImportBatch.__table__  # type: ignore[assignment]
ROWS: sa.Table = ImportRow.__table__  # type: ignore[assignment]
TOGETHER = 25  # rows a transaction: few enough to let others in between, many enough to be quick

COUNTED = ("accepted", "repeated", "refused")


@dataclass
class Report:
    """How a file went: row numbers as in the file; refused rows with their cells and what is wrong with them."""

    batch_id: int
    accepted: list[tuple[int, int]] = field(default_factory=list)  # (row, case id)
    repeated: list[tuple[int, int]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def import_ledger(
    actor: Actor,
    *,
    process_key: str,
    filename: str,
    ledger: Ledger,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Take in a ledger; `progress(rows done)`. Raises NotAllowed.

    Sending the same file again changes nothing: a row that was taken in before is counted as repeated.
    """
    batch_id = begin_ledger(actor, process_key=process_key, filename=filename, ledger=ledger)
    return continue_ledger(
        actor, batch_id=batch_id, process_key=process_key, rows=ledger.rows, progress=progress
    )


def continue_ledger(
    actor: Actor,
    *,
    batch_id: int,
    process_key: str,
    rows: Sequence[Numbered],
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Take in the rows of a batch that was begun, some at a time, each group whole or not at all."""
    report = Report(batch_id)
    for first in range(0, len(rows), TOGETHER):
        group = rows[first : first + TOGETHER]
        part = _take_in(actor, process_key=process_key, batch_id=batch_id, rows=group)
        report.accepted += part.accepted
        report.repeated += part.repeated
        report.refused += part.refused
        progress(first + len(group))
    _finish(actor, batch_id=batch_id)
    return report


@use_case
def begin_ledger(actor: Actor, *, process_key: str, filename: str, ledger: Ledger) -> int:
    """Register a file, with the columns that nothing is made of, before its rows are taken in; the id of the batch."""
    actor.require("intake_officer", "assigner", "system")
    insert = BATCHES.insert().returning(BATCHES.c.id)
    batch_id = db.session.scalar(
        insert.values(
            congress_id=actor.congress_id,
            process_key=current(process_key, actor.congress_id).folder.key,
            filename=filename[:300],
            started_by=actor.user_id,
            started_at=clock.now(),
            total=len(ledger.rows),
            accepted=0,
            repeated=0,
            refused=0,
            unused=[asdict(each) for each in ledger.unused],
        )
    )
    audit.record(
        "ledger:begun",
        congress_id=actor.congress_id,
        subject=f"import_batch:{batch_id}",
        filename=filename,
        rows=len(ledger.rows),
    )
    return int(batch_id or 0)


@use_case
def _finish(actor: Actor, *, batch_id: int) -> None:
    db.session.execute(BATCHES.update().where(_own(actor, batch_id)).values(finished_at=clock.now()))
    columns = [BATCHES.c[name] for name in COUNTED]
    counts = db.session.execute(sa.select(*columns).where(_own(actor, batch_id))).one()._asdict()
    audit.record(
        "ledger:finished", congress_id=actor.congress_id, subject=f"import_batch:{batch_id}", **counts
    )


def _own(actor: Actor, batch_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(BATCHES.c.id == batch_id, BATCHES.c.congress_id == actor.congress_id)


@use_case
def _take_in(actor: Actor, *, process_key: str, batch_id: int, rows: Sequence[Numbered]) -> Report:
    actor.require("intake_officer", "assigner", "system")
    deployed = current(process_key, actor.congress_id)
    register = Register(actor.congress_id)
    report = Report(batch_id)
    for number, cells in rows:
        row = understand(deployed.folder, register, cells)
        known = _known(actor, deployed, row)
        if known is not None:
            report.repeated.append((number, known))
            continue
        _check_number(actor, deployed, row)
        if row.faults:
            report.refused.append(RefusedRow(number, cells, tuple(row.faults)))
            _keep(actor, deployed, batch_id, number, row, None)
            continue
        case_id = _write(actor, deployed, row)
        _keep(actor, deployed, batch_id, number, row, case_id)
        report.accepted.append((number, case_id))
    counted = {name: BATCHES.c[name] + len(getattr(report, name)) for name in COUNTED}
    db.session.execute(BATCHES.update().where(_own(actor, batch_id)).values(**counted))
    return report


def _known(actor: Actor, deployed: Deployed, row: LedgerRow) -> int | None:
    return db.session.scalar(
        sa.select(ROWS.c.case_id).where(
            ROWS.c.congress_id == actor.congress_id,
            ROWS.c.process_key == deployed.folder.key,
            ROWS.c.fingerprint == row.fingerprint,
        )
    )


def _check_number(actor: Actor, deployed: Deployed, row: LedgerRow) -> None:
    if row.number is None:
        return
    taken = db.session.scalar(
        sa.select(CASES.c.title).where(
            CASES.c.congress_id == actor.congress_id,
            CASES.c.process_key == deployed.folder.key,
            CASES.c.number == row.number,
        )
    )
    if taken is not None:
        row.faults.append(fault("number_taken", number=row.number, title=taken))


def _keep(
    actor: Actor, deployed: Deployed, batch_id: int, number: int, row: LedgerRow, case_id: int | None
) -> None:
    db.session.execute(
        ROWS.insert().values(
            batch_id=batch_id,
            congress_id=actor.congress_id,
            process_key=deployed.folder.key,
            row_number=number,
            fingerprint=row.fingerprint if case_id else None,
            case_id=case_id,
            cells=dict(row.cells),
            refusal=in_chinese(row.faults),
            faults=kept(row.faults),
        )
    )


def _write(actor: Actor, deployed: Deployed, row: LedgerRow) -> int:
    """Make the row a case and move it as far along the flow as its cells tell."""
    lead = db.session.get(Deputy, row.lead_deputy_id) if row.lead_deputy_id else None
    case = create(actor, deployed, Source(lead))
    _write_text(case, row)
    update_case(case, {"meeting_id": _meeting(actor, row), "fields": row.register})
    happen(case, deployed.folder, [Happening("case:imported", detail={"cells": dict(row.cells)})])
    while _next_step(case, deployed.folder, row):
        pass
    return case.id


def _write_text(case: CaseFacts, row: LedgerRow) -> None:
    now = clock.now()
    values = {
        "title": row.title,
        "body": {"publicity": "agree", **row.body},
        "written_at": now,
        "frozen_at": now,
    }
    db.session.execute(TEXTS.insert().values(case_id=case.id, version=1, **values))
    asks = [
        {"case_id": case.id, "text_version": 1, "number": number, "text": text}
        for number, text in enumerate(row.asks, start=1)
    ]
    if asks:
        db.session.execute(ASKS.insert(), asks)
    signatures = [
        {"case_id": case.id, "deputy_id": id_, "text_version": 1, "status": "confirmed", "invited_at": now}
        for id_ in row.cosigners
    ]
    if signatures:
        db.session.execute(COSIGNATURES.insert(), signatures)
    update_case(case, {"text_version": 1, "title": row.title})


def _meeting(actor: Actor, row: LedgerRow) -> int:
    """The session that the row names; one that only old ledgers know is registered without its days."""
    values = {
        "congress_id": actor.congress_id,
        "kind": SESSION,
        "term": row.term,
        "ordinal": row.ordinal,
    }
    statement = insert_unless(Meeting).values(name=row.meeting, counters={}, **values)
    db.session.execute(statement.on_conflict_do_nothing())
    where = [getattr(Meeting, name) == value for name, value in values.items()]
    return int(db.session.scalars(sa.select(Meeting.id).where(*where)).one())


def _next_step(case: CaseFacts, folder: Folder, row: LedgerRow) -> bool:
    """Do the next step of the flow that the row says was done; False when it says no more."""
    task = db.session.execute(
        sa.select(TASKS.c.id, TASKS.c.node, TASKS.c.token).where(TASKS.c.case_id == case.id, TASKS.c.open)
    ).first()
    if task is None:
        return False
    done = DONE_BY_ROW.get(folder.tasks[task.node].act)
    outcome = done(case, row) if done else None
    if outcome is None:
        return False
    happening, flags = outcome
    db.session.execute(
        TASKS.update()
        .where(TASKS.c.id == task.id)
        .values(open=False, outcome="completed", closed_at=clock.now(), revision=TASKS.c.revision + 1)
    )
    if happening is not None:
        happen(case, folder, [happening])
    columns = (INSTANCES.c.state, INSTANCES.c.revision)
    instance = db.session.execute(sa.select(*columns).where(INSTANCES.c.case_id == case.id)).one()
    advancing.complete(Moving(case, folder, Instance(*instance)), task.token, flags)
    return True
