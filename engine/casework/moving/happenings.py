"""What happened leaves its trace everywhere at once: audit event, clocks, and messages to people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.access import require_not_archived
from engine.casework.facts import ASSIGNMENTS, CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.effects import bring_about
from engine.casework.reply_matter import SignedReply
from engine.deadlines import clocks, dating
from engine.deadlines.calendars import calendar_of
from engine.deadlines.clocks import ClockHappening, ClockState, NewClock, StartedClock
from engine.definitions import rule_packs
from engine.definitions.catalogue import definition
from engine.definitions.folder import ClockSpec, Folder
from engine.foundation import audit, clock
from engine.foundation.transaction import Operation, before_commit, operation
from models import AgendaItem, Case, Meeting, Reassignment, db
from models.base import among
from notifications import outbox
from notifications.outbox import Telling
from notifications.recipients import Context

RUNS_FOR = ("assigned", "signed_for", "replied")
MEETING = "meeting"

_HANDLING = (
    sa.select(ASSIGNMENTS.c.id, ASSIGNMENTS.c.role)
    .where(ASSIGNMENTS.c.case_id == sa.bindparam("of_case"), among(ASSIGNMENTS.c.status, RUNS_FOR))
    .order_by(ASSIGNMENTS.c.id)
)


_HANDED_ON = sa.exists().where(Reassignment.from_id == ASSIGNMENTS.c.id)
_STILL_ANSWERING = sa.select(
    sa.exists().where(
        ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
        ASSIGNMENTS.c.role != "co",
        sa.or_(
            ASSIGNMENTS.c.status.in_(("assigned", "signed_for")),
            sa.and_(ASSIGNMENTS.c.status == "returned", ~_HANDED_ON),
        ),
    )
)


_LATEST_MEETING = (
    sa.select(Meeting.id, Meeting.opens_on)
    .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
    .where(AgendaItem.case_id == sa.bindparam("of_case"), AgendaItem.removed_at.is_(None))
    .where(Meeting.opens_on.is_not(None))
    .order_by(AgendaItem.id.desc())
    .limit(1)
)


@dataclass(slots=True)
class Happening:
    """One thing that happened to a case; `detail` goes into the audit event, `told` into the messages."""

    action: str
    subject: str = ""
    assignment_id: int | None = None
    round: int = 1
    detail: dict[str, Any] = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)
    on: dt.date | None = None  # the legal day it happened, where that is not today (a ledger's past)
    parts: tuple[int, ...] = ()  # the units' parts that it is about, where it is several; empty: all of them
    main_since: dt.date | None = None  # main periods count from this day, where they do not begin anew
    silent: bool = False  # recorded, but nobody is told
    reply: SignedReply | None = None  # that was signed, as its act had it at hand
    meeting: tuple[int, dt.date] | None = None  # whose day the clocks before it are counted from
    occurrence: str = ""  # the same words: nobody is told twice; without it, once per operation

    @property
    def signed(self) -> SignedReply:
        """The reply that was signed; LookupError of a happening that brings none, for which no such effect is meant."""
        if self.reply is None:
            raise LookupError(f"{self.action} brings no signed reply")
        return self.reply


def happen(case: CaseFacts, folder: Folder, happenings: Sequence[Happening]) -> None:
    """Record happenings, end and start the clocks they govern, queue the messages, bring about the effects."""
    require_not_archived(case)
    for happening in happenings:
        audit.record(
            happening.action,
            congress_id=case.congress_id,
            case_id=case.id,
            subject=happening.subject or f"case:{case.id}",
            **happening.detail,
        )
        _end_clocks(case, folder, happening)
        _cancel_clocks(case, folder, happening)
        begun = _start_clocks(case, folder, happening)
        if not happening.silent:
            tell(
                case,
                folder,
                happening.action,
                happening.assignment_id,
                _by_when(begun) | happening.told,
                occurrence=happening.occurrence,
            )
        bring_about(case, folder, happening)


def tell(
    case: CaseFacts,
    folder: Folder,
    action: str,
    assignment_id: int | None = None,
    values: dict[str, object] | None = None,
    *,
    task_id: int | None = None,
    occurrence: str = "",
    series: str = "",
) -> None:
    """Queue the messages that the folder's notices want for `action`."""
    notices = folder.notices.on(action)
    if not notices:
        return
    running = operation()
    context = Context(
        congress_id=case.congress_id,
        case_id=case.id,
        assignment_id=assignment_id,
        task_id=task_id,
        actor_user_id=running.actor.user_id,
        occurrence=occurrence or running.id,
        series=series,
        values={"actor": running.actor.name, "link": f"/cases/{case.id}", **(values or {})},
    )
    running.messages.append(Telling(notices, context))


@before_commit
def _address(running: Operation) -> None:
    """Turn the operation's messages into rows, now that everything they tell of is written."""
    if not running.messages:
        return
    connection = db.session.connection()
    outbox.write(connection, outbox.rows(connection, running.messages, clock.now()))


