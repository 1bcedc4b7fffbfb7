"""What deputies' suggestions concentrate on (监督法 art. 12): groups of like ones, each with the cases it rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.planning.plans import MAY_PROPOSE
from engine.similarity.index import DOCUMENTS, KEPT_OUT
from engine.similarity.topics import alike
from models import db

FROM = 3  # suggestions that make a concentration
LOOKED_AT = 1_000  # of each category the latest
SHOWN = 20  # groups, the largest first
NOT_COUNTED = ("draft", "declined", "withdrawn")


@dataclass(frozen=True, slots=True)
class Source:
    """A suggestion that a group rests on."""

    case_id: int
    number: str
    title: str
    open: bool  # the reader may open it


@dataclass(frozen=True, slots=True)
class Concentration:
    """Suggestions of one category that are likely about one matter; the first source has the shortest title."""

    category: str
    definition_id: int
    sources: tuple[Source, ...]

    @property
    def numbers(self) -> list[str]:
        """The official numbers of all its sources."""
        return [source.number for source in self.sources]


def concentrations(actor: Actor, year: int) -> list[Concentration]:
    """Groups of like suggestions that were handed in during the year before the plan's; the largest first.

    Compared are cases that the index of similar ones holds and that deputies put forward. Restricted ones never are;
    those that the reader may not open are named where they are public.
    """
    actor.require(*MAY_PROPOSE)
    by_category: dict[str, list[sa.Row[tuple[object, ...]]]] = {}
    for row in db.session.execute(_handed_in(actor, year - 1)):
        by_category.setdefault(row.category or "", []).append(row)
    found = [
        _concentration(category, [row for row in rows if row.id in group])
        for category, rows in by_category.items()
        for group in alike({row.id: frozenset(row.terms.split()) for row in rows[:LOOKED_AT]})
        if len(group) >= FROM
    ]
    found.sort(key=lambda each: (-len(each.sources), each.category, each.sources[0].case_id))
    return found[:SHOWN]


def _handed_in(actor: Actor, year: int) -> sa.Select[tuple[object, ...]]:
    first = dt.datetime(year, 1, 1, tzinfo=clock.ZONE)
    columns = (CASES.c.id, CASES.c.number, CASES.c.title, CASES.c.category, CASES.c.definition_id)
    return (
        sa.select(*columns, DOCUMENTS.c.terms, visible_to(actor).label("open"))
        .join(DOCUMENTS, DOCUMENTS.c.case_id == CASES.c.id)
        .where(
            CASES.c.congress_id == actor.congress_id,
            CASES.c.submitted_at >= first,
            CASES.c.submitted_at < first.replace(year=year + 1),
            CASES.c.number.is_not(None),
            CASES.c.status.not_in(NOT_COUNTED),
            CASES.c.confidentiality != KEPT_OUT,
            sa.or_(CASES.c.lead_deputy_id.is_not(None), CASES.c.delegation_id.is_not(None)),
            sa.or_(visible_to(actor), CASES.c.confidentiality == "public"),
        )
        .order_by(CASES.c.id.desc())
    )


def _concentration(category: str, rows: list[sa.Row[tuple[object, ...]]]) -> Concentration:
    rows = sorted(rows, key=lambda row: (len(row.title), row.id))
    sources = tuple(Source(row.id, row.number, row.title, bool(row.open)) for row in rows)
    return Concentration(category, rows[0].definition_id, sources)
