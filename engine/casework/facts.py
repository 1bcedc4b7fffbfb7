"""What a step needs to know about its case, task and unit: loaded in one query, plain values."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import sqlalchemy as sa

from models import Assignment, Base, Case, Deputy, Membership, Organization, ProcessInstance, Task, User

CASES: sa.Table = Case.__table__  # type: ignore[assignment]
TASKS: sa.Table = Task.__table__  # type: ignore[assignment]
INSTANCES: sa.Table = ProcessInstance.__table__  # type: ignore[assignment]
ASSIGNMENTS: sa.Table = Assignment.__table__  # type: ignore[assignment]
ORGANIZATIONS: sa.Table = Organization.__table__  # type: ignore[assignment]
MEMBERSHIPS: sa.Table = Membership.__table__  # type: ignore[assignment]
DEPUTIES: sa.Table = Deputy.__table__  # type: ignore[assignment]
USERS: sa.Table = User.__table__  # type: ignore[assignment]

# Statements are built once: building one costs several times what running it costs. An update sets whatever
# columns it is given values for.
UPDATE_CASE = CASES.update().where(CASES.c.id == sa.bindparam("of_case"))
UPDATE_ASSIGNMENT = ASSIGNMENTS.update().where(ASSIGNMENTS.c.id == sa.bindparam("of_assignment"))

F = TypeVar("F")


@dataclass(slots=True)
class CaseFacts:
    """The case as it stood when the step began."""

    id: int
    congress_id: int
    process_key: str
    definition_id: int
    rule_pack_id: int
    meeting_id: int | None
    number: str | None
    title: str
    stage: str
    status: str
    confidentiality: str
    category: str | None
    lead_deputy_id: int | None
    delegation_id: int | None
    organ_id: int | None
    origin: str
    origin_id: int | None
    merged_into_id: int | None
    opened_by: int | None
    key_status: str | None
    round: int
    text_version: int
    submitted_at: dt.datetime | None
    assigned_at: dt.datetime | None
    archived_at: dt.datetime | None


@dataclass(slots=True)
class TaskFacts:
    """The open task at hand."""

    id: int
    case_id: int
    token: str
    node: str
    role: str
    organization_id: int | None
    user_id: int | None
    assignee_id: int | None
    assignment_id: int | None
    round: int
    open: bool
    closed_at: dt.datetime | None
    closed_by: int | None
    outcome: str | None
    revision: int


@dataclass(slots=True)
class AssignmentFacts:
    """The unit's assignment a task belongs to."""

    id: int
    case_id: int
    unit_id: int
    role: str
    scope: str
    status: str
    round: int
    officer_id: int | None


@dataclass(slots=True)
class Instance:
    """The flow's state and its compare-and-swap counter."""

    state: bytes
    revision: int


def columns(kind: type[Any], model: type[Base]) -> list[Any]:
    """The columns of `model` that `kind` names, labelled so that several kinds fit in one row."""
    table = model.__table__
    return [table.c[field.name].label(f"{model.__tablename__}_{field.name}") for field in fields(kind)]


def read(kind: type[F], model: type[Base], row: Any) -> F:
    """A `kind` out of a row selected with `columns`."""
    mapping = row._mapping
    return kind(*[mapping[label] for label in _labels(kind, model)])  # type: ignore[arg-type]


@functools.cache
def _labels(kind: Any, model: type[Base]) -> tuple[str, ...]:
    return tuple(f"{model.__tablename__}_{field.name}" for field in fields(kind))


CASE_COLUMNS = columns(CaseFacts, Case)
TASK_COLUMNS = columns(TaskFacts, Task)
ASSIGNMENT_COLUMNS = columns(AssignmentFacts, Assignment)
INSTANCE_COLUMNS = columns(Instance, ProcessInstance)
