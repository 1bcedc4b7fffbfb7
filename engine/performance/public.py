"""What anybody reads of self-evaluations without signing in: released copies and nothing else; queries are bounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.readings.filters import escaped
from engine.foundation.errors import NotFound
from engine.performance.publishing import COPIES, PUBLICATIONS, searched
from models import Congress, Organization, db

PAGE = 20
MOST_WORDS = 5
LONGEST_SEARCH = 60
LATEST_YEAR = 9999
NUMBER = 16  # signs of a public number at most


class Withdrawn(NotFound):
    """What the public asks for has been read once, and may be read no longer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; everything of it stands in the address."""

    text: str = ""
    year: int | None = None
    unit_id: int | None = None
    congress: str = ""  # the code of a congress


@dataclass(frozen=True, slots=True)
class PublicProject:
    """A published project: what engine/performance/publishing.py has copied, and since when it is read."""

    public_id: str
    congress: str
    published_at: dt.datetime
    changed_at: dt.datetime
    version: int  # how often it has been released
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists can be narrowed by."""

    years: tuple[int, ...]
    units: Mapping[int, str]
    congresses: Mapping[str, str]


_READABLE = PUBLICATIONS.c.released.is_not(None)
_RELEASED = sa.and_(COPIES.c.publication_id == PUBLICATIONS.c.id, COPIES.c.number == PUBLICATIONS.c.released)
_LINES = (
    sa.select(
        PUBLICATIONS.c.public_id,
        Congress.name.label("congress"),
        PUBLICATIONS.c.first_released_at,
        PUBLICATIONS.c.released_at,
        PUBLICATIONS.c.released,
        COPIES.c.content,
    )
    .join(COPIES, _RELEASED)
    .join(Congress, Congress.id == PUBLICATIONS.c.congress_id)
)


def find(wanted: Wanted, *, after: str = "", limit: int = PAGE) -> tuple[list[PublicProject], str]:
    """A page of what is published, the latest first, and the public number to go on after ("" at the end)."""
    conditions = [*_conditions(wanted), *_older_than(after)]
    latest_first = (PUBLICATIONS.c.first_released_at.desc(), PUBLICATIONS.c.id.desc())
    rows = db.session.execute(_LINES.where(*conditions).order_by(*latest_first).limit(limit + 1)).all()
    found = [_line(row) for row in rows[:limit]]
    return found, found[-1].public_id if len(rows) > limit else ""


def _line(row: sa.Row[Any]) -> PublicProject:
    return PublicProject(
        row.public_id, row.congress, row.first_released_at, row.released_at, row.released, row.content
    )


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    words = searched(wanted.text[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    narrowed: list[sa.ColumnElement[bool]] = [
        PUBLICATIONS.c.words.like(f"%{escaped(word)}%", escape="\\") for word in words
    ]
    if wanted.year is not None:
        narrowed.append(PUBLICATIONS.c.year == min(max(wanted.year, 0), LATEST_YEAR))
    if wanted.unit_id is not None:
        narrowed.append(PUBLICATIONS.c.organization_id == wanted.unit_id)
    if wanted.congress:
        narrowed.append(Congress.code == wanted.congress)
    return narrowed


def _older_than(after: str) -> list[sa.ColumnElement[bool]]:
    if not after:
        return []
    first, key = PUBLICATIONS.c.first_released_at, PUBLICATIONS.c.id
    statement = sa.select(first, key).where(PUBLICATIONS.c.public_id == after[:NUMBER])
    place = db.session.execute(statement).one_or_none()
    if place is None:
        raise NotFound
    older = sa.and_(first == place.first_released_at, key < place.id)
    return [sa.or_(first < place.first_released_at, older)]


def published(public_id: str) -> PublicProject:
    """One published project. Raises Withdrawn for one that was taken off, NotFound for any other number."""
    return _line(_one(_LINES, public_id))


def paper(public_id: str, format: str) -> tuple[bytes, str]:
    """The report of a published project as .docx or .pdf, and the name of the file. Raises Withdrawn, NotFound."""
    if format not in ("docx", "pdf"):
        raise NotFound
    statement = sa.select(COPIES.c[format], COPIES.c.content["file"].as_string()).join(
        PUBLICATIONS, _RELEASED
    )
    row = _one(statement, public_id)
    return row[0], f"{row[1]}{format}"


def _one(statement: sa.Select[Any], public_id: str) -> Any:
    numbered = PUBLICATIONS.c.public_id == public_id[:NUMBER]
    row = db.session.execute(statement.where(numbered)).one_or_none()
    if row is None:
        once = db.session.scalar(sa.select(PUBLICATIONS.c.id).where(numbered))
        raise Withdrawn if once else NotFound
    return row


def choices() -> Choices:
    """What there is to choose from, of what is published."""
    years = sa.select(PUBLICATIONS.c.year).where(_READABLE).distinct().order_by(PUBLICATIONS.c.year.desc())
    here = {
        name: sa.select(PUBLICATIONS.c[name]).where(_READABLE) for name in ("organization_id", "congress_id")
    }
    units = sa.select(Organization.id, Organization.name).where(Organization.id.in_(here["organization_id"]))
    congresses = sa.select(Congress.code, Congress.name).where(Congress.id.in_(here["congress_id"]))
    return Choices(
        tuple(db.session.scalars(years)),
        {
            row.id: row.name
            for row in db.session.execute(units.order_by(Organization.position, Organization.id))
        },
        {row.code: row.name for row in db.session.execute(congresses.order_by(Congress.id))},
    )


def public_numbers(*, limit: int = 50_000) -> list[tuple[str, dt.datetime]]:
    """Every readable project's public number and when it was last changed, for the site map."""
    statement = sa.select(PUBLICATIONS.c.public_id, PUBLICATIONS.c.released_at).where(_READABLE)
    latest_first = (PUBLICATIONS.c.first_released_at.desc(), PUBLICATIONS.c.id.desc())
    rows = db.session.execute(statement.order_by(*latest_first).limit(limit))
    return [(row.public_id, row.released_at) for row in rows]
