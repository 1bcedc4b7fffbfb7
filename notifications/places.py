"""The places of recipient words, and what every statement about a happening is bound to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models import Assignment, Case, KeySupervision, Organization, Task
from models.base import among

# A statement that gives ids of users; those told for an office also whom they stand in for, and the organization.
Ids = sa.Select[*tuple[Any, ...]]

# What a happening is about; bound anew for each execution of the same statement.
CONGRESS = sa.bindparam("congress_id", type_=sa.BigInteger)
CASE = sa.bindparam("case_id", type_=sa.BigInteger)
ASSIGNMENT = sa.bindparam("assignment_id", type_=sa.BigInteger)
TASK = sa.bindparam("task_id", type_=sa.BigInteger)
ACTOR = sa.bindparam("actor_user_id", type_=sa.BigInteger)
TODAY = sa.bindparam("today", type_=sa.Date)
UNDER_KEY = "designated"  # what Case.key_status says of a case under key supervision
GOVERNMENT = ("government_office", "department", "city_government")


def _present_unit() -> sa.ColumnElement[Any]:
    """The unit of an assignment, or the one that it was merged into."""
    became = sa.select(Organization.successor_id).where(Organization.id == Assignment.unit_id)
    return sa.func.coalesce(became.correlate(Assignment).scalar_subquery(), Assignment.unit_id)


def _unit() -> Ids:
    return sa.select(_present_unit()).where(Assignment.id == ASSIGNMENT)


def _units(*roles: str) -> Ids:
    other = aliased(Assignment)
    any_open = sa.exists().where(other.case_id == CASE, other.closed_at.is_(None))
    at_work = Assignment.closed_at.is_(None)
    # A co-handling unit is done with its opinion and still concerned; the others are done with the case.
    done = Assignment.status == "closed"
    finished = sa.and_(done, sa.or_(Assignment.role == "co", ~any_open))
    return sa.select(_present_unit()).where(
        Assignment.case_id == CASE, among(Assignment.role, roles), sa.or_(at_work, finished)
    )


def _congress() -> Ids:
    return sa.select(Organization.id).where(Organization.congress_id == CONGRESS)


def _government_office() -> Ids:
    """The government offices, where the assignment at hand (else any of the case) lies with the government.

    Also where the case waits for them to name its units.
    """
    unit = aliased(Organization)
    lies_there = (
        sa.exists()
        .where(Assignment.case_id == CASE, sa.or_(ASSIGNMENT.is_(None), Assignment.id == ASSIGNMENT))
        .where(unit.id == Assignment.unit_id, among(unit.kind, GOVERNMENT))
    )
    waits_there = sa.exists().where(Task.case_id == CASE, Task.open, Task.role == "government_router")
    return _congress().where(Organization.kind == "government_office", sa.or_(lies_there, waits_there))


def _key_committee() -> Ids:
    """The committee that supervises the case while it is under key supervision (重点督办)."""
    return (
        sa.select(KeySupervision.committee_id)
        .join(Case, Case.id == KeySupervision.case_id)
        .where(Case.id == CASE, Case.key_status == UNDER_KEY)
    )


def _organ() -> Ids:
    """The committee or office in charge of the case."""
    return sa.select(Case.organ_id).where(Case.id == CASE, Case.organ_id.is_not(None))


def _delegation() -> Ids:
    """The delegation at which the case lies to be checked, or lay until it was withdrawn."""
    here = sa.or_(Task.open, Task.outcome == "withdrawn")
    return sa.select(Task.organization_id).where(Task.case_id == CASE, Task.role == "delegation_staff", here)


PLACES: Mapping[str, Callable[[], Ids]] = {
    "unit": _unit,
    "units": functools.partial(_units, "lead", "co", "separate"),
    "lead_unit": functools.partial(_units, "lead", "separate"),
    "co_units": functools.partial(_units, "co"),
    "congress": _congress,
    "government_office": _government_office,
    "key_committee": _key_committee,
    "organ": _organ,
    "delegation": _delegation,
}
