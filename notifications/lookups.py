"""What the rows tell about many happenings at once: the facts for the texts, and the people; few queries for all.

A sweep tells a thousand clocks in one operation. Whoever a word means by his place depends on the unit and not on the
case, so that the clocks of one unit ask for its people once.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from models import Assignment, Case, Congress, Deputy, Organization, Task, User
from notifications.places import ACTOR, ASSIGNMENT, CASE, CONGRESS, TASK, UNDER_KEY
from notifications.recipients import Context, Recipient, people

Found = dict[str, list[Recipient]]

# Words that mean the same people for every happening of one unit, however many cases it has.
BY_PLACE = ("unit.", "congress.", "government_office.", "actor")
KEY = "key_committee."

DELEGATION = sa.orm.aliased(Organization)  # whose suggestion it is, where no deputy leads it

OF_CONGRESS = (Congress.name.label("congress"), Congress.contact_phone, User.name.label("actor"))
OF_CASE = (
    Case.number.label("case_number"),
    Case.title.label("case_title"),
    Case.round,
    Case.confidentiality,
    Case.key_status,
    sa.func.coalesce(
        Deputy.name, sa.select(DELEGATION.name).where(DELEGATION.id == Case.delegation_id).scalar_subquery()
    ).label("deputy"),
)
OF_UNIT = (Organization.name.label("unit"),)
OF_TASK = (Task.name.label("task"), Task.due_on)
SEAT = (Assignment.id.label("assignment_id"), Assignment.unit_id, Assignment.officer_id)
# What is told about → its facts.
LEVELS = (
    ("congress_id", [column.key for column in OF_CONGRESS]),
    ("case_id", [column.key for column in OF_CASE]),
    ("assignment_id", [column.key for column in OF_UNIT]),
    ("task_id", [column.key for column in OF_TASK]),
)


@dataclass(slots=True)
class Facts:
    """The facts of several happenings, by what they are about; `seats` is the unit and officer of an assignment."""

    known: dict[str, dict[int, dict[str, Any]]] = field(
        default_factory=lambda: {name: {} for name, _ in LEVELS}
    )
    seats: dict[int, tuple[int, int | None]] = field(default_factory=dict)

    def about(self, context: Context) -> dict[str, Any]:
        """What the texts may say of a happening: None where it is about no such thing."""
        facts: dict[str, Any] = {}
        for level, keys in LEVELS:
            facts |= self.known[level].get(getattr(context, level)) or dict.fromkeys(keys)
        return facts

    def keep(self, rows: Iterable[sa.RowMapping], levels: Collection[str]) -> None:
        """Take over the rows of a query that tells about these levels."""
        for row in rows:
            for level, keys in LEVELS:
                if level in levels and row[level] is not None:
                    self.known[level].setdefault(row[level], {key: row[key] for key in keys})
            if "task_id" in levels and row["due_on"] == dt.date.max:  # no clock runs for the task
                self.known["task_id"][row["task_id"]]["due_on"] = None
            if "assignment_id" in levels and row["assignment_id"] is not None:
                self.seats[row["assignment_id"]] = row["unit_id"], row["officer_id"]


def facts_of(connection: sa.Connection, contexts: Sequence[Context]) -> Facts:
    """The facts of these happenings, which one actor has brought about: one query for one, or for all of a level."""
    found = Facts()
    several = [context for context in contexts if context.case_id is not None]
    if len(several) > 1:
        for level, statement in _of_many().items():
            ids = {getattr(context, level) for context in several} - {None}
            if ids:
                about = {"ids": sorted(ids), "actor_user_id": several[0].actor_user_id}
                levels = {level, "congress_id"} if level == "case_id" else {level}
                found.keep(connection.execute(statement, about).mappings(), levels)
    for context in contexts:
        if context.case_id is None or len(several) == 1:
            found.keep(connection.execute(_of_one(), context.bound()).mappings(), found.known)
    return found


@functools.cache
def _of_one() -> sa.Select[*tuple[Any, ...]]:
    """Everything that the rows themselves tell about a happening, in one row."""
    ids = Congress.id.label("congress_id"), Case.id.label("case_id"), Task.id.label("task_id")
    return (
        sa.select(*ids, *SEAT, *OF_CONGRESS, *OF_CASE, *OF_UNIT, *OF_TASK)
        .select_from(Congress)
        .outerjoin(Case, Case.id == CASE)
        .outerjoin(Deputy, Deputy.id == Case.lead_deputy_id)
        .outerjoin(Assignment, Assignment.id == ASSIGNMENT)
        .outerjoin(Organization, Organization.id == Assignment.unit_id)
        .outerjoin(Task, Task.id == TASK)
        .outerjoin(User, User.id == ACTOR)
        .where(Congress.id == CONGRESS)
    )


@functools.cache
def _of_many() -> dict[str, sa.Select[*tuple[Any, ...]]]:
    """The same about many cases, units and tasks. In one statement SQLite would try every unit on every case."""
    ids: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
    cases = (
        sa.select(Congress.id.label("congress_id"), Case.id.label("case_id"), *OF_CONGRESS, *OF_CASE)
        .select_from(Case)
        .join(Congress, Congress.id == Case.congress_id)
        .outerjoin(Deputy, Deputy.id == Case.lead_deputy_id)
        .outerjoin(User, User.id == ACTOR)
    )
    units = sa.select(*SEAT, *OF_UNIT).join_from(
        Assignment, Organization, Organization.id == Assignment.unit_id
    )
    tasks = sa.select(Task.id.label("task_id"), *OF_TASK)
    return {
        "case_id": cases.where(Case.id.in_(ids)),
        "assignment_id": units.where(Assignment.id.in_(ids)),
        "task_id": tasks.where(Task.id.in_(ids)),
    }


@dataclass(slots=True)
class Asking:
    """The people of several happenings of one actor on one day, asked for once where they must be the same."""

    connection: sa.Connection
    facts: Facts
    on: dt.date
    several: bool
    known: dict[tuple[object, ...], Found] = field(default_factory=dict)

    def people(self, words: Collection[str], context: Context) -> Found:
        """The people each word means for this happening."""
        idle = {word for word in words if word.startswith(KEY)} if not self._is_key(context) else set()
        return dict.fromkeys(idle, []) | self._people(set(words) - idle, context)

    def _is_key(self, context: Context) -> bool:
        """Few cases have a committee over them: the others are not asked for it."""
        return bool(self.facts.about(context)["key_status"] == UNDER_KEY)

    def _people(self, words: Collection[str], context: Context) -> Found:
        seat = self.facts.seats.get(context.assignment_id or 0)
        if not self.several or seat is None:
            return people(self.connection, words, context, self.on)
        shared = frozenset(word for word in words if word.startswith(BY_PLACE))
        alike = shared, context.congress_id, *seat
        if alike not in self.known:
            self.known[alike] = people(self.connection, shared, context, self.on)
        return self.known[alike] | people(self.connection, set(words) - shared, context, self.on)
