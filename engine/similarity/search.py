"""The cases nearest to a text: the same on every database, because only whole numbers are added up.

A word counts the more, the fewer cases have it. Words that very many cases have are looked at only in the cases that
the others have found, so that a question stays quick however many cases there are.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.similarity.index import COMMON, KEPT_OUT, TERMS, number_of_cases
from engine.similarity.terms import IN_TITLE, Written, phrases, weighed
from models import db

READ_AT_MOST = 20_000  # rows of words that the search for candidates may read
CANDIDATES = 80
SCALE = 100  # a word's rarity is a whole number, so that sums are the same everywhere
WHOLE = 1000
ALL = 2**62
NONE = 0
FEW = 5  # so many cases may always have a word that is shown; of more, one in
SELDOM, OFTEN = 25, 4  # for what stands in the prose, and in the title


@dataclass(frozen=True, slots=True)
class Match:
    """A case, how near it is (1000: it has all that was asked about), and what it shares with the question."""

    case_id: int
    nearness: int
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """The words that are asked about: how often each is said, how rare it is, how many cases have it."""

    congress_id: int
    said: Mapping[str, int]
    rarity: Mapping[str, int]
    cases: Mapping[str, int]
    total: int = 0  # cases there are

    def value(self, term: str, weight: int) -> int:
        """What a case that has the word with this weight gains by it."""
        return self.rarity[term] * min(weight, self.said[term])

    @property
    def whole(self) -> int:
        """What a case gains that has all of it."""
        return sum(self.value(term, weight) for term, weight in self.said.items())

    def telling(self) -> dict[str, int]:
        """What each word is worth to a reader: nothing where so many cases have it that it says little of this one.

        What stands in the title, or is said as often as that weighs, may stand in more of them.
        """
        return {
            term: 0
            if self.cases.get(term, 0) > max(FEW, self.total // (OFTEN if weight >= IN_TITLE else SELDOM))
            else self.value(term, weight)
            for term, weight in self.said.items()
        }


def nearest(
    congress_id: int,
    written: Written,
    *,
    without: int = NONE,
    before: int = ALL,
    at_most: int = 20,
    only: sa.ColumnElement[bool] | None = None,
) -> list[Match]:
    """The nearest cases of a congress: not `without`, opened `before` that one, and those `only` that fulfil this."""
    question = _question(congress_id, written)
    if not question.said:
        return []
    found = [case_id for case_id in _candidates(question, before) if case_id != without]
    having = _having(question, _admitted(found, only))
    scores = {
        case_id: sum(question.value(term, weight) for term, weight in had.items())
        for case_id, had in having.items()
    }
    telling = question.telling()
    ranked = sorted(scores.items(), key=lambda item: (-item[1], -item[0]))[:at_most]
    return [
        Match(case_id, score * WHOLE // question.whole, phrases(written, having[case_id], telling))
        for case_id, score in ranked
    ]


def _question(congress_id: int, written: Written) -> Question:
    said = weighed(written)
    total = number_of_cases(congress_id) if said else 0
    if not total:
        return Question(congress_id, {}, {}, {})
    cases = _frequencies(congress_id, list(said))
    # A word that no case has lowers the nearness of all alike, as much as if one case had it.
    rarity = {
        term: max(1, round(SCALE * math.log((total + 1) / (cases.get(term, 0) + 0.5)))) for term in said
    }
    return Question(congress_id, said, rarity, cases, total)


def _frequencies(congress_id: int, terms: Sequence[str]) -> dict[str, int]:
    """Word → how many cases have it: the common ones as last counted, the others as of now."""
    counted = sa.select(COMMON.c.term, COMMON.c.cases).where(
        COMMON.c.congress_id == congress_id, COMMON.c.term.in_(terms)
    )
    common = {term: cases for term, cases in db.session.execute(counted)}
    rest = [term for term in terms if term not in common]
    counting = (
        sa.select(TERMS.c.term, sa.func.count())
        .where(TERMS.c.congress_id == congress_id, TERMS.c.term.in_(rest))
        .group_by(TERMS.c.term)
    )
    return common | {term: cases for term, cases in db.session.execute(counting)}


def _candidates(question: Question, before: int) -> list[int]:
    """The cases that gain most by the words that tell most, as many as may be read."""
    chosen: list[str] = []
    left = READ_AT_MOST
    for term in sorted(question.cases, key=lambda term: -question.value(term, question.said[term])):
        if not chosen or question.cases[term] <= left:
            chosen.append(term)
            left -= question.cases[term]
    if not chosen:
        return []
    values: dict[str, Any] = {"of_congress": question.congress_id, "before": before}
    for place, term in enumerate(chosen):
        values |= {
            f"term{place}": term,
            f"said{place}": question.said[term],
            f"rarity{place}": question.rarity[term],
        }
    return list(db.session.scalars(_gaining(len(chosen)), values))


@functools.cache
def _gaining(terms: int) -> Any:
    """The statement that adds up what each case gains by so many words."""
    parts = []
    for place in range(terms):
        said = sa.bindparam(f"said{place}", type_=sa.Integer)
        counted = sa.case((TERMS.c.weight > said, said), else_=TERMS.c.weight)
        parts.append(
            sa.select(
                TERMS.c.case_id, (counted * sa.bindparam(f"rarity{place}", type_=sa.Integer)).label("gain")
            ).where(
                TERMS.c.congress_id == sa.bindparam("of_congress"),
                TERMS.c.term == sa.bindparam(f"term{place}"),
                TERMS.c.case_id < sa.bindparam("before"),
            )
        )
    gains = sa.union_all(*parts).subquery()
    total = sa.func.sum(gains.c.gain)
    return (
        sa.select(gains.c.case_id)
        .group_by(gains.c.case_id)
        .order_by(total.desc(), gains.c.case_id.desc())
        .limit(CANDIDATES)
    )


def _admitted(found: Sequence[int], only: sa.ColumnElement[bool] | None) -> list[int]:
    """Those that may be shown at all: never a draft or a restricted case, whatever the index may still have."""
    statement = sa.select(CASES.c.id).where(
        CASES.c.id.in_(found), CASES.c.status != "draft", CASES.c.confidentiality != KEPT_OUT
    )
    return list(db.session.scalars(statement if only is None else statement.where(only)))


def _having(question: Question, found: Sequence[int]) -> dict[int, dict[str, int]]:
    """Case → which of the words it has, with their weights there: all of them, common or not."""
    statement = sa.select(TERMS.c.case_id, TERMS.c.term, TERMS.c.weight).where(
        TERMS.c.congress_id == question.congress_id,
        TERMS.c.term.in_(list(question.said)),
        TERMS.c.case_id.in_(found),
    )
    having: dict[int, dict[str, int]] = {}
    for case_id, term, weight in db.session.execute(statement):
        having.setdefault(case_id, {})[term] = weight
    return having
