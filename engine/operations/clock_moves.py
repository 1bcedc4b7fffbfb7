"""What becomes of a case's clocks in another version: kept, counted anew, ended, or begun as if it had been there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CaseFacts
from engine.casework.moving.happenings import RUNS_FOR
from engine.deadlines import clocks, remaking
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import ClockState, ClockView, NewClock
from engine.deadlines.counting import count
from engine.deadlines.rules import Rule, RulePack, UnknownRule
from engine.definitions import rule_packs
from engine.definitions.folder import ClockSpec, Folder
from engine.flow import Misfit
from engine.foundation.clock import day_of
from engine.operations.mapping import VersionMap
from models import AuditEvent, CaseAction, Reply, Task, db

KEPT, MOVED, ENDED, BEGUN = "kept", "moved", "ended", "begun"
# By which column of which table a subject of the trail says whose part of the case it was.
_PARTS = {"reply": Reply, "task": Task, "action": CaseAction}


@dataclass(frozen=True, slots=True)
class ClockMove:
    """What becomes of one clock; `old_due` None for one that begins, `new_due` None for one that ends."""

    how: str
    key: str
    assignment_id: int | None
    old_due: dt.date | None
    new_due: dt.date | None
    view: ClockView | None = None
    rule: Rule | None = None
    begins: NewClock | None = None


def clock_moves(
    case: CaseFacts, old: Folder, new: Folder, mapping: VersionMap
) -> tuple[list[ClockMove], list[Misfit]]:
    """What becomes of every clock of a case, and why that cannot be worked out for some; nothing is changed."""
    pack = rule_packs.pack(case.rule_pack_id)
    moves: list[ClockMove] = []
    misfits: list[Misfit] = []
    running = [view for view in clocks.of_case(case.id) if view.running]
    for view in running:
        try:
            moves.append(_of_running(case, view, old, new, mapping, pack))
        except UnknownRule:
            to = mapping.clock_of(view.key, new) or ""
            misfits.append(Misfit("rule", view.key, new.clock(to).rule))
    known = {mapping.clock_of(spec.key, new) for spec in old.clocks}
    for spec in new.clocks:
        if spec.key not in known and (spec.when != "between_sessions" or case.meeting_id is None):
            try:
                moves += _begun(case, spec, pack)
            except UnknownRule:
                misfits.append(Misfit("rule", spec.key, spec.rule))
    return moves, misfits


def _of_running(
    case: CaseFacts, view: ClockView, old: Folder, new: Folder, mapping: VersionMap, pack: RulePack
) -> ClockMove:
    key = mapping.clock_of(view.key, new)
    if key is None:
        return ClockMove(ENDED, view.key, view.assignment_id, view.due_on, None, view)
    was = next((spec.rule for spec in old.clocks if spec.key == view.key), None)
    rule = pack.rule(new.clock(key).rule, on=view.started_on)
    if was == rule.id:
        return ClockMove(KEPT, key, view.assignment_id, view.due_on, view.due_on, view)
    if view.rule_id != was and rule.extendable_to:  # it was made longer by decision, and stays so
        rule = pack.rule(rule.extendable_to, on=view.started_on)
    due = count(rule, view.started_on, calendar_of(case.congress_id)).due
    return ClockMove(MOVED, key, view.assignment_id, view.due_on, due, view, rule)


def _begun(case: CaseFacts, spec: ClockSpec, pack: RulePack) -> Iterator[ClockMove]:
    """A clock that the old version did not have runs from the day of what would have started it."""
    calendar = calendar_of(case.congress_id)
    for assignment_id, round_ in _subjects(case, spec):
        started = _started(case, spec, assignment_id)
        if started is None:
            continue
        action, day = started
        rule = pack.rule(spec.rule, on=day)
        begins = NewClock(case.congress_id, case.id, assignment_id, spec.key, rule, round_, action, day)
        yield ClockMove(
            BEGUN, spec.key, assignment_id, None, count(rule, day, calendar).due, rule=rule, begins=begins
        )


def _subjects(case: CaseFacts, spec: ClockSpec) -> list[tuple[int | None, int]]:
    """For whom the clock would run: the case, or each unit at work in a fitting role, with its round."""
    if spec.per == "case":
        return [(None, case.round)]
    rows = db.session.execute(
        sa.select(ASSIGNMENTS.c.id, ASSIGNMENTS.c.role, ASSIGNMENTS.c.round)
        .where(ASSIGNMENTS.c.case_id == case.id, ASSIGNMENTS.c.status.in_(RUNS_FOR))
        .order_by(ASSIGNMENTS.c.id)
    )
    return [(row.id, row.round) for row in rows if spec.roles is None or row.role in spec.roles]


def _started(case: CaseFacts, spec: ClockSpec, assignment_id: int | None) -> tuple[str, dt.date] | None:
    """The last happening that would have started it, unless one that ends it came after; as the trail has it."""
    words = {*spec.starts, *spec.ends, *spec.cancels}
    rows = db.session.execute(
        sa.select(AuditEvent.action, AuditEvent.at, AuditEvent.subject)
        .where(AuditEvent.chain == f"case:{case.id}", AuditEvent.action.in_(words))
        .order_by(AuditEvent.position.desc())
    )
    for row in rows:
        if assignment_id is None or _part(row.subject) in (None, assignment_id):
            return (row.action, day_of(row.at)) if row.action in spec.starts else None
    return None


def _part(subject: str) -> int | None:
    """Whose part of the case the subject of an event was; None for the case as a whole."""
    kind, _colon, number = subject.partition(":")
    if not number.isdigit():
        return None
    if kind == "assignment":
        return int(number)
    table: Any = _PARTS.get(kind)
    if table is None:
        return None
    found: int | None = db.session.scalar(sa.select(table.assignment_id).where(table.id == int(number)))
    return found


def move_clocks(case: CaseFacts, moves: Sequence[ClockMove], reason: str) -> None:
    """Do to the clocks what was worked out."""
    calendar = calendar_of(case.congress_id)
    for move in moves:
        view = move.view
        if view is None:
            continue
        if move.how == ENDED:
            clocks.end_one(view, state=ClockState.CANCELLED, reason=reason)
        elif move.how == MOVED and move.rule is not None:
            deadline = count(move.rule, view.started_on, calendar)
            remaking.remake(view, move.key, move.rule, deadline, calendar, reason=reason)
        elif move.key != view.key:
            remaking.rename(view, move.key)
    clocks.start([move.begins for move in moves if move.begins is not None], calendar)


def shown(moves: Sequence[ClockMove], units: Mapping[int | None, str]) -> list[dict[str, Any]]:
    """The moves as a report keeps them."""
    return [
        {
            "how": move.how,
            "clock": move.key,
            "unit": units.get(move.assignment_id, "") if move.assignment_id else "",
            "old": move.old_due.isoformat() if move.old_due else None,
            "new": move.new_due.isoformat() if move.new_due else None,
        }
        for move in moves
    ]
