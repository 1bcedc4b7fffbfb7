"""What anybody reads without signing in: released versions and nothing else; every query is bounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa

from engine.definitions.catalogue import Deployed, current, current_all
from engine.definitions.words import Words
from engine.foundation.errors import NotFound
from engine.publication.access import PUBLICATIONS
from engine.publication.awaiting import REPLIES
from engine.publication.copying import Content, without_keys
from engine.publication.preparing import VERSIONS
from engine.publication.refusals import NotReadable
from engine.publication.search_index import searched
from engine.publication.searching import LATEST_FIRST, found, older_than
from models import AnnualReport, Congress, Organization, db

PAGE = 20
DATA_PAGE = 500  # records of one answer of open data
MOST_WORDS = 5
LONGEST_SEARCH = 60
LATEST_YEAR = 9999
PUBLISHING_EFFECTS = {"await_publication", "publish_record"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; everything of it stands in the address."""

    text: str = ""
    kind: str = ""  # the key of a kind of work
    year: int | None = None
    category: str = ""
    unit_id: int | None = None
    congress: str = ""  # the code of a congress


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A published case in a list or in the open data."""

    public_id: str
    congress: str
    year: int
    published_at: dt.datetime
    changed_at: dt.datetime
    version: int
    content: Mapping[str, Any]
    congress_id: int


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A published case, whole, with what changed from version to version."""

    line: PublicLine
    versions: tuple[tuple[int, dt.datetime, str], ...]  # version, released, what changed


@dataclass(frozen=True, slots=True)
class Choices:
    """What lists can be narrowed by: years, categories with titles, units, congresses."""

    years: tuple[int, ...]
    categories: Mapping[str, Mapping[str, str]]
    units: Mapping[int, str]
    congresses: Mapping[str, str]


_READABLE = (PUBLICATIONS.c.released.is_not(None),)
_LINES = (
    sa.select(
        PUBLICATIONS.c.id,
        PUBLICATIONS.c.public_id,
        Congress.name.label("congress"),
        PUBLICATIONS.c.congress_id,
        PUBLICATIONS.c.year,
        PUBLICATIONS.c.first_released_at,
        PUBLICATIONS.c.released_at,
        PUBLICATIONS.c.released,
        VERSIONS.c.content,
    )
    .join(Congress, Congress.id == PUBLICATIONS.c.congress_id)
    .join(
        VERSIONS,
        sa.and_(
            VERSIONS.c.publication_id == PUBLICATIONS.c.id, VERSIONS.c.version == PUBLICATIONS.c.released
        ),
    )
    .where(*_READABLE)
)


def find(wanted: Wanted, *, after: str = "", limit: int = PAGE) -> tuple[list[PublicLine], str]:
    """A page of what is published, the latest first, and the public number to go on after ('' at the end)."""
    conditions = [*_conditions(wanted), *_older_than(after)]
    words = searched(wanted.text[:LONGEST_SEARCH]).split()[:MOST_WORDS]
    if words:
        conditions = [PUBLICATIONS.c.id.in_(found(words, conditions, limit + 1))]
    rows = db.session.execute(_LINES.where(*conditions).order_by(*LATEST_FIRST).limit(limit + 1)).all()
    lines = [_line(row) for row in rows[:limit]]
    return lines, lines[-1].public_id if len(rows) > limit else ""


def _line(row: Any) -> PublicLine:
    content: Content = without_keys(row.content)
    return PublicLine(
        row.public_id,
        row.congress,
        row.year,
        row.first_released_at,
        row.released_at,
        row.released,
        content,
        row.congress_id,
    )


def _older_than(after: str) -> list[sa.ColumnElement[bool]]:
    if not after:
        return []
    statement = sa.select(PUBLICATIONS.c.first_released_at, PUBLICATIONS.c.id)
    place = db.session.execute(statement.where(PUBLICATIONS.c.public_id == after[:16])).one_or_none()
    if place is None or place.first_released_at is None:
        raise NotFound
    return [older_than(place.first_released_at, place.id)]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    narrowed: list[sa.ColumnElement[bool]] = []
    if wanted.kind:
        narrowed.append(PUBLICATIONS.c.process_key == wanted.kind)
    if wanted.year is not None:
        narrowed.append(PUBLICATIONS.c.year == min(max(wanted.year, 0), LATEST_YEAR))
    if wanted.category:
        narrowed.append(PUBLICATIONS.c.category == wanted.category)
    if wanted.congress:
        narrowed.append(Congress.code == wanted.congress)
    if wanted.unit_id is not None:
        of_unit = sa.select(REPLIES.c.publication_id).where(
            REPLIES.c.unit_id == wanted.unit_id, REPLIES.c.published_in.is_not(None)
        )
        narrowed.append(PUBLICATIONS.c.id.in_(of_unit))
    return narrowed


