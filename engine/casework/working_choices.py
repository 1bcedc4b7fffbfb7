"""What a form of a case offers out of what has been done in it: its group, what was found, its problems."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.casework.facts import DEPUTIES, MEMBERSHIPS, ORGANIZATIONS, USERS, CaseFacts
from models import CaseEntry, Congress, Problem, db

CONGRESSES: sa.Table = Congress.__table__  # type: ignore[assignment]
ENTRIES: sa.Table = CaseEntry.__table__  # type: ignore[assignment]
PROBLEMS: sa.Table = Problem.__table__  # type: ignore[assignment]

OWN_ORGANS = ("congress_office", "deputies_committee", "committee")
SHOWN = 40  # characters of what is picked
MEMBERS = ("committee_officer", "standing_member")

Offered = Mapping[int, str]


def _rows(statement: sa.Select[tuple[int, str]] | sa.Select[tuple[int, str, str]]) -> Offered:
    return {row[0]: "".join(part for part in row[1:]) for row in db.session.execute(statement)}


def members_of_congress(case: CaseFacts) -> Offered:
    """Members of the standing committee and of its committees, of whom a group is made (监督法 art. 33)."""
    at = sa.literal("（") + ORGANIZATIONS.c.short_name + sa.literal("）")
    statement = (
        sa.select(USERS.c.id, USERS.c.name, at)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.user_id == USERS.c.id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == MEMBERSHIPS.c.organization_id)
        .where(
            USERS.c.congress_id == case.congress_id,
            USERS.c.active,
            MEMBERSHIPS.c.ended_at.is_(None),
            MEMBERSHIPS.c.role.in_(MEMBERS),
            ORGANIZATIONS.c.kind.in_(OWN_ORGANS),
        )
        .order_by(ORGANIZATIONS.c.position, USERS.c.name)
    )
    return _rows(statement)


def deputies_to_invite(case: CaseFacts) -> Offered:
    """Deputies of this congress in office who have an account: user id → name and delegation."""
    at = sa.literal("（") + ORGANIZATIONS.c.short_name + sa.literal("）")
    statement = (
        sa.select(USERS.c.id, DEPUTIES.c.name, at)
        .join(DEPUTIES, DEPUTIES.c.user_id == USERS.c.id)
        .join(ORGANIZATIONS, ORGANIZATIONS.c.id == DEPUTIES.c.delegation_id)
        .where(DEPUTIES.c.congress_id == case.congress_id, DEPUTIES.c.status == "in_office", USERS.c.active)
        .order_by(ORGANIZATIONS.c.position, DEPUTIES.c.name)
    )
    return _rows(statement)


def congresses_below(case: CaseFacts) -> Offered:
    """The people's congresses directly below this one."""
    below = CONGRESSES.c.parent_id == case.congress_id
    return _rows(sa.select(CONGRESSES.c.id, CONGRESSES.c.name).where(below).order_by(CONGRESSES.c.code))


def people(case: CaseFacts, role: str) -> Offered:
    """Whom a group may have: deputies, or members of the standing committee and the committees."""
    return deputies_to_invite(case) if role == "deputies" else members_of_congress(case)


def entries(case: CaseFacts, role: str) -> Offered:
    """What the step `role` has put on record, with its day and the beginning of its longest words."""
    found = sa.select(ENTRIES.c.id, ENTRIES.c.entry_on, ENTRIES.c.answers).where(
        ENTRIES.c.case_id == case.id, ENTRIES.c.node == role
    )
    offered = {}
    for id_, on, answers in db.session.execute(found.order_by(ENTRIES.c.id)):
        words = max((each for each in answers.values() if isinstance(each, str)), key=len, default="")
        offered[id_] = f"{on:%m-%d} {words[:SHOWN]}"
    return offered


def problems(case: CaseFacts, assignment_id: int | None, role: str) -> Offered:
    """The problems that stand as `role` names, of one unit's part where the form is filled in for one."""
    statement = sa.select(
        PROBLEMS.c.id,
        sa.cast(PROBLEMS.c.ordinal, sa.String) + sa.literal(". "),
        sa.func.substr(PROBLEMS.c.text, 1, SHOWN),
    ).where(PROBLEMS.c.case_id == case.id, PROBLEMS.c.status.in_(role.split(",")))
    if assignment_id is not None:
        statement = statement.where(PROBLEMS.c.assignment_id == assignment_id)
    return _rows(statement.order_by(PROBLEMS.c.ordinal))
