"""What the pages of meetings show: the list, and of one the agenda with each matter's papers, attendance, votes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import CASES, TASKS
from engine.casework.readings.on_record import BallotView
from engine.casework.sittings import AGENDA, KINDS, STANDING_COMMITTEE
from engine.casework.visibility import OVERSEEING, RESTRICTED, STANDING_MEMBER, visible_to
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder, Material
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from engine.meetings.convening import MAY_CONVENE
from models import Attendance, Ballot, CaseEntry, Clock, Meeting, Membership, User, db

MAY_READ = OVERSEEING | {*MAY_CONVENE, STANDING_MEMBER, "committee_officer"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a matter needs: when it came, or until when it is due."""

    material: Material
    came_on: dt.date | None
    due_on: dt.date | None

    @property
    def late(self) -> bool:
        """It has not come, and its day is over."""
        return self.came_on is None and self.due_on is not None and self.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class Matter:
    """A line of the agenda; `case_id` and papers only for one who may see the case."""

    item_id: int
    position: int
    title: str
    is_case: bool
    case_id: int | None
    number: str | None
    folder: Folder | None
    stage: str
    papers: tuple[Paper, ...]
    ballots: tuple[BallotView, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """One who is called to the meeting, and whether he was there."""

    user_id: int
    name: str
    status: str  # "" while nothing was written down


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting with its agenda; `withdrawn` counts what was taken off or moved."""

    meeting: Meeting
    matters: list[Matter]
    seats: list[Seat]


def may_read(actor: Actor) -> bool:
    """Whether meetings are any business of this person."""
    return bool(actor.roles & MAY_READ)


def all_meetings(actor: Actor) -> list[tuple[Meeting, int]]:
    """The meetings of the actor's congress with how many matters each has: what is ahead first, then the latest."""
    if not may_read(actor):
        raise NotAllowed
    matters = (
        sa.select(sa.func.count())
        .where(AGENDA.c.meeting_id == Meeting.id, AGENDA.c.removed_at.is_(None))
        .scalar_subquery()
    )
    statement = sa.select(Meeting, matters).where(
        Meeting.congress_id == actor.congress_id, Meeting.kind.in_(KINDS)
    )
    found = [(row[0], row[1]) for row in db.session.execute(statement)]
    today, never = clock.today(), dt.date.min
    ahead = [each for each in found if (each[0].closes_on or never) >= today]
    over = [each for each in found if (each[0].closes_on or never) < today]
    ahead.sort(key=lambda each: (each[0].opens_on or never, each[0].id))
    over.sort(key=lambda each: (each[0].opens_on or never, each[0].id), reverse=True)
    return [*ahead, *over]


def meeting_page(actor: Actor, *, meeting_id: int) -> MeetingPage:
    """A meeting with everything on its agenda. Raises NotAllowed, NotFound."""
    if not may_read(actor):
        raise NotAllowed
    meeting = db.session.get(Meeting, meeting_id)
    if meeting is None or meeting.congress_id != actor.congress_id:
        raise NotFound
    items = db.session.execute(
        sa.select(AGENDA)
        .where(AGENDA.c.meeting_id == meeting_id, AGENDA.c.removed_at.is_(None))
        .order_by(AGENDA.c.position, AGENDA.c.id)
    ).all()
    return MeetingPage(meeting, _matters(actor, meeting, items), _seats(meeting))


def _matters(actor: Actor, meeting: Meeting, items: Iterable[sa.Row[tuple[object, ...]]]) -> list[Matter]:
    rows = list(items)
    ids = [row.case_id for row in rows if row.case_id is not None]
    cases = _cases(actor, ids)
    entries, dues = _came(ids), _dues(ids)
    votes = _votes(meeting.id)
    restricted = set(
        db.session.scalars(
            sa.select(CASES.c.id).where(CASES.c.id.in_(ids), CASES.c.confidentiality == RESTRICTED)
        )
    )
    found = []
    for place, row in enumerate(rows, start=1):
        case = cases.get(row.case_id)
        folder = definition(case.definition_id) if case else None
        hidden = case is None and row.case_id in restricted
        found.append(
            Matter(
                item_id=row.id,
                position=place,
                title="" if hidden else case.title if case else row.title,
                is_case=row.case_id is not None,
                case_id=case.id if case else None,
                number=case.number if case else None,
                folder=folder,
                stage=case.stage if case else "",
                papers=_papers(folder, row.case_id, meeting, entries, dues) if folder else (),
                ballots=tuple(votes.get(row.case_id, ())) if case else (),
            )
        )
    return found


def _cases(actor: Actor, ids: Collection[int]) -> dict[int, sa.Row[tuple[object, ...]]]:
    columns = [CASES.c[name] for name in ("id", "definition_id", "number", "title", "stage")]
    rows = db.session.execute(sa.select(*columns).where(CASES.c.id.in_(ids), visible_to(actor)))
    return {row.id: row for row in rows}


def _came(ids: Collection[int]) -> dict[tuple[int, str], dt.date]:
    """(case, node) → the day of the latest entry, once nobody has the step before him any more."""
    awaited = sa.exists().where(
        TASKS.c.case_id == CaseEntry.case_id, TASKS.c.node == CaseEntry.node, TASKS.c.open
    )
    statement = (
        sa.select(CaseEntry.case_id, CaseEntry.node, sa.func.max(CaseEntry.entry_on))
        .where(CaseEntry.case_id.in_(ids), ~awaited)
        .group_by(CaseEntry.case_id, CaseEntry.node)
    )
    return {(case_id, node): day for case_id, node, day in db.session.execute(statement)}


def _dues(ids: Collection[int]) -> dict[tuple[int, str], dt.date]:
    """(case, clock) → its due date; of several the latest that began."""
    statement = sa.select(Clock.case_id, Clock.key, Clock.due_on).where(Clock.case_id.in_(ids))
    return {(case_id, key): due for case_id, key, due in db.session.execute(statement.order_by(Clock.id))}


def _papers(
    folder: Folder,
    case_id: int,
    meeting: Meeting,
    entries: Mapping[tuple[int, str], dt.date],
    dues: Mapping[tuple[int, str], dt.date],
) -> tuple[Paper, ...]:
    """The papers of a matter that this meeting needs: not those that are for a later one."""
    papers = (
        Paper(each, entries.get((case_id, each.node)), dues.get((case_id, each.clock)))
        for each in folder.materials
    )
    last = meeting.closes_on or dt.date.max
    return tuple(
        each
        for each in papers
        if (each.came_on and each.came_on <= last) or (each.due_on or dt.date.min) <= last
    )


def _votes(meeting_id: int) -> dict[int, list[BallotView]]:
    found: dict[int, list[BallotView]] = {}
    statement = sa.select(Ballot).where(Ballot.meeting_id == meeting_id).order_by(Ballot.id)
    for row in db.session.scalars(statement):
        found.setdefault(row.case_id, []).append(
            BallotView(
                row.id,
                row.node,
                row.meeting_id,
                None,
                row.threshold,
                row.members,
                row.present,
                row.counts,
                row.result,
                row.decision_id,
                row.evaluation_id,
                row.recorded_at,
            )
        )
    return found


def _seats(meeting: Meeting) -> list[Seat]:
    """Those called to a meeting of the standing committee: its members. Other meetings keep no list of seats."""
    if meeting.kind != STANDING_COMMITTEE:
        return []
    statement = (
        sa.select(User.id, User.name, Attendance.status)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Attendance, sa.and_(Attendance.user_id == User.id, Attendance.meeting_id == meeting.id))
        .where(
            User.congress_id == meeting.congress_id,
            Membership.role == STANDING_MEMBER,
            sa.or_(Membership.ended_at.is_(None), Attendance.status.is_not(None)),
        )
        .order_by(User.id)
        .distinct()
    )
    return [Seat(row.id, row.name, row.status or "") for row in db.session.execute(statement)]
