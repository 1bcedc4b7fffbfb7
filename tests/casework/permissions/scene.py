"""The scene of the matrix: everybody there is, the case in each of its states, and what each of them tries."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.casework.actions import perform
from engine.casework.attachments import FileStore, add_attachment
from engine.casework.cases import unwatch_case, watch_case
from engine.casework.contacts import record_contact
from engine.casework.cosigning import invite_cosigners
from engine.casework.drafts import drop_aside, save_draft, take_up_aside
from engine.casework.tasks import claim_task, complete_task, delegate_task, release_task
from engine.casework.texts import save_text
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError
from models import Assignment, Base, Deputy, Organization, Task, db
from tests.casework.permissions import answers
from tests.support.cast import Cast, assemble, join
from tests.support.journey import TEXT, Journey

ADMINISTRATORS = ("system_admin", "security_admin", "auditor", "process_admin")
# Whom the cast lacks: the assigner there also supervises, so that each role alone is here once more.
JOINING = {
    **{name: ("dgw", name) for name in ADMINISTRATORS},
    "archivist": ("dgw", "archivist"),
    "dispatcher": ("dgw", "assigner"),
    "supervisor": ("dgw", "supervisor"),
    "staff": ("tyt", "delegation_staff"),
}
ALLOWED = "allowed"
WRITING = ("text", "invite", "attach")
WINDOW = "aaaaaaaa"
PLAIN = ("watch", "contact", *WRITING)  # deeds that are neither task nor action


def whole(cast: Cast) -> Cast:
    """The cast with those whom it lacks."""
    joined = {name: join(cast, name, at, role).user_id for name, (at, role) in JOINING.items()}
    return dataclasses.replace(cast, users={**cast.users, **joined})


def everybody(cast: Cast) -> dict[str, Actor]:
    """A whole cast, and that of another congress as `foreign …`."""
    foreign = assemble("15", "邻省人民代表大会")
    people = {f"foreign {name}": foreign.actor(name) for name in foreign.users}
    return people | {name: cast.actor(name) for name in cast.users}


# Deeds


Deed = Callable[[Actor], object]
Cell = TypeVar("Cell")


def deeds(journey: Journey, store: FileStore) -> dict[str, Deed]:
    """What one may try with the case as it stands: plain deeds, seven at each open task, every action."""
    case_id = journey.case_id
    contact = {"held_on": clock.today().isoformat(), "method": "visit", "persons": "王", "summary": "听取"}
    fourth = [journey.cast.deputies["deputy4"]]
    found: dict[str, Deed] = {
        "watch": lambda actor: watch_case(actor, case_id=case_id),
        "unwatch": lambda actor: unwatch_case(actor, case_id=case_id),
        "text": lambda actor: save_text(actor, case_id=case_id, answers={**TEXT, "title": "改过的标题"}),
        "invite": lambda actor: invite_cosigners(actor, case_id=case_id, deputy_ids=fourth),
        "attach": lambda actor: add_attachment(
            actor, case_id=case_id, filename="a.txt", content=b"a", store=store
        ),
        "contact": lambda actor: record_contact(actor, case_id=case_id, answers=contact),
    }
    for key, spec in definition(journey.case.definition_id).actions.items():
        found |= {
            f"act {key} {code}": _action_deed(journey, key, id_) for code, id_ in _parts_of(case_id, spec)
        }
    statement = sa.select(Task.id, Task.node).where(Task.case_id == case_id, Task.open)
    for task_id, node in db.session.execute(statement).all():
        found |= _task_deeds(task_id, node, answers.to_task(journey, node))
    return found


def _parts_of(case_id: int, spec: ActionSpec) -> list[tuple[str, int | None]]:
    """The case, or each unit that has an open part in it."""
    if spec.of == "case":
        return [("case", None)]
    statement = (
        sa.select(Organization.code, Assignment.id)
        .join(Assignment, Assignment.unit_id == Organization.id)
        .where(Assignment.case_id == case_id, Assignment.closed_at.is_(None))
    )
    return [(row.code, row.id) for row in db.session.execute(statement)]


def _action_deed(journey: Journey, key: str, assignment_id: int | None) -> Deed:
    case_id, right = journey.case_id, answers.to_action(journey, key)
    return lambda actor: perform(actor, case_id=case_id, key=key, answers=right, assignment_id=assignment_id)


def _task_deeds(task_id: int, node: str, right: Mapping[str, Any]) -> dict[str, Deed]:
    return {
        f"complete {node}": lambda actor: complete_task(actor, task_id=task_id, answers=right),
        f"claim {node}": lambda actor: claim_task(actor, task_id=task_id),
        f"release {node}": lambda actor: release_task(actor, task_id=task_id),
        f"delegate {node}": lambda actor: delegate_task(
            actor, task_id=task_id, to_user_id=actor.user_id or 0
        ),
        f"keep {node}": lambda actor: save_draft(actor, task_id=task_id, answers={}),
        f"choose {node}": lambda actor: take_up_aside(actor, task_id=task_id, window=WINDOW),
        f"let_go {node}": lambda actor: drop_aside(actor, task_id=task_id, window=WINDOW),
    }


def endings(
    cells: Iterable[tuple[str, str]],
    deeds: Mapping[str, Deed],
    people: Mapping[str, Actor],
    connection: sa.Connection,
) -> dict[tuple[str, str], str]:
    """How deeds end for those who try them, each from the same state. A refused one has changed nothing."""
    found = {}
    todo = deque(cells)
    while todo:
        with undone(connection):
            ends = ""
            while todo and ends != ALLOWED:
                person, deed = todo.popleft()
                found[person, deed] = ends = tried(deeds[deed], people[person])
    return found


def one_of_each(cells: Iterable[Cell], kind: Callable[[Cell], object]) -> Iterator[Cell]:
    """One cell of each kind, not always the first: the kinds take turns, so that everybody gets his.

    For the databases after the first. Who is let in is decided in Python and asked of everybody there; what is then
    read, locked and written is each database's own, and the same for all who are answered alike.
    """
    kinds: dict[object, list[Cell]] = {}
    for cell in cells:
        kinds.setdefault(kind(cell), []).append(cell)
    yield from (alike[turn % len(alike)] for turn, alike in enumerate(kinds.values()))


def tried(deed: Deed, actor: Actor) -> str:
    """How a deed ends for somebody."""
    try:
        deed(actor)
    except DomainError as refusal:
        return type(refusal).__name__
    return ALLOWED


@contextmanager
def undone(connection: sa.Connection) -> Iterator[None]:
    """Take back what is done inside, whatever was committed."""
    db.session.rollback()  # the session's own savepoint must lie inside this one
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expire_all()
        point.rollback()


# Readings


def spoken(value: Any) -> str:
    """Every single value in a reading, as text: through dataclasses, rows, mappings and lists."""
    if isinstance(value, str):
        return value
    return "\n".join(spoken(part) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, Base):
        yield from (getattr(value, each.key) for each in sa.inspect(value).mapper.column_attrs)
    elif dataclasses.is_dataclass(value):
        # The process is the same for everybody.
        names = (field.name for field in dataclasses.fields(value) if field.name != "folder")
        yield from (getattr(value, name) for name in names)
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
    else:
        yield str(value)


def phones() -> dict[str, str]:
    """Every deputy's telephone: number → name."""
    return {row.phone: row.name for row in db.session.execute(sa.select(Deputy.phone, Deputy.name))}
