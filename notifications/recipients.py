"""Who is told: the recipient words of notices.toml and the people they mean.

A word is one of `PERSONS`, or `<place>.<role>`: whoever holds the role in an organization of that place.

| place | organizations |
|---|---|
| `unit` | the unit of the assignment at hand |
| `units` | all units of the case |
| `lead_unit` | those that answer the deputy: lead or separate |
| `co_units` | the co-handling ones |
| `congress` | every organization of the congress |
| `organ` | the committee or office in charge of the case |
| `key_committee` | the committee that supervises a case under key supervision (重点督办) |
| `delegation` | the one whose staff check the case, or did until it was withdrawn |
| `government_office` | its government offices, where a unit of the government handles the case |

The units of a case are those whose assignment is open, or, once none is, those whose assignment was closed.
`unit.case_officer` is the officer named for the assignment where there is one. While somebody is absent, his
substitute (A/B角) is told beside him of what concerns his roles. Only active users of the case's own congress are
ever found.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from models import (
    Assignment,
    Case,
    CaseMember,
    CorrespondenceSetting,
    Cosignature,
    Deputy,
    Membership,
    Organization,
    Substitution,
    Task,
    User,
    Watch,
)
from models.base import one_of
from notifications.places import ACTOR, ASSIGNMENT, CASE, CONGRESS, PLACES, TASK, TODAY, Ids
from notifications.wishes import COLUMNS, DEFAULT, Wishes, wishes_in

WORD = re.compile(r"[a-z][a-z_]*")

# Who a word means, in one select after the other: users, or users, whom they stand in for, and the organization.
Branches = list[Ids]

_NOBODY = sa.cast(sa.null(), sa.BigInteger).label("absent_id")
_NOWHERE = sa.cast(sa.null(), sa.BigInteger).label("organization_id")


@dataclass(frozen=True, slots=True)
class Context:
    """What a happening is about. `values` are facts for the texts beyond those that the rows themselves tell.

    `occurrence` tells this happening from an equal one of the same subject (the operation, the n-th warning):
    people are told once per occurrence. `series` is what a repeated happening has in common with those before it.
    """

    congress_id: int
    case_id: int | None = None
    assignment_id: int | None = None
    task_id: int | None = None
    actor_user_id: int | None = None
    occurrence: str = ""
    series: str = ""
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
    wishes: Wishes = DEFAULT
    organization_id: int | None = None  # for which he is told
    stands_for: str = ""  # whose substitute he is here


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


def people(
    connection: sa.Connection, words: Iterable[str], context: Context, on: dt.date
) -> dict[str, list[Recipient]]:
    """The people each word means on that legal day, each in his own right first; one query for all words."""
    wanted = tuple(sorted(set(words)))
    found: dict[str, list[Recipient]] = {word: [] for word in wanted}
    if wanted:
        for row in connection.execute(_statement(wanted), {**context.bound(), "today": on}).all():
            who = row.id, row.name, row.email, row.locale
            found[row.word].append(Recipient(*who, wishes_in(row), row.organization_id, row.stands_for or ""))
    return found


@functools.lru_cache(maxsize=256)
def _statement(words: tuple[str, ...]) -> sa.Select[*tuple[Any, ...]]:
    """One statement for a set of words, made once."""
    branches = _branches(words)
    meant = (sa.union(*branches) if len(branches) > 1 else branches[0].distinct()).subquery()
    absent = aliased(User)
    return (
        sa.select(meant.c.word, User.id, User.name, User.email, User.locale, *COLUMNS)
        .add_columns(meant.c.organization_id, absent.name.label("stands_for"))
        .join_from(meant, User, User.id == meant.c.id)
        .outerjoin(CorrespondenceSetting, CorrespondenceSetting.user_id == User.id)
        .outerjoin(absent, absent.id == meant.c.absent_id)
        .where(User.congress_id == CONGRESS, User.active)
        .order_by(meant.c.word, meant.c.absent_id.is_not(None), User.id)
    )


def _branches(words: Collection[str]) -> list[sa.Select[Any]]:
    """Selects of word, id, absent_id and organization_id; the roles of one place are looked for together."""
    roles: dict[str, list[str]] = {}
    found: list[sa.Select[Any]] = []
    for word in words:
        if word in _MEANT:
            found += (_said(sa.literal(word), branch) for branch in _MEANT[word]())
        else:
            place, _, role = word.partition(".")
            roles.setdefault(place, []).append(role)
    for place, wanted in roles.items():
        held = sa.and_(one_of(Membership.role, wanted), Membership.organization_id.in_(PLACES[place]()))
        its_word = sa.literal(f"{place}.") + Membership.role
        found += (_said(its_word, branch) for branch in _holders(held))
    return found


def _said(word: sa.ColumnElement[str], branch: Ids) -> sa.Select[Any]:
    """A branch with the word that means its people; it may leave out whom they stand in for, and where."""
    who = list(branch.selected_columns)
    columns = who if len(who) > 1 else [*who, _NOBODY, _NOWHERE]
    labels = "id", "absent_id", "organization_id"
    labelled = [column.label(label) for column, label in zip(columns, labels, strict=True)]
    return branch.with_only_columns(word.label("word"), *labelled, maintain_column_froms=True)


def _holders(*conditions: sa.ColumnElement[bool], of_task: bool = False) -> Branches:
    """Those whose seat is so, and who stands in for them in that organization; `of_task` brings the task in."""
    seated: Ids = sa.select(Membership.user_id, _NOBODY, Membership.organization_id).select_from(Membership)
    standing: Ids = sa.select(
        Substitution.substitute_id, Substitution.absent_id, Membership.organization_id
    ).join_from(Membership, Substitution, stands_in(Membership.user_id, Membership.organization_id))
    both = []
    for each in (seated, standing):
        if of_task:
            each = each.join(Organization, Organization.id == Membership.organization_id)
            each = each.join(Task, Task.role == Membership.role)
        both.append(each.where(Membership.ended_at.is_(None), *conditions))
    return both


def stands_in(user_id: Any, organization_id: Any) -> sa.ColumnElement[bool]:
    """That a substitution of this user in this organization is in force TODAY."""
    return sa.and_(
        Substitution.absent_id == user_id,
        Substitution.organization_id == organization_id,
        Substitution.revoked_at.is_(None),
        Substitution.begins_on <= TODAY,
        Substitution.ends_on >= TODAY,
    )


# Persons


def _lead_deputy() -> Branches:
    """The lead deputy; of what a whole delegation put forward, the delegation's staff."""
    deputy = sa.select(Deputy.user_id).join(Case, Case.lead_deputy_id == Deputy.id).where(Case.id == CASE)
    staff = (
        sa.select(Membership.user_id)
        .join(Case, Case.delegation_id == Membership.organization_id)
        .where(Case.id == CASE, Membership.role == "delegation_staff", Membership.ended_at.is_(None))
    )
    return [deputy, staff]


