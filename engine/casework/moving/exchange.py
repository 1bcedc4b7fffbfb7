"""Between the flows of cases: who waits for which signal, and what one case throws to others, as rows.

A row is written in the transaction that throws; each receiver hears it in one of its own (`deliveries`), and a case
that begins by it begins there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import CASES, INSTANCES, CaseFacts
from engine.casework.moving.happenings import Happening, happen
from engine.definitions.catalogue import current_all, definition
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
_ORIGIN = sa.select(CASES.c.process_key, CASES.c.origin_id).where(CASES.c.id == sa.bindparam("of_case"))
_STATE = (
    sa.select(CASES.c.definition_id, INSTANCES.c.state)
    .join(INSTANCES, INSTANCES.c.case_id == CASES.c.id)
    .where(CASES.c.id == sa.bindparam("of_case"))
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
    receivers, kinds = list(db.session.scalars(_WHO_WAITS, about)), _kinds_begun(case, SIGNAL, name)
    detail = {"signal": name, "cases": len(receivers), **_told(kinds)}
    happen(case, folder, [Happening("signal:thrown", detail=detail)])
    _send(case, SIGNAL, name, receivers, kinds)


def _tell_origin(case: CaseFacts, folder: Folder, name: str) -> None:
    """A message goes to one: the case that this one came out of, or a case that it begins.

    It begins one where there is no such case, or that does not wait for it; of several kinds that of the first place.
    Without either it has nobody to go to.
    """
    to, kinds = case.origin_id, _kinds_begun(case, MESSAGE, name)[:1]
    if kinds and to is not None:
        to, kinds = (to, []) if _awaits(to, name) else (None, kinds)
    happen(case, folder, [Happening("message:thrown", detail={"message": name, "to": to, **_told(kinds)})])
    _send(case, MESSAGE, name, [] if to is None else [to], kinds)


def _told(kinds: Sequence[str]) -> dict[str, Any]:
    return {"begins": list(kinds)} if kinds else {}


def _kinds_begun(case: CaseFacts, kind: str, name: str) -> list[str]:
    """The kinds of work of which this begins a case, by their places; none that the case itself came out of.

    So that cases which begin one another come to an end.
    """
    found = [
        each.folder.key for each in current_all(case.congress_id) if begins(each.folder, case, kind, name)
    ]
    before = _came_out_of(case) if found else set()
    return [key for key in found if key not in before]


def begins(folder: Folder, case: CaseFacts, kind: str, name: str) -> bool:
    """Whether what the case throws begins a case of that folder."""
    return any(
        (each.on, each.name) == (kind, name) and case.process_key in each.sources for each in folder.begun_by
    )


def _came_out_of(case: CaseFacts) -> set[str]:
    """The kinds of the cases that this one came out of, one after the other."""
    found, origin_id, seen = {case.process_key}, case.origin_id, {case.id}
    while origin_id is not None and origin_id not in seen:
        seen.add(origin_id)
        row = db.session.execute(_ORIGIN, {"of_case": origin_id}).one()
        found.add(row.process_key)
        origin_id = row.origin_id
    return found


def _awaits(case_id: int, message: str) -> bool:
    """Whether a case waits for the message now."""
    row = db.session.execute(_STATE, {"of_case": case_id}).one()
    waiting = flow.awaited(definition(row.definition_id).flow, row.state, clock.now())
    return message in {each.message for each in waiting}


def _send(case: CaseFacts, kind: str, name: str, receivers: Sequence[int], kinds: Sequence[str] = ()) -> None:
    row = {
        "congress_id": case.congress_id,
        "kind": kind,
        "name": name,
        "from_case_id": case.id,
        "thrown_at": clock.now(),
    }
    rows = [row | {"to_case_id": to, "to_process": None} for to in receivers]
    rows += [row | {"to_case_id": None, "to_process": key} for key in kinds]
    if rows:
        operation().add_later(_SEND, rows)
