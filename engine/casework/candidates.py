"""Candidates: for whom a task is opened, by the place and role that the process names."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.facts import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    DEPUTIES,
    MEMBERSHIPS,
    ORGANIZATIONS,
    USERS,
    AssignmentFacts,
    CaseFacts,
    read,
)
from engine.casework.visibility import DELEGATION_STAFF
from engine.definitions.folder import Folder, TaskSpec
from models import Assignment, CaseAction, db
from models.base import among

REQUESTS: sa.Table = CaseAction.__table__  # type: ignore[assignment]

CONGRESS_KINDS = ("congress_office", "deputies_committee", "committee", "session_secretariat")

# Those that the government office assigns to; it cannot decide on what it handles itself.
GOVERNMENT_KINDS = ("department", "city_government")
ROUTER = "government_router"

_ROUTER = (
    sa.select(ORGANIZATIONS.c.id)
    .join(MEMBERSHIPS, MEMBERSHIPS.c.organization_id == ORGANIZATIONS.c.id)
    .where(
        ORGANIZATIONS.c.congress_id == sa.bindparam("of_congress"),
        ORGANIZATIONS.c.kind == "government_office",
        ORGANIZATIONS.c.active,
        MEMBERSHIPS.c.role == ROUTER,
        MEMBERSHIPS.c.ended_at.is_(None),
    )
    .order_by(ORGANIZATIONS.c.position, ORGANIZATIONS.c.id)
    .limit(1)
)
# A unit that was merged into another has its tasks done there.
_PRESENT = sa.select(sa.func.coalesce(ORGANIZATIONS.c.successor_id, ORGANIZATIONS.c.id)).where(
    ORGANIZATIONS.c.id == sa.bindparam("of_unit")
)
_USER_OF_DEPUTY = (
    sa.select(USERS.c.id)
    .join(DEPUTIES, DEPUTIES.c.user_id == USERS.c.id)
    .where(DEPUTIES.c.id == sa.bindparam("of_deputy"), USERS.c.active)
)
_OFFICE = (
    sa.select(ORGANIZATIONS.c.id)
    .join(MEMBERSHIPS, MEMBERSHIPS.c.organization_id == ORGANIZATIONS.c.id)
    .where(
        ORGANIZATIONS.c.congress_id == sa.bindparam("of_congress"),
        among(ORGANIZATIONS.c.kind, CONGRESS_KINDS),
        ORGANIZATIONS.c.active,
        MEMBERSHIPS.c.role == sa.bindparam("in_role"),
        MEMBERSHIPS.c.ended_at.is_(None),
    )
    .order_by(ORGANIZATIONS.c.position, ORGANIZATIONS.c.id)
    .limit(1)
)


_PENDING = (
    sa.select(REQUESTS.c.answers)
    .where(
        REQUESTS.c.case_id == sa.bindparam("of_case"),
        REQUESTS.c.key == sa.bindparam("of_key"),
        REQUESTS.c.settled_at.is_(None),
    )
    .order_by(REQUESTS.c.id.desc())
    .limit(1)
)
_OWN_PART = (
    sa.select(*ASSIGNMENT_COLUMNS)
    .where(
        ASSIGNMENTS.c.case_id == sa.bindparam("of_case"),
        ASSIGNMENTS.c.unit_id == sa.bindparam("of_unit"),
        ASSIGNMENTS.c.closed_at.is_(None),
    )
    .order_by(sa.case((ASSIGNMENTS.c.role == "co", 0), else_=1), ASSIGNMENTS.c.id)
)


@dataclass(slots=True)
class Candidate:
    """For whom a task is opened; `role` only where it is not the one the process names."""

    organization_id: int | None
    user_id: int | None
    assignee_id: int | None = None
    role: str = ""
    unit: AssignmentFacts | None = None  # whose part it is, where not that at hand


def candidate(case: CaseFacts, folder: Folder, spec: TaskSpec, unit: AssignmentFacts | None) -> Candidate:
    """Whom the task is for: the lead deputy, the unit at hand, or an office of the congress."""
    if spec.at == "asked_unit":
        return _asked_unit(case, spec)
    if spec.at == "organ":
        return Candidate(case.organ_id or office_of(case.congress_id, spec.role), None)
    if spec.at == "delegation":
        return Candidate(delegation_of(case), None)
    if spec.at == "lead_deputy" and case.status == "draft" and case.delegation_id is None:
        return Candidate(None, case.opened_by)  # what came on paper is handed in by whoever entered it
    if spec.at == "lead_deputy":
        return _for_lead_deputy(case, folder)
    if spec.at == "unit" and unit is not None:
        officer = unit.officer_id if spec.role == "case_officer" else None
        return Candidate(db.session.scalar(_PRESENT, {"of_unit": unit.unit_id}), None, officer)
    routes = spec.at == "government_office" or (spec.at == "assigning_body" and unit is not None)
    router = _router(case.congress_id, unit if spec.at == "assigning_body" else None) if routes else None
    if router is not None:
        return Candidate(router, None, role=ROUTER)
    return Candidate(office_of(case.congress_id, spec.role), None)


def _asked_unit(case: CaseFacts, spec: TaskSpec) -> Candidate:
    """The unit that the pending request names in its answers, with its own part in the case."""
    about = {"of_case": case.id, "of_key": str(spec.requires["settles"])}
    unit_id = (db.session.scalar(_PENDING, about) or {}).get("unit")
    row = db.session.execute(_OWN_PART, {"of_case": case.id, "of_unit": unit_id}).first()
    unit = read(AssignmentFacts, Assignment, row) if row else None
    return Candidate(unit_id, None, unit.officer_id if unit else None, unit=unit)


def _router(congress_id: int, unit: AssignmentFacts | None) -> int | None:
    """The government office, where somebody routes there and the unit, if one is named, is the government's."""
    if unit is not None:
        kind = db.session.scalar(sa.select(ORGANIZATIONS.c.kind).where(ORGANIZATIONS.c.id == unit.unit_id))
        if kind not in GOVERNMENT_KINDS:
            return None
    return db.session.scalar(_ROUTER, {"of_congress": congress_id})