def _end_clocks(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    specs = [spec for spec in folder.clocks if happening.action in spec.ends]
    if happening.on is not None:
        dated = {spec.key for spec in specs if spec.dated}
        clock_happenings(dating.end(case.id, dated, happening.assignment_id, happening.on, happening.action))
        specs = [spec for spec in specs if not spec.dated]
    keys = {spec.key for spec in specs}
    if not keys:
        return
    by_case = {spec.key for spec in folder.clocks if spec.key in keys and spec.per == "case"}
    lasting = {spec.key for spec in folder.clocks if spec.key in by_case and spec.until_all}
    if lasting and _somebody_still_answers(case):
        keys, by_case = keys - lasting, by_case - lasting
    if by_case:
        clocks.end(case.id, by_case, None, reason=happening.action)
    for part in happening.parts or (happening.assignment_id,):
        clocks.end(case.id, keys - by_case, part, reason=happening.action)


def _cancel_clocks(case: CaseFacts, folder: Folder, happening: Happening) -> None:
    """What nobody owes any more, whichever unit's it was; what the happening itself fulfilled has ended before."""
    keys = {spec.key for spec in folder.clocks if happening.action in spec.cancels}
    clocks.end(case.id, keys, state=ClockState.CANCELLED, reason=happening.action)


def _somebody_still_answers(case: CaseFacts) -> bool:
    """Whether a unit has yet to reply, or a part that was given back has yet to go to another."""
    return bool(db.session.scalar(_STILL_ANSWERING, {"of_case": case.id}))


def _by_when(begun: Sequence[StartedClock]) -> dict[str, object]:
    """The last day of the longest period that has begun: by then at the latest somebody is to do what he is told of."""
    return {"due_on": max(each.due_on for each in begun)} if begun else {}


def _start_clocks(case: CaseFacts, folder: Folder, happening: Happening) -> list[StartedClock]:
    specs = [spec for spec in folder.clocks if happening.action in spec.starts and _applies(spec, case)]
    if not specs:
        return []
    pack = rule_packs.pack(case.rule_pack_id)
    meeting = _meeting_at(case, specs, happening)
    specs = [spec for spec in specs if spec.base != MEETING or meeting]
    day = happening.on or clock.today()
    handling = (
        db.session.execute(_HANDLING, {"of_case": case.id}).all() if _asks_who(specs, happening) else []
    )
    new = [
        NewClock(
            congress_id=case.congress_id,
            case_id=case.id,
            assignment_id=assignment_id,
            key=spec.key,
            rule=pack.rule(spec.rule, on=first_day),
            round=happening.round,
            start_event=happening.action,
            started_on=first_day,
            meeting_id=meeting[0] if meeting and spec.base == MEETING else None,
        )
        for spec in specs
        for first_day in [_first_day(spec, happening, meeting, day)]
        for assignment_id in _subjects(spec, happening, handling)
    ]
    return clocks.start(new, calendar_of(case.congress_id)) if new else []


def _first_day(
    spec: ClockSpec, happening: Happening, meeting: tuple[int, dt.date] | None, day: dt.date
) -> dt.date:
    if spec.base == MEETING and meeting:
        return meeting[1]
    return happening.main_since if spec.main and happening.main_since else day


def _meeting_at(
    case: CaseFacts, specs: Sequence[ClockSpec], happening: Happening
) -> tuple[int, dt.date] | None:
    """The meeting that clocks before a meeting are counted from: the one at hand, else the case's latest."""
    if happening.meeting or not any(spec.base == MEETING for spec in specs):
        return happening.meeting
    row = db.session.execute(_LATEST_MEETING, {"of_case": case.id}).first()
    return (row.id, row.opens_on) if row else None


def _asks_who(specs: Sequence[ClockSpec], happening: Happening) -> bool:
    """Whether the case's assignments must be read to know for whom these clocks run."""
    per_unit = [spec for spec in specs if spec.per != "case"]
    return any(spec.roles is not None or happening.assignment_id is None for spec in per_unit)


def _applies(spec: ClockSpec, case: CaseFacts) -> bool:
    """A clock for the time between sessions does not run for a case that belongs to a session."""
    return spec.when != "between_sessions" or case.meeting_id is None


def _subjects(spec: ClockSpec, happening: Happening, handling: Sequence[Any]) -> list[int | None]:
    """For whom the clock runs: the case, the assignment at hand, or every fitting one that it is about."""
    if spec.per == "case":
        return [None]
    if happening.assignment_id is not None and spec.roles is None:
        return [happening.assignment_id]
    return [
        row.id
        for row in handling
        if (spec.roles is None or row.role in spec.roles)
        and happening.assignment_id in (None, row.id)
        and (not happening.parts or row.id in happening.parts)
    ]


def clock_happenings(rows: Sequence[ClockHappening]) -> None:
    """Record what the sweep found on clocks, and tell the people whom the cases' folders name for it."""
    for case, row in _with_cases(rows):
        folder = definition(case.definition_id)
        audit.record(
            row.name,
            congress_id=case.congress_id,
            case_id=case.id,
            subject=f"clock:{row.clock_id}",
            due_on=row.due_on,
            days=row.days,
            threshold=row.threshold,
        )
        values: dict[str, object] = {"due_on": row.due_on, "days": row.days}
        tell(
            case,
            folder,
            row.name,
            row.assignment_id,
            values,
            occurrence=row.occurrence,
            series=row.series,
        )
        bring_about(case, folder, Happening(row.name, assignment_id=row.assignment_id))


def _with_cases(rows: Sequence[ClockHappening]) -> list[tuple[CaseFacts, ClockHappening]]:
    ids = {row.case_id for row in rows}
    found = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id.in_(ids)))
    cases = {case.id: case for case in (read(CaseFacts, Case, row) for row in found)}
    return [(cases[row.case_id], row) for row in rows]