def _deputies_asked(status: str) -> Branches:
    """The deputies whose co-signature on the present text stands so."""
    asked = (
        sa.select(Deputy.user_id)
        .join(Cosignature, Cosignature.deputy_id == Deputy.id)
        .join(Case, sa.and_(Case.id == Cosignature.case_id, Case.text_version == Cosignature.text_version))
        .where(Case.id == CASE, Cosignature.status == status)
    )
    return [asked]


def _actor() -> Branches:
    return [sa.select(User.id).where(User.id == ACTOR)]


def _watchers() -> Branches:
    return [sa.select(Watch.user_id).where(Watch.case_id == CASE)]


def _group() -> Branches:
    """Who belongs to the group at work on the case."""
    return [sa.select(CaseMember.user_id).where(CaseMember.case_id == CASE, CaseMember.ended_at.is_(None))]


def _candidates() -> Branches:
    """Those who may take the task: the person meant, or whoever holds its role in its organization."""
    whom = sa.func.coalesce(Task.assignee_id, Task.user_id)
    in_person = sa.select(whom.label("user_id"), _NOBODY, _NOWHERE).where(Task.id == TASK)
    standing = (
        sa.select(Substitution.substitute_id, Substitution.absent_id, Task.organization_id)
        .join_from(Task, Substitution, stands_in(Task.assignee_id, Task.organization_id))
        .where(Task.id == TASK)
    )
    holders = _holders(
        Task.id == TASK,
        Task.user_id.is_(None),
        Task.assignee_id.is_(None),
        Organization.congress_id == CONGRESS,
        sa.or_(Task.organization_id.is_(None), Task.organization_id == Membership.organization_id),
        of_task=True,
    )
    return [in_person, standing, *holders]


def _case_officer() -> Branches:
    """The officer of the assignment at hand, or, before one is named, the unit's case officers."""
    named = sa.select(Assignment.officer_id.label("user_id"), _NOBODY, Assignment.unit_id).where(
        Assignment.id == ASSIGNMENT
    )
    standing = (
        sa.select(Substitution.substitute_id, Substitution.absent_id, Assignment.unit_id)
        .join_from(Assignment, Substitution, stands_in(Assignment.officer_id, Assignment.unit_id))
        .where(Assignment.id == ASSIGNMENT)
    )
    unnamed = PLACES["unit"]().where(Assignment.officer_id.is_(None))
    holders = _holders(Membership.role == "case_officer", Membership.organization_id.in_(unnamed))
    return [named, standing, *holders]


PERSONS: Mapping[str, Callable[[], Branches]] = {
    "lead_deputy": _lead_deputy,
    "cosigners": functools.partial(_deputies_asked, "confirmed"),
    "invited": functools.partial(_deputies_asked, "invited"),
    "actor": _actor,
    "watchers": _watchers,
    "group": _group,
    "candidates": _candidates,
}
# The one place and role that means more than whoever holds it.
_MEANT: Mapping[str, Callable[[], Branches]] = {**PERSONS, "unit.case_officer": _case_officer}
