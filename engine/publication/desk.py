"""The publication desk: what is due, what waits for release, what is public, and the copy beside its original."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import current_all, definition
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.people.personal_data import ONLY_SHOWN, Mark
from engine.publication.access import PREPARING, PUBLICATIONS, PUBLISHING, RELEASING, Item, item_to_read
from engine.publication.awaiting import REPLIES
from engine.publication.copying import Content, Persons, original, passages, persons
from engine.publication.preparing import VERSIONS, latest_version, suggested_copy
from models import Clock, Organization, User, db

TABS = ("due", "prepared", "published", "withheld", "withdrawn")
PAGE = 50
ENDS = "publication:published"


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One publication on the desk."""

    id: int
    case_id: int
    number: str | None
    title: str
    state: str
    reason: str
    due_on: dt.date | None
    prepared_by: str
    prepared_by_id: int | None
    at: dt.datetime | None
    units: tuple[str, ...]
    corrects: bool


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage: what stands in the papers with what looks personal marked, and what the public would read."""

    key: str
    original: str
    marks: tuple[Mark, ...]
    text: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version in the history."""

    version: int
    note: str
    confirmed: str
    prepared_by: str
    prepared_at: dt.datetime
    released_by: str
    released_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply and how much of it may be read."""

    id: int
    unit: str
    extent: str
    state: str
    reason: str
    published_in: int | None


@dataclass(frozen=True, slots=True)
class CopyPage:
    """Everything the editor shows."""

    item: Item
    folder: Folder
    original: Content
    passages: list[PassageView]
    replies: list[ReplyView]
    versions: list[VersionView]
    due_on: dt.date | None
    may_prepare: bool
    may_release: bool
    own_copy: bool
    names_left: tuple[
        str, ...
    ]  # what still looks like a private person's name in the copy that waits for release


def may_publish(actor: Actor) -> bool:
    """Whether the desk is this person's business."""
    return bool(actor.roles.intersection(PUBLISHING))


def counts(actor: Actor) -> dict[str, int]:
    """How many publications there are in each state."""
    actor.require(*PUBLISHING)
    statement = (
        sa.select(PUBLICATIONS.c.state, sa.func.count())
        .join(CASES, CASES.c.id == PUBLICATIONS.c.case_id)
        .where(visible_to(actor))
        .group_by(PUBLICATIONS.c.state)
    )
    found = {state: count for state, count in db.session.execute(statement)}
    return {tab: found.get(tab, 0) for tab in TABS}


def waiting(actor: Actor) -> int:
    """How many wait to be prepared or released, for the figure beside the way in."""
    return db.session.scalar(sa.select(sa.func.count()).where(*_waits(actor))) or 0


def late(actor: Actor) -> int:
    """How many of those that wait have let their day pass."""
    passed = _due_on() < clock.today()
    return db.session.scalar(sa.select(sa.func.count()).where(*_waits(actor), passed)) or 0


