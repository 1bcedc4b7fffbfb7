"""What steps have put on record: who may read an entry, a problem, and the files that came along."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Protocol

import sqlalchemy as sa

from engine.casework.access import sees
from engine.casework.facts import ASSIGNMENTS, CaseFacts
from engine.casework.groups import belongs
from engine.casework.problems import CARRIED, PROBLEMS, STEPS
from engine.casework.visibility import UNIT_ROLES
from engine.definitions.crosschecks import GROUP
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.foundation.actor import Actor
from models import CaseEntry, Organization, db

ENTRIES: sa.Table = CaseEntry.__table__  # type: ignore[assignment]
PROBLEM = "problem"  # the type of a field in which problems are picked
WHOSE = tuple(
    ENTRIES.c[name] for name in ("id", "node", "entered_by", "assignment_id")
)  # what Reader asks of one


class Kept(Protocol):
    """An entry as the columns WHOSE tell of it."""

    @property
    def id(self) -> int: ...
    @property
    def node(self) -> str: ...
    @property
    def entered_by(self) -> int | None: ...
    @property
    def assignment_id(self) -> int | None: ...


_PRESENT_UNIT = sa.func.coalesce(Organization.successor_id, Organization.id)


def spec_of_entry(folder: Folder, node: str) -> TaskSpec | ActionSpec | None:
    """The step that left it; None where the case's version has it no more."""
    return folder.tasks.get(node) or folder.actions.get(node)


class Reader:
    """One who sees a case, before what is on record in it.

    An entry that its step keeps among some roles (`seen_by`) is for them and its author. Who sees the case only from a
    unit at work on it knows of that unit's problems, and of the entries about these, not of other units'. Files that
    their step keeps (`files_for`) are opened by these roles, by the author and by the unit whose part they are of.
    """

    def __init__(self, actor: Actor, case: CaseFacts, folder: Folder) -> None:
        self.actor = actor
        self.case = case
        self.folder = folder

    def reads(self, entry: Kept) -> bool:
        """Whether an entry of the case is for this reader."""
        return self._among(entry, "seen_by") and entry.id not in self._about_others

    def opens_files_of(self, entry: Kept) -> bool:
        """Whether the files that came with an entry are for this reader."""
        return self.reads(entry) and (
            entry.assignment_id in self._own_parts or self._among(entry, "files_for")
        )

    def opens_files_of_id(self, entry_id: int | None) -> bool:
        """The same of an entry that must be the case's own."""
        entry = db.session.execute(
            sa.select(*WHOSE).where(ENTRIES.c.id == entry_id, ENTRIES.c.case_id == self.case.id)
        ).one_or_none()
        return entry is not None and self.opens_files_of(entry)

    def knows_of(self, problem_id: int) -> bool:
        """Whether a problem of the case is this reader's business."""
        return self.problems is None or problem_id in self.problems

    @cached_property
    def problems(self) -> frozenset[int] | None:
        """The ids of the problems that are this reader's business; None: all of the case's are."""
        if not self._units or not self._lists_problems or self._sees_beyond_his_unit:
            return None
        statement = (
            sa.select(PROBLEMS.c.id)
            .join(Organization, Organization.id == PROBLEMS.c.unit_id)
            .where(
                PROBLEMS.c.case_id == self.case.id,
                sa.or_(PROBLEMS.c.assignment_id.is_not(None), PROBLEMS.c.status == CARRIED),
                _PRESENT_UNIT.in_(self._units),
            )
        )
        return frozenset(db.session.scalars(statement))

    def _among(self, entry: Kept, demand: str) -> bool:
        spec = spec_of_entry(self.folder, entry.node)
        among = frozenset(spec.requires.get(demand, ())) if spec else frozenset()
        return not among or entry.entered_by == self.actor.user_id or bool(among & self._present)

    @cached_property
    def _present(self) -> frozenset[str]:
        """The reader's roles, and `group` where he belongs to the case's group."""
        return self.actor.roles | ({GROUP} if belongs(self.actor, self.case.id) else set())

    @cached_property
    def _units(self) -> frozenset[int]:
        return frozenset(seat.organization_id for seat in self.actor.seats if seat.role in UNIT_ROLES)

    @cached_property
    def _lists_problems(self) -> bool:
        return any(each.type == PROBLEM for form in self.folder.forms.values() for each in form.fields)

    @cached_property
    def _sees_beyond_his_unit(self) -> bool:
        """Whether he would see the case without his seats in units at work on it."""
        others = tuple(seat for seat in self.actor.seats if seat.role not in UNIT_ROLES)
        return sees(replace(self.actor, seats=others), self.case.id)

    @cached_property
    def _own_parts(self) -> frozenset[int]:
        """The parts of the case that are or were the reader's units'."""
        if not self._units:
            return frozenset()
        statement = (
            sa.select(ASSIGNMENTS.c.id)
            .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
            .where(ASSIGNMENTS.c.case_id == self.case.id, _PRESENT_UNIT.in_(self._units))
        )
        return frozenset(db.session.scalars(statement))

    @cached_property
    def _about_others(self) -> frozenset[int]:
        """The entries about problems of which none is this reader's business."""
        if self.problems is None:
            return frozenset()
        statement = (
            sa.select(STEPS.c.entry_id, STEPS.c.problem_id)
            .join(PROBLEMS, PROBLEMS.c.id == STEPS.c.problem_id)
            .where(PROBLEMS.c.case_id == self.case.id, STEPS.c.entry_id.is_not(None))
        )
        about = db.session.execute(statement).all()
        own = {row.entry_id for row in about if row.problem_id in self.problems}
        return frozenset(row.entry_id for row in about) - own