def published(public_id: str) -> PublicCase:
    """One published case. Raises NotReadable for one that was withdrawn, NotFound for any other number."""
    row = db.session.execute(_LINES.where(PUBLICATIONS.c.public_id == public_id[:16])).one_or_none()
    if row is None:
        once = sa.select(PUBLICATIONS.c.id).where(
            PUBLICATIONS.c.public_id == public_id[:16], PUBLICATIONS.c.first_released_at.is_not(None)
        )
        raise NotReadable if db.session.scalar(once) else NotFound
    statement = (
        sa.select(VERSIONS.c.version, VERSIONS.c.released_at, VERSIONS.c.note)
        .where(VERSIONS.c.publication_id == row.id, VERSIONS.c.released_at.is_not(None))
        .order_by(VERSIONS.c.version.desc())
    )
    return PublicCase(
        _line(row), tuple((each[0], each[1], each[2]) for each in db.session.execute(statement))
    )


def kinds() -> list[Deployed]:
    """The kinds of work of which anything is ever published."""
    return [each for each in current_all() if PUBLISHING_EFFECTS & {*chain(*each.folder.effects.values())}]


def choices() -> Choices:
    """What there is to choose from, of what is published."""
    shown = sa.select(PUBLICATIONS.c.id).where(*_READABLE)
    years = db.session.scalars(
        sa.select(PUBLICATIONS.c.year).where(*_READABLE).distinct().order_by(PUBLICATIONS.c.year.desc())
    )
    units = db.session.execute(
        sa.select(Organization.id, Organization.name)
        .where(
            Organization.id.in_(
                sa.select(REPLIES.c.unit_id).where(
                    REPLIES.c.published_in.is_not(None), REPLIES.c.publication_id.in_(shown)
                )
            )
        )
        .order_by(Organization.position, Organization.id)
    )
    congresses = db.session.execute(
        sa.select(Congress.code, Congress.name)
        .where(Congress.id.in_(sa.select(PUBLICATIONS.c.congress_id).where(*_READABLE)))
        .order_by(Congress.id)
    )
    return Choices(
        tuple(years),
        _categories(),
        {row.id: row.name for row in units},
        {row.code: row.name for row in congresses},
    )


def _categories() -> dict[str, Mapping[str, str]]:
    """The categories that occur, each with the title that its latest copy gives it."""
    latest = (
        sa.select(sa.func.max(PUBLICATIONS.c.id).label("id"))
        .where(*_READABLE, PUBLICATIONS.c.category != "")
        .group_by(PUBLICATIONS.c.category)
        .subquery()
    )
    statement = _LINES.join(latest, latest.c.id == PUBLICATIONS.c.id).order_by(PUBLICATIONS.c.category)
    found: dict[str, Mapping[str, str]] = {}
    for row in db.session.execute(statement):
        facts = row.content["facts"]
        found[facts["category"]] = facts["category_title"]
    return found


def public_numbers(*, limit: int = 50_000) -> list[tuple[str, dt.datetime]]:
    """Every readable case's public number and when it was last changed, for the site map."""
    statement = (
        sa.select(PUBLICATIONS.c.public_id, PUBLICATIONS.c.released_at)
        .where(*_READABLE)
        .order_by(PUBLICATIONS.c.first_released_at.desc(), PUBLICATIONS.c.id.desc())
        .limit(limit)
    )
    return [(row.public_id, row.released_at) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class PublicReport:
    """The published report on a year's handling."""

    congress: str
    year: int
    version: int
    released_at: dt.datetime
    figures: Mapping[str, Any]
    text: str
    kind: Words


def reports(year: int | None = None) -> list[PublicReport]:
    """The published reports, each in its latest version, the latest year first."""
    latest = (
        sa.select(
            AnnualReport.congress_id,
            AnnualReport.process_key,
            AnnualReport.year,
            sa.func.max(AnnualReport.version).label("version"),
        )
        .where(AnnualReport.released_at.is_not(None))
        .group_by(AnnualReport.congress_id, AnnualReport.process_key, AnnualReport.year)
        .subquery()
    )
    names = ("congress_id", "process_key", "year", "version")
    same = sa.and_(*(latest.c[name] == getattr(AnnualReport, name) for name in names))
    statement = (
        sa.select(AnnualReport, Congress.name)
        .join(latest, same)
        .join(Congress, Congress.id == AnnualReport.congress_id)
    )
    if year is not None:
        statement = statement.where(AnnualReport.year == min(year, LATEST_YEAR))
    rows = db.session.execute(statement.order_by(AnnualReport.year.desc(), AnnualReport.congress_id)).all()
    return [
        PublicReport(
            name,
            report.year,
            report.version,
            released_at,
            report.figures,
            report.text,
            current(report.process_key).folder.title,
        )
        for report, name in rows
        if (released_at := report.released_at) is not None
    ]
