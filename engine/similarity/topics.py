"""Cases about one matter among those that wait to be assigned: a list to look at, merging is somebody's decision.

Nearness is that of what a whole year concentrates on (`concentrating.py`); how good it is: docs/planning.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES, TASKS
from engine.casework.visibility import OVERSEEING
from engine.definitions.catalogue import definition
from engine.definitions.folder import ActionSpec
from engine.foundation.actor import Actor
from engine.similarity.concentrating import Group, groups, weights_of
from engine.similarity.index import DOCUMENTS, KEPT_OUT
from engine.similarity.terms import Written, phrases
from models import Deputy, db

LOOKED_AT = 1_000  # the latest that wait
SHOWN = 30  # groups, the largest first
PHRASES = 4
MERGES = "merge"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits to be assigned; `joins` is the action by which the reader may let it join the first, or ""."""

    case_id: int
    number: str | None
    title: str
    lead: str | None
    joins: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Cases of one kind that are likely about one matter: the one that the others would join first, then by nearness.

    It is the one that others have joined already, else the one put forward first among those with a number. `form` is
    where the action asks for that number, `basis` the article it rests on by the rules the first case began with.
    """

    cases: tuple[Waiting, ...]
    phrases: tuple[str, ...]
    form: str
    basis: str
    rule_pack_id: int


def topics(actor: Actor) -> list[Topic]:
    """Groups of waiting cases of one kind, the largest first; NotAllowed outside the offices.

    Only kinds whose cases can be handled as one are looked at.
    """
    actor.require(*OVERSEEING)
    rows = [row for row in db.session.execute(_waiting(actor)) if _merging(row) is not None]
    found: list[tuple[Group, list[Any]]] = []
    for _kind, alike in itertools.groupby(sorted(rows, key=lambda row: row.process_key), _kind_of):
        found += _of_kind(actor, {row.id: row for row in alike})
    found.sort(key=lambda each: (-len(each[1]), each[1][0].id))
    shown = found[:SHOWN]
    ids = [row.id for _group, members in shown for row in members]
    places = _Places(ids)
    return [_topic(actor, group, members, places) for group, members in shown]


def _waiting(actor: Actor) -> sa.Select[Any]:
    return (
        sa.select(
            *(CASES.c.id, CASES.c.number, CASES.c.title, CASES.c.process_key),
            *(CASES.c.definition_id, CASES.c.rule_pack_id, Deputy.name, DOCUMENTS.c.terms),
        )
        .join(DOCUMENTS, DOCUMENTS.c.case_id == CASES.c.id)
        .outerjoin(Deputy, Deputy.id == CASES.c.lead_deputy_id)
        .where(
            CASES.c.status == "open",
            CASES.c.assigned_at.is_(None),
            CASES.c.merged_into_id.is_(None),
            CASES.c.confidentiality != KEPT_OUT,
            visible_to(actor),
        )
        .order_by(CASES.c.id.desc())
        .limit(LOOKED_AT)
    )


def _kind_of(row: Any) -> str:
    return str(row.process_key)


def _merging(row: Any) -> ActionSpec | None:
    """How a case joins another, in its version of its kind."""
    actions = definition(row.definition_id).actions.values()
    return next((spec for spec in actions if spec.act == MERGES), None)


def _of_kind(actor: Actor, rows: Mapping[int, Any]) -> list[tuple[Group, list[Any]]]:
    weights = weights_of(actor.congress_id, {id_: row.terms.split() for id_, row in rows.items()})
    return [(group, [rows[id_] for id_ in group.members]) for group in groups(weights)]


class _Places:
    """Where cases stand: at which nodes their tasks are open, and which of them others have joined."""

    def __init__(self, ids: Sequence[int]) -> None:
        at = sa.select(TASKS.c.case_id, TASKS.c.node).where(TASKS.c.case_id.in_(ids), TASKS.c.open)
        self.nodes = {tuple(row) for row in db.session.execute(at)} if ids else set()
        joined = sa.select(CASES.c.merged_into_id).where(
            CASES.c.merged_into_id.in_(ids), CASES.c.status == "open"
        )
        self.mains = set(db.session.scalars(joined)) if ids else set()


def _topic(actor: Actor, group: Group, members: Sequence[Any], places: _Places) -> Topic:
    numbered = [row for row in members if row.number]
    main = min(numbered or members, key=lambda row: (row.id not in places.mains, row.id))
    spec = _merging(main)
    assert spec is not None
    form = definition(main.definition_id).forms[spec.form]
    ordered = [main, *(row for row in members if row.id != main.id)]
    return Topic(
        tuple(_line(actor, row, main, places) for row in ordered),
        phrases(Written(main.title), group.worth.keys(), group.worth, PHRASES),
        next((field.name for field in form.fields if field.type == "case_number"), ""),
        spec.basis,
        main.rule_pack_id,
    )


def _line(actor: Actor, row: Any, main: Any, places: _Places) -> Waiting:
    spec = _merging(row)
    may = (
        spec is not None
        and row.id != main.id
        and bool(main.number)
        and row.id not in places.mains
        and bool(actor.roles.intersection(spec.roles))
        and any((row.id, node) in places.nodes for node in spec.nodes)
    )
    return Waiting(row.id, row.number, row.title, row.name, spec.key if spec and may else "")