def _for_lead_deputy(case: CaseFacts, folder: Folder) -> Candidate:
    """The lead deputy; one without an account is served by the officers who enter what comes on paper (代填)."""
    if case.delegation_id is not None:
        return Candidate(case.delegation_id, None, role=DELEGATION_STAFF)
    user_id = db.session.scalar(_USER_OF_DEPUTY, {"of_deputy": case.lead_deputy_id})
    if user_id is not None:
        return Candidate(None, user_id)
    for role in sorted(folder.opened_by):
        office = office_of(case.congress_id, role)
        if office is not None:
            return Candidate(office, None, role=role)
    return Candidate(None, case.opened_by)


def delegation_of(case: CaseFacts) -> int | None:
    """The delegation of the case's lead deputy, or the one in whose name it was put forward."""
    if case.delegation_id is not None:
        return case.delegation_id
    return db.session.scalar(sa.select(DEPUTIES.c.delegation_id).where(DEPUTIES.c.id == case.lead_deputy_id))


def has_staff(delegation_id: int | None) -> bool:
    """Whether anybody looks at the delegation's papers before they are handed in."""
    held = sa.exists().where(
        MEMBERSHIPS.c.organization_id == delegation_id,
        MEMBERSHIPS.c.role == DELEGATION_STAFF,
        MEMBERSHIPS.c.ended_at.is_(None),
    )
    return delegation_id is not None and bool(db.session.scalar(sa.select(held)))


def office_of(congress_id: int, role: str) -> int | None:
    """The first organ of the congress, in order of precedence, in which somebody holds the role."""
    return db.session.scalar(_OFFICE, {"of_congress": congress_id, "in_role": role})
