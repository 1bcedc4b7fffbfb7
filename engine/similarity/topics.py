"""Cases about one matter among those that wait to be assigned: a list to look at, merging is somebody's decision."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.casework.access import visible_to
from engine.casework.facts import CASES
from engine.casework.visibility import OVERSEEING
from engine.foundation.actor import Actor
from engine.similarity.index import DOCUMENTS, KEPT_OUT
from models import Deputy, db

LOOKED_AT = 1_000  # the latest that wait
ALIKE_FROM = 0.4  # the share of what the shorter of two says that both must say
IN_MANY = 0.1  # a word that stands in so large a part of what waits does not bring two together


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits to be assigned."""

    case_id: int
    number: str | None
    title: str
    lead: str | None


def topics(actor: Actor) -> list[list[Waiting]]:
    """Groups of waiting cases that are likely about one matter, the largest first; NotAllowed outside the offices."""
    actor.require(*OVERSEEING)
    rows = db.session.execute(
        sa.select(CASES.c.id, CASES.c.number, CASES.c.title, Deputy.name, DOCUMENTS.c.terms)
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
    ).all()
    waiting = {row.id: Waiting(row.id, row.number, row.title, row.name) for row in rows}
    groups = alike({row.id: frozenset(row.terms.split()) for row in rows})
    return [[waiting[case_id] for case_id in group] for group in groups]


def alike(said: Mapping[int, frozenset[str]]) -> list[list[int]]:
    """Groups of cases that are likely about one matter, by the words of each; the largest first."""
    return _groups(_near(said))


def _near(said: Mapping[int, frozenset[str]]) -> dict[int, set[int]]:
    """Case → those alike."""
    cases = Counter(term for terms in said.values() for term in terms)
    rarity = {term: math.log(1 + len(said) / number) for term, number in cases.items()}
    whole = {case_id: sum(rarity[term] for term in terms) for case_id, terms in said.items()}
    having: dict[str, list[int]] = {}
    for case_id, terms in said.items():
        for term in terms:
            having.setdefault(term, []).append(case_id)
    shared: dict[tuple[int, int], float] = {}
    for term, ids in having.items():
        if len(ids) <= max(5, IN_MANY * len(said)):
            for pair in itertools.combinations(ids, 2):
                shared[pair] = shared.get(pair, 0) + rarity[term]
    near: dict[int, set[int]] = {}
    for (one, other), value in shared.items():
        if value >= ALIKE_FROM * min(whole[one], whole[other]):
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    return near


def _groups(near: Mapping[int, set[int]]) -> list[list[int]]:
    """Each case in one group, around the one with most alike: all of a group are like one, no chain leads astray."""
    taken: set[int] = set()
    groups = []
    for centre in sorted(near, key=lambda case_id: (-len(near[case_id]), case_id)):
        group = sorted({centre, *near[centre]} - taken)
        if centre not in taken and len(group) > 1:
            groups.append(group)
            taken.update(group)
    return sorted(groups, key=lambda group: (-len(group), group[0]))
