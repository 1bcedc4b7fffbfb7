"""Which cases a person may know of: the one condition for lists, searches and single cases."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASES, TASKS
from engine.casework.sittings import STANDING_COMMITTEE
from engine.foundation.actor import Actor
from models import AgendaItem, CaseMember, CaseViewer, Cosignature, Meeting, Organization

# Whoever holds one of these in an organization of the congress sees all its cases that have left the deputy's hands.
OVERSEEING = frozenset({"intake_officer", "intake_reviewer", "assigner", "supervisor", "government_router"})
RESTRICTED = "restricted"
DELEGATION_STAFF = "delegation_staff"
ARCHIVIST = "archivist"
UNIT_ROLES = frozenset({"registrar", "case_officer", "approver", "head"})
# See what their organ is in charge of, or has had in hand.
ORGAN_ROLES = frozenset({"committee_officer", "filing_officer", "budget_reviewer"})
MEETING_OFFICER = "meeting_officer"  # sees what is, or was, before a meeting
STANDING_MEMBER = "standing_member"  # reads what the standing committee is to deliberate on


@lru_cache(
    maxsize=512
)  # making it anew took longer than asking the database; it follows from the actor alone
def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The one condition for lists and single cases: which cases of his congress the actor may see.

    A draft: its author, lead deputy and those invited to co-sign. Afterwards also the congress's offices, the units it
    is assigned to (or what these were merged into) and those that answer it with another case, and confirmed
    co-signers; what is over, the archivist. The organ in charge, those who prepare meetings, and the members of the
    standing committee see what is theirs to deal with.
    """
    mine = [CASES.c.opened_by == actor.user_id]
    if actor.deputy_id is not None:
        mine.append(CASES.c.lead_deputy_id == actor.deputy_id)
        mine.append(CASES.c.id.in_(_cosigned(actor.deputy_id)))
    if actor.roles & OVERSEEING:
        mine.append(CASES.c.status != "draft")
    if ARCHIVIST in actor.roles:
        mine.append(CASES.c.status.not_in(("draft", "open")))
    delegations = [seat.organization_id for seat in actor.seats if seat.role == DELEGATION_STAFF]
    if delegations:
        mine.append(CASES.c.delegation_id.in_(delegations))
        mine.append(CASES.c.id.in_(_at_delegations(delegations)))
    mine += _of_meetings_and_organs(actor)
    units = {seat.organization_id for seat in actor.seats if seat.role in UNIT_ROLES}
    if units:
        merged = sa.select(Organization.id).where(Organization.successor_id.in_(units))
        own = sa.or_(ASSIGNMENTS.c.unit_id.in_(units), ASSIGNMENTS.c.unit_id.in_(merged))
        assigned = sa.select(ASSIGNMENTS.c.case_id).where(own)
        mine.append(CASES.c.id.in_(assigned))
        # The few that are merged are looked at by themselves: the unit's cases are not gathered twice for all others.
        merged_here = CASES.c.merged_into_id.is_not(None), CASES.c.merged_into_id.in_(assigned)
        mine.append(sa.and_(*merged_here))
    known = sa.or_(CASES.c.confidentiality != RESTRICTED, *_circle(actor))
    return sa.and_(CASES.c.congress_id == actor.congress_id, sa.or_(*mine, _admitted(actor)), known)


def _of_meetings_and_organs(actor: Actor) -> list[sa.ColumnElement[bool]]:
    mine: list[sa.ColumnElement[bool]] = []
    seats = [seat for seat in actor.seats if seat.role in ORGAN_ROLES or seat.role == MEETING_OFFICER]
    if seats:
        had = sa.or_(
            *(
                sa.and_(TASKS.c.organization_id == seat.organization_id, TASKS.c.role == seat.role)
                for seat in seats
            )
        )
        mine.append(CASES.c.id.in_(sa.select(TASKS.c.case_id).where(had)))
    organs = {seat.organization_id for seat in seats if seat.role in ORGAN_ROLES}
    if organs:
        mine.append(sa.and_(CASES.c.organ_id.in_(organs), CASES.c.status != "draft"))
    if MEETING_OFFICER in actor.roles:
        mine.append(CASES.c.id.in_(_on_agendas()))
    if STANDING_MEMBER in actor.roles:
        mine.append(CASES.c.id.in_(_on_agendas(STANDING_COMMITTEE)))
    return mine


def _on_agendas(kind: str | None = None) -> sa.Select[Any]:
    statement = sa.select(AgendaItem.case_id).where(
        AgendaItem.case_id.is_not(None), AgendaItem.removed_at.is_(None)
    )
    if kind is None:
        return statement
    return statement.join(Meeting, Meeting.id == AgendaItem.meeting_id).where(Meeting.kind == kind)


def _circle(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """Who may know of a restricted case (知悉范围): its proposers, whoever works or worked on it, and those admitted.

    That one's office oversees cases, or that one's unit handles it, is not enough.
    """
    at_seat = [
        sa.and_(TASKS.c.open, TASKS.c.organization_id == seat.organization_id, TASKS.c.role == seat.role)
        for seat in actor.seats
    ]
    hands = sa.or_(
        TASKS.c.user_id == actor.user_id,
        TASKS.c.assignee_id == actor.user_id,
        TASKS.c.closed_by == actor.user_id,
        *at_seat,
    )
    circle = [
        CASES.c.opened_by == actor.user_id,
        _admitted(actor),
        sa.exists().where(TASKS.c.case_id == CASES.c.id, hands),
    ]
    if actor.deputy_id is not None:
        circle += [CASES.c.lead_deputy_id == actor.deputy_id, CASES.c.id.in_(_cosigned(actor.deputy_id))]
    return circle


def _admitted(actor: Actor) -> sa.ColumnElement[bool]:
    """Admitted to know of it, or of the group at work on it."""
    grouped = CaseMember.user_id == actor.user_id, CaseMember.ended_at.is_(None)
    admitted = sa.select(CaseViewer.case_id).where(CaseViewer.user_id == actor.user_id)
    return CASES.c.id.in_(admitted.union_all(sa.select(CaseMember.case_id).where(*grouped)))


def _at_delegations(delegations: list[int]) -> sa.Select[Any]:
    """What lies or lay with the staff of these delegations."""
    return sa.select(TASKS.c.case_id).where(
        TASKS.c.organization_id.in_(delegations), TASKS.c.role == DELEGATION_STAFF
    )


def _cosigned(deputy_id: int) -> sa.Select[Any]:
    return sa.select(Cosignature.case_id).where(
        Cosignature.deputy_id == deputy_id, Cosignature.status.in_(("invited", "confirmed"))
    )