def _waits(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return PUBLICATIONS.c.congress_id == actor.congress_id, PUBLICATIONS.c.state.in_(("due", "prepared"))


def desk(actor: Actor, tab: str, *, after: int | None = None) -> tuple[list[DeskLine], int | None]:
    """A page of the desk and the key to go on from: what is due first by its day, the rest the latest first."""
    actor.require(*PUBLISHING)
    due_on = _due_on()
    statement = (
        sa.select(PUBLICATIONS, CASES.c.title.label("case_title"), CASES.c.number.label("case_number"))
        .add_columns(due_on.label("due_on"))
        .join(CASES, CASES.c.id == PUBLICATIONS.c.case_id)
        .where(visible_to(actor), PUBLICATIONS.c.state == tab)
    )
    if tab in ("due", "prepared"):
        # Few wait at any time, so that they are shown in the order of their days, a page by its place.
        order = statement.order_by(sa.func.coalesce(due_on, dt.date.max), PUBLICATIONS.c.id)
        rows = db.session.execute(order.offset(max(0, after or 0)).limit(PAGE + 1)).all()
        following = (after or 0) + PAGE
    else:
        older = [PUBLICATIONS.c.id < after] if after is not None else []
        rows = db.session.execute(
            statement.where(*older).order_by(PUBLICATIONS.c.id.desc()).limit(PAGE + 1)
        ).all()
        following = rows[PAGE - 1].id if len(rows) > PAGE else 0
    return _lines(rows[:PAGE]), following if len(rows) > PAGE else None


def _due_on() -> Any:
    keys = {spec.key for each in current_all() for spec in each.folder.clocks if ENDS in spec.ends}
    return (
        sa.select(sa.func.min(Clock.due_on))
        .where(Clock.case_id == PUBLICATIONS.c.case_id, Clock.key.in_(keys), Clock.ended_at.is_(None))
        .correlate(PUBLICATIONS)
        .scalar_subquery()
    )


def _lines(rows: Any) -> list[DeskLine]:
    ids = [row.id for row in rows]
    prepared = _latest(ids)
    units = _units(ids)
    return [
        DeskLine(
            id=row.id,
            case_id=row.case_id,
            number=row.case_number,
            title=row.case_title,
            state=row.state,
            reason=row.reason,
            due_on=row.due_on,
            prepared_by=prepared[row.id].name or "" if row.id in prepared else "",
            prepared_by_id=prepared[row.id].prepared_by if row.id in prepared else None,
            at=row.released_at or (prepared[row.id].prepared_at if row.id in prepared else None),
            units=tuple(units.get(row.id, ())),
            corrects=row.released is not None,
        )
        for row in rows
    ]


def _latest(ids: list[int]) -> dict[int, Any]:
    statement = (
        sa.select(VERSIONS.c.publication_id, VERSIONS.c.prepared_by, VERSIONS.c.prepared_at, User.name)
        .outerjoin(User, User.id == VERSIONS.c.prepared_by)
        .where(VERSIONS.c.publication_id.in_(ids))
        .order_by(VERSIONS.c.version)
    )
    return {row.publication_id: row for row in db.session.execute(statement)}


def _units(ids: list[int]) -> dict[int, list[str]]:
    statement = (
        sa.select(REPLIES.c.publication_id, Organization.short_name)
        .join(Organization, Organization.id == REPLIES.c.unit_id)
        .where(REPLIES.c.publication_id.in_(ids))
        .order_by(REPLIES.c.id)
    )
    found: dict[int, list[str]] = {}
    for publication_id, name in db.session.execute(statement):
        names = found.setdefault(publication_id, [])
        if name not in names:
            names.append(name)
    return found


def copy_page(actor: Actor, publication_id: int) -> CopyPage:
    """The editor of one publication; NotFound where the actor may not see its case."""
    item = item_to_read(actor, publication_id)
    papers, names = original(item.case, item.id), persons(item.case)
    latest = latest_version(item.id)
    written = {passage.key: passage.text for passage in passages(suggested_copy(item))}
    views = [
        PassageView(passage.key, passage.text, tuple(names.proposals(passage.text)), written[passage.key])
        for passage in passages(papers)
    ]
    waits = latest is not None and latest.released_at is None
    return CopyPage(
        item=item,
        folder=definition(item.case.definition_id),
        original=papers,
        passages=views,
        replies=_replies(item.id),
        versions=_versions(item.id),
        due_on=db.session.scalar(
            sa.select(_due_on()).select_from(PUBLICATIONS).where(PUBLICATIONS.c.id == item.id)
        ),
        may_prepare=bool(actor.roles.intersection(PREPARING)),
        may_release=bool(actor.roles.intersection(RELEASING)),
        own_copy=waits and latest is not None and latest.prepared_by == actor.user_id,
        names_left=_names_left(latest.content, names) if waits and latest is not None else (),
    )


def _names_left(copy: Content, names: Persons) -> tuple[str, ...]:
    found = [
        passage.text[mark.start : mark.end]
        for passage in passages(copy)
        for mark in names.proposals(passage.text)
        if mark.kind in ONLY_SHOWN
    ]
    return tuple(dict.fromkeys(found))


def _replies(publication_id: int) -> list[ReplyView]:
    statement = (
        sa.select(REPLIES, Organization.name)
        .join(Organization, Organization.id == REPLIES.c.unit_id)
        .where(REPLIES.c.publication_id == publication_id)
        .order_by(REPLIES.c.id)
    )
    return [
        ReplyView(row.reply_id, row.name, row.extent, row.state, row.reason, row.published_in)
        for row in db.session.execute(statement)
    ]


def _versions(publication_id: int) -> list[VersionView]:
    preparer, releaser = sa.orm.aliased(User), sa.orm.aliased(User)
    statement = (
        sa.select(VERSIONS, preparer.name.label("preparer"), releaser.name.label("releaser"))
        .outerjoin(preparer, preparer.id == VERSIONS.c.prepared_by)
        .outerjoin(releaser, releaser.id == VERSIONS.c.released_by)
        .where(VERSIONS.c.publication_id == publication_id)
        .order_by(VERSIONS.c.version.desc())
    )
    return [
        VersionView(
            row.version,
            row.note,
            row.confirmed,
            row.preparer or "",
            row.prepared_at,
            row.releaser or "",
            row.released_at,
        )
        for row in db.session.execute(statement)
    ]


def overdue(line: DeskLine) -> bool:
    """Whether its day has passed."""
    return line.due_on is not None and line.due_on < clock.today()
