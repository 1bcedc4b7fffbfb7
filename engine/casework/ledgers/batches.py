"""Which files were taken in, and what became of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.ledgers.faults import Fault, read
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from models import Case, ImportBatch, ImportRow, db


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken in: its number in the file, its cells, and what is wrong with it.

    Rows of before the faults were kept have the words of then alone, in Chinese.
    """

    number: int
    cells: Mapping[str, str]
    faults: tuple[Fault, ...]
    words: str = ""

    @property
    def reasons(self) -> list[str]:
        """What is wrong, in sentences that can be said in other languages where the faults are known."""
        return [each.said for each in self.faults] or [self.words]


def batches(actor: Actor) -> list[ImportBatch]:
    """The files that were taken in, the latest first."""
    statement = sa.select(ImportBatch).where(ImportBatch.congress_id == actor.congress_id)
    return list(db.session.scalars(statement.order_by(ImportBatch.id.desc()).limit(50)))


def batch_of(actor: Actor, batch_id: int) -> ImportBatch:
    """One file of the actor's congress; NotFound otherwise."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.congress_id != actor.congress_id:
        raise NotFound
    return batch


def refused_rows(actor: Actor, batch_id: int) -> list[RefusedRow]:
    """The refused rows of a file with what is wrong with them."""
    columns = (ImportRow.row_number, ImportRow.cells, ImportRow.refusal, ImportRow.faults)
    statement = sa.select(*columns).where(
        ImportRow.congress_id == actor.congress_id,
        ImportRow.batch_id == batch_id,
        ImportRow.case_id.is_(None),
    )
    return [
        RefusedRow(row.row_number, row.cells, tuple(read(row.faults)), row.refusal)
        for row in db.session.execute(statement.order_by(ImportRow.row_number))
    ]


def imported_cases(batch_id: int) -> list[Case]:
    """The cases that a file became."""
    statement = sa.select(Case).join(ImportRow, ImportRow.case_id == Case.id)
    return list(db.session.scalars(statement.where(ImportRow.batch_id == batch_id).order_by(Case.id)))
