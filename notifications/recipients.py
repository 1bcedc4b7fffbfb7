"""Who is told: the recipient words of notices.toml and the people they mean.

A word is one of `PERSONS`, or `<place>.<role>`: whoever holds the role in an organization of that place.

| place | organizations |
|---|---|
| `unit` | the unit of the assignment at hand |
| `units` | all units of the case |
| `lead_unit` | those that answer the deputy: lead or separate |
| `co_units` | the co-handling ones |
| `congress` | every organization of the congress |
| `government_office` | its government offices |

The units of a case are those whose assignment is open, or, once none is, those whose assignment was closed.
`unit.case_officer` is the officer named for the assignment where there is one. Only active users of the
case's own congress are ever found.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models import Assignment, Case, Cosignature, Deputy, Membership, Organization, Task, User, Watch

WORD = re.compile(r"[a-z][a-z_]*")

Ids = sa.Select[Any]  # a statement that gives one column of ids

# What a happening is about; bound anew for each execution of the same statement.
CONGRESS = sa.bindparam("congress_id", type_=sa.BigInteger)
CASE = sa.bindparam("case_id", type_=sa.BigInteger)
ASSIGNMENT = sa.bindparam("assignment_id", type_=sa.BigInteger)
TASK = sa.bindparam("task_id", type_=sa.BigInteger)
ACTOR = sa.bindparam("actor_user_id", type_=sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Context:
    """What a happening is about. `values` are facts for the texts beyond those that the rows themselves tell.

    `occurrence` tells this happening from an equal one of the same subject (the operation, the n-th warning):
    people are told once per occurrence.
    """

    congress_id: int
    case_id: int | None = None
    assignment_id: int | None = None
    task_id: int | None = None
    actor_user_id: int | None = None
    occurrence: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def bound(self) -> dict[str, int | None]:
        """The parameters of this module's and the facts' statements."""
        return {
            "congress_id": self.congress_id,
            "case_id": self.case_id,
            "assignment_id": self.assignment_id,
            "task_id": self.task_id,
            "actor_user_id": self.actor_user_id,
        }


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to be told, with what is needed to tell him."""

    user_id: int
    name: str
    email: str
    locale: str


def problem_with(word: str, roles: Collection[str] | None = None) -> str:
    """Why `word` names nobody, or nothing; with `roles`, the role must be one of them."""
    if word in PERSONS:
        return ""
    place, _, role = word.partition(".")
    if place not in PLACES or not WORD.fullmatch(role):
        return f"unknown recipient {word!r}"
    if roles is not None and role not in roles:
        return f"unknown role in recipient {word!r}"
    return ""


def people(connection: sa.Connection, words: Iterable[str], context: Context) -> dict[str, list[Recipient]]:
    """The people each word means, each list by user id; one query for all words."""
    wanted = tuple(sorted(set(words)))
    found: dict[str, list[Recipient]] = {word: [] for word in wanted}
    if wanted:
        for row in connection.execute(_statement(wanted), context.bound()):
            found[row.word].append(Recipient(row.id, row.name, row.email, row.locale))
    return found


@functools.lru_cache(maxsize=256)
def _statement(words: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """One statement for a set of words, made once."""
    parts = [
        sa.select(sa.literal(word).label("word"), _users(word).subquery().c[0].label("id")) for word in words
    ]
    meant = sa.union(*parts).subquery() if len(parts) > 1 else parts[0].distinct().subquery()
    return (
        sa.select(meant.c.word, User.id, User.name, User.email, User.locale)
        .join_from(meant, User, User.id == meant.c.id)
        .where(User.congress_id == CONGRESS, User.active)
        .order_by(meant.c.word, User.id)
    )


def _users(word: str) -> Ids:
    if word in PERSONS:
        return PERSONS[word]()
    if word == "unit.case_officer":
        return _case_officer()
    place, _, role = word.partition(".")
    return _holders(role).where(Membership.organization_id.in_(PLACES[place]()))


def _holders(role: str) -> Ids:
    return sa.select(Membership.user_id).where(Membership.role == role, Membership.ended_at.is_(None))


# Persons


def _lead_deputy() -> Ids:
    return sa.select(Deputy.user_id).join(Case, Case.lead_deputy_id == Deputy.id).where(Case.id == CASE)


def _deputies_asked(status: str) -> Ids:
    """The deputies whose co-signature on the present text stands so."""
    return (
        sa.select(Deputy.user_id)
        .join(Cosignature, Cosignature.deputy_id == Deputy.id)
        .join(Case, sa.and_(Case.id == Cosignature.case_id, Case.text_version == Cosignature.text_version))
        .where(Case.id == CASE, Cosignature.status == status)
    )


def _actor() -> Ids:
    return sa.select(User.id).where(User.id == ACTOR)


def _watchers() -> Ids:
    return sa.select(Watch.user_id).where(Watch.case_id == CASE)


def _candidates() -> Ids:
    """Those who may take the task: the person meant, or whoever holds its role in its organization."""
    meant = sa.select(sa.func.coalesce(Task.assignee_id, Task.user_id).label("user_id")).where(
        Task.id == TASK
    )
    holders = (
        sa.select(Membership.user_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .join(Task, Task.role == Membership.role)
        .where(
            Task.id == TASK,
            Task.user_id.is_(None),
            Task.assignee_id.is_(None),
            Membership.ended_at.is_(None),
            Organization.congress_id == CONGRESS,
            sa.or_(Task.organization_id.is_(None), Task.organization_id == Membership.organization_id),
        )
    )
    either = sa.union_all(meant, holders).subquery()
    return sa.select(either.c.user_id)


def _case_officer() -> Ids:
    """The officer of the assignment at hand, or, before one is named, the unit's case officers."""
    named = sa.select(Assignment.officer_id.label("user_id")).where(Assignment.id == ASSIGNMENT)
    unnamed = PLACES["unit"]().where(Assignment.officer_id.is_(None))
    holders = _holders("case_officer").where(Membership.organization_id.in_(unnamed))
    either = sa.union_all(named, holders).subquery()
    return sa.select(either.c.user_id)


PERSONS: Mapping[str, Callable[[], Ids]] = {
    "lead_deputy": _lead_deputy,
    "cosigners": functools.partial(_deputies_asked, "confirmed"),
    "invited": functools.partial(_deputies_asked, "invited"),
    "actor": _actor,
    "watchers": _watchers,
    "candidates": _candidates,
}


# Places


def _unit() -> Ids:
    return sa.select(Assignment.unit_id).where(Assignment.id == ASSIGNMENT)


def _units(*roles: str) -> Ids:
    other = aliased(Assignment)
    any_open = sa.exists().where(other.case_id == CASE, other.closed_at.is_(None))
    at_work = Assignment.closed_at.is_(None)
    finished = sa.and_(Assignment.status == "closed", ~any_open)
    return sa.select(Assignment.unit_id).where(
        Assignment.case_id == CASE, Assignment.role.in_(roles), sa.or_(at_work, finished)
    )


def _organizations(*kinds: str) -> Ids:
    chosen = sa.select(Organization.id).where(Organization.congress_id == CONGRESS)
    return chosen.where(Organization.kind.in_(kinds)) if kinds else chosen


PLACES: Mapping[str, Callable[[], Ids]] = {
    "unit": _unit,
    "units": functools.partial(_units, "lead", "co", "separate"),
    "lead_unit": functools.partial(_units, "lead", "separate"),
    "co_units": functools.partial(_units, "co"),
    "congress": _organizations,
    "government_office": functools.partial(_organizations, "government_office"),
}
