"""Between the flows of cases: who waits for which signal, and what one case throws to others, as rows.

A row is written in the transaction that throws; each receiver hears it in one of its own (`deliveries`).
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import CASES, CaseFacts
from engine.casework.happenings import Happening, happen
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.transaction import operation
from models import AwaitedSignal, ThrownEvent, db

AWAITED: sa.Table = AwaitedSignal.__table__  # type: ignore[assignment]
THROWN: sa.Table = ThrownEvent.__table__  # type: ignore[assignment]
SIGNAL, MESSAGE = "signal", "message"

_OF_CASE = sa.select(AWAITED.c.name).where(AWAITED.c.case_id == sa.bindparam("of_case"))
_FORGET = AWAITED.delete().where(
    AWAITED.c.case_id == sa.bindparam("of_case"), AWAITED.c.name.in_(sa.bindparam("names", expanding=True))
)
_WHO_WAITS = (
    sa.select(AWAITED.c.case_id)
    .join(CASES, CASES.c.id == AWAITED.c.case_id)
    .where(
        AWAITED.c.congress_id == sa.bindparam("of_congress"),
        AWAITED.c.name == sa.bindparam("named"),
        AWAITED.c.case_id != sa.bindparam("of_case"),
        CASES.c.archived_at.is_(None),
    )
    .order_by(AWAITED.c.case_id)
)
_SEND = THROWN.insert()


def exchange(case: CaseFacts, folder: Folder, step: flow.Step) -> None:
    """After a step: keep what the case waits for, and send what it has thrown. A flow without signals costs nothing."""
    if uses_signals(folder.flow):
        keep_awaited(case, step.awaited_signals)
    for name in step.signals:
        _broadcast(case, folder, name)
    for name in step.thrown:
        _tell_origin(case, folder, name)
    for code in step.escalated:  # nobody in the case handles it: the flow goes on, and it is told (10.5.3)
        happen(case, folder, [Happening("flow:escalated", detail={"code": code})])


def uses_signals(definition: flow.AdmittedDefinition) -> bool:
    """Whether it throws or awaits any, itself or in what it calls."""
    return bool(definition.signals) or any(map(uses_signals, definition.called))


def keep_awaited(case: CaseFacts, names: Sequence[str]) -> None:
    """Let the index say which signals the case now waits for."""
    known, wanted = set(db.session.scalars(_OF_CASE, {"of_case": case.id})), set(names)
    if known - wanted:
        db.session.execute(_FORGET, {"of_case": case.id, "names": sorted(known - wanted)})
    if wanted - known:
        rows = [
            {"case_id": case.id, "congress_id": case.congress_id, "name": name}
            for name in sorted(wanted - known)
        ]
        db.session.execute(AWAITED.insert(), rows)


def _broadcast(case: CaseFacts, folder: Folder, name: str) -> None:
    """A signal reaches every case of the congress that waits for it now (10.5.1); who comes later does not hear it."""
    about = {"of_congress": case.congress_id, "named": name, "of_case": case.id}
    receivers = list(db.session.scalars(_WHO_WAITS, about))
    happen(case, folder, [Happening("signal:thrown", detail={"signal": name, "cases": len(receivers)})])
    _send(case, SIGNAL, name, receivers)


def _tell_origin(case: CaseFacts, folder: Folder, name: str) -> None:
    """A message goes to one: the case that this one came out of. Without such a case it has nobody to go to."""
    receivers = [case.origin_id] if case.origin_id is not None else []
    happen(case, folder, [Happening("message:thrown", detail={"message": name, "to": case.origin_id})])
    _send(case, MESSAGE, name, receivers)


def _send(case: CaseFacts, kind: str, name: str, receivers: Sequence[int]) -> None:
    row = {
        "congress_id": case.congress_id,
        "kind": kind,
        "name": name,
        "from_case_id": case.id,
        "thrown_at": clock.now(),
    }
    if receivers:
        operation().add_later(_SEND, [row | {"to_case_id": to} for to in receivers])
