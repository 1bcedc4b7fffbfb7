"""What taking a ledger in would come to, before it is done: the same reasons, and nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.ledgers.batches import RefusedRow
from engine.casework.ledgers.faults import fault
from engine.casework.ledgers.files import Ledger
from engine.casework.ledgers.rows import LedgerRow, Register, understand
from engine.definitions.catalogue import current
from engine.foundation.actor import Actor
from models import ImportRow, db

ROWS: sa.Table = ImportRow.__table__  # type: ignore[assignment]
TOGETHER = 500  # rows asked about in one statement


@dataclass
class Forecast:
    """As the report of taking it in: rows with their cases, which there are only of what was taken in before."""

    accepted: list[tuple[int, int | None]] = field(default_factory=list)
    repeated: list[tuple[int, int | None]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def check_ledger(actor: Actor, *, process_key: str, ledger: Ledger) -> Forecast:
    """Look through a ledger as `import_ledger` would. Raises NotAllowed.

    What has changed by the time it is taken in, a number that somebody uses meanwhile, is not foreseen.
    """
    actor.require("intake_officer", "assigner", "system")
    folder = current(process_key, actor.congress_id).folder
    register, forecast = Register(actor.congress_id), Forecast()
    seen: dict[str, int | None] = {}  # fingerprint → its case, once it has one
    titles: dict[str, str] = {}  # number → whose it is
    for first in range(0, len(ledger.rows), TOGETHER):
        group = [
            (number, cells, understand(folder, register, cells))
            for number, cells in ledger.rows[first : first + TOGETHER]
        ]
        rows = [row for _number, _cells, row in group]
        seen |= _taken_before(actor, process_key, rows)
        titles = _numbered(actor, process_key, rows) | titles
        for number, cells, row in group:
            if row.fingerprint in seen:
                forecast.repeated.append((number, seen[row.fingerprint]))
                continue
            if row.number in titles:
                row.faults.append(fault("number_taken", number=row.number, title=titles[row.number]))
            if row.faults:
                forecast.refused.append(RefusedRow(number, cells, tuple(row.faults)))
                continue
            forecast.accepted.append((number, None))
            seen[row.fingerprint] = None
            if row.number is not None:
                titles[row.number] = row.title
    return forecast


def _taken_before(actor: Actor, process_key: str, rows: Sequence[LedgerRow]) -> dict[str, int | None]:
    statement = sa.select(ROWS.c.fingerprint, ROWS.c.case_id).where(
        ROWS.c.congress_id == actor.congress_id,
        ROWS.c.process_key == process_key,
        ROWS.c.fingerprint.in_([row.fingerprint for row in rows]),
    )
    return {fingerprint: case_id for fingerprint, case_id in db.session.execute(statement)}


def _numbered(actor: Actor, process_key: str, rows: Sequence[LedgerRow]) -> dict[str, str]:
    statement = sa.select(CASES.c.number, CASES.c.title).where(
        CASES.c.congress_id == actor.congress_id,
        CASES.c.process_key == process_key,
        CASES.c.number.in_([row.number for row in rows if row.number is not None]),
    )
    return {number: title for number, title in db.session.execute(statement)}
