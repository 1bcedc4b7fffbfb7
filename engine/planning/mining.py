"""What deputies' suggestions concentrate on (监督法 art. 12): groups of like ones, each with the cases it rests on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES
from engine.definitions.catalogue import definition
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.planning.plans import MAY_PROPOSE
from engine.similarity.concentrating import Group, groups, weights_of
from engine.similarity.index import DOCUMENTS, KEPT_OUT
from engine.similarity.terms import Written, phrases
from models import db

FROM = 3  # suggestions that make a concentration
LOOKED_AT = 2_000  # the latest of the year
SHOWN = 30  # groups, the largest first
PHRASES = 4
NOT_COUNTED = ("draft", "declined", "withdrawn")
NAMED = (CASES.c.id, CASES.c.number, CASES.c.title)


@dataclass(frozen=True, slots=True)
class Source:
    """A suggestion that a group or a matter rests on; without a title where the reader may not know it."""

    case_id: int
    number: str
    title: str
    open: bool  # the reader may open it


@dataclass(frozen=True, slots=True)
class Concentration:
    """Suggestions that are likely about one matter, the most central first; `phrases` are what most of them say.

    `categories` are those they were handed in under, the most frequent first: a matter does not keep to one.
    """

    categories: tuple[Words, ...]
    phrases: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def key(self) -> int:
        """The case in its middle, by which it is known from one look to the next."""
        return self.sources[0].case_id

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
    rows = {row.id: row for row in db.session.execute(_handed_in(actor, year - 1))}
    if len(rows) < FROM:
        return []
    weights = weights_of(actor.congress_id, {case_id: row.terms.split() for case_id, row in rows.items()})
    large = [group for group in groups(weights) if len(group.members) >= FROM]
    return [_concentration(group, rows) for group in large[:SHOWN]]


def named(actor: Actor, numbers: Collection[str]) -> list[Source]:
    """The cases that a matter goes back to, by their official numbers; titles where the reader may know them."""
    statement = (
        sa.select(*NAMED, visible_to(actor).label("open"), _nameable(actor).label("nameable"))
        .where(CASES.c.congress_id == actor.congress_id, CASES.c.number.in_(sorted(numbers)))
        .order_by(CASES.c.number)
    )
    return [
        Source(row.id, row.number, row.title if row.nameable else "", bool(row.open))
        for row in db.session.execute(statement)
    ]


def _nameable(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.or_(visible_to(actor), CASES.c.confidentiality == "public")


def _handed_in(actor: Actor, year: int) -> sa.Select[tuple[object, ...]]:
    first = dt.datetime(year, 1, 1, tzinfo=clock.ZONE)
    columns = (*NAMED, CASES.c.category, CASES.c.definition_id)
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
            _nameable(actor),
        )
        .order_by(CASES.c.id.desc())
        .limit(LOOKED_AT)
    )


def _concentration(group: Group, rows: Mapping[int, Any]) -> Concentration:
    members = [rows[case_id] for case_id in group.members]
    sources = tuple(Source(row.id, row.number, row.title, bool(row.open)) for row in members)
    said = phrases(Written(sources[0].title), group.worth.keys(), group.worth, PHRASES)
    return Concentration(_categories(members), said, sources)


def _categories(members: Sequence[Any]) -> tuple[Words, ...]:
    """What each category is called in the version of the kind that its case began with."""
    times = Counter((row.category, row.definition_id) for row in members if row.category)
    called = {key: definition(of).categories.get(key) for (key, of), _number in times.most_common()}
    return tuple(words for words in called.values() if words is not None)
