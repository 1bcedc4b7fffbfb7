"""What many texts concentrate on: groups of those that are likely about one matter, each with the words they share.

Two texts are as near as the angle between their weighed words says: a word counts by what it weighs in the text and
by how rare it is among all that are compared (tf-idf, cosine). Groups grow together while the pairs across them are
near enough on average, so that no chain of neighbours leads from one matter to another.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engine.similarity.index import TERMS
from models import db

NEAR_FROM = 0.15  # how near the pairs across two groups are on average, at least; measured: docs/planning.md
HARDLY = 0.05  # what is less near counts as not near at all
TELLING = 32  # words of each text that are compared: those that weigh most and are rarest
SAID_BY = 0.6  # what so large a part of a group says is what it is about
ASKED_AT_ONCE = 500  # words a question

Weights = Mapping[int, Mapping[str, int]]  # text → word → what it weighs there
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Group:
    """Texts that are likely about one matter, the most central first, and the words that most of them say."""

    members: tuple[int, ...]
    worth: Mapping[str, int]  # word → how much it tells: for the phrases that a reader knows it by


def weights_of(congress_id: int, said: Mapping[int, Collection[str]]) -> dict[int, dict[str, int]]:
    """Case → word → its weight, for cases whose words are known; asked word by word, as the index is ordered."""
    words = sorted({word for words in said.values() for word in words})
    found: dict[int, dict[str, int]] = {case_id: {} for case_id in said}
    for begin in range(0, len(words), ASKED_AT_ONCE):
        statement = sa.select(TERMS.c.case_id, TERMS.c.term, TERMS.c.weight).where(
            TERMS.c.congress_id == congress_id,
            TERMS.c.term.in_(words[begin : begin + ASKED_AT_ONCE]),
            TERMS.c.case_id.between(min(said), max(said)),
        )
        for case_id, term, weight in db.session.execute(statement):
            if case_id in found:
                found[case_id][term] = weight
    return found


def groups(weights: Weights) -> list[Group]:
    """The groups of at least two, the largest first; the same for the same weights, in whatever order they come."""
    ordered = {text: dict(sorted(weights[text].items())) for text in sorted(weights)}
    rarity = _rarity(ordered)
    vectors = {text: _turned(words, rarity) for text, words in ordered.items()}
    near = _nearness(vectors)
    found = [_group(members, near, vectors, rarity) for members in _grown(near) if len(members) > 1]
    return sorted(found, key=lambda group: (-len(group.members), min(group.members)))


def _rarity(weights: Weights) -> dict[str, float]:
    cases = Counter(word for words in weights.values() for word in words)
    return {word: math.log(1 + len(weights) / number) for word, number in cases.items()}


def _turned(words: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    """A text as a direction, of length one, by its most telling words."""
    raw = sorted(((weight * rarity[word], word) for word, weight in words.items()), reverse=True)[:TELLING]
    length = math.sqrt(sum(value * value for value, _word in raw)) or 1.0
    return {word: value / length for value, word in raw}


def _nearness(vectors: Mapping[int, Mapping[str, float]]) -> dict[Pair, float]:
    """How near each two are that share words, where it is worth speaking of; the lower number first."""
    saying: dict[str, list[tuple[int, float]]] = {}
    for text, vector in vectors.items():
        for word, value in vector.items():
            saying.setdefault(word, []).append((text, value))
    near: dict[Pair, float] = {}
    for entries in saying.values():
        for (one, mine), (other, its) in itertools.combinations(entries, 2):
            near[one, other] = near.get((one, other), 0.0) + mine * its
    return {pair: value for pair, value in near.items() if value >= HARDLY}


def _grown(near: Mapping[Pair, float]) -> list[list[int]]:
    """Groups joined pair by pair, the nearest first, as long as all pairs across the two are near on average."""
    members: dict[int, list[int]] = {}
    across: dict[int, dict[int, float]] = {}  # group → group → the sum over the pairs across
    for (one, other), value in near.items():
        for text, neighbour in ((one, other), (other, one)):
            members.setdefault(text, [text])
            across.setdefault(text, {})[neighbour] = value
    group_of = {text: text for text in members}
    for (one, other), value in sorted(near.items(), key=lambda item: (-item[1], item[0])):
        if value < NEAR_FROM:
            break
        kept, gone = group_of[one], group_of[other]
        if kept == gone:
            continue
        pairs = len(members[kept]) * len(members[gone])
        if across[kept].get(gone, 0.0) >= NEAR_FROM * pairs:
            _join(kept, gone, members, across)
            group_of.update(dict.fromkeys(members[kept], kept))
    return list(members.values())


def _join(kept: int, gone: int, members: dict[int, list[int]], across: dict[int, dict[int, float]]) -> None:
    members[kept] += members.pop(gone)
    for neighbour, value in across.pop(gone).items():
        del across[neighbour][gone]
        if neighbour != kept:
            total = across[kept].get(neighbour, 0.0) + value
            across[kept][neighbour] = across[neighbour][kept] = total


def _group(
    members: list[int],
    near: Mapping[Pair, float],
    vectors: Mapping[int, Mapping[str, float]],
    rarity: Mapping[str, float],
) -> Group:
    central = Counter[int]()
    for one, other in itertools.combinations(sorted(members), 2):
        for text in (one, other):
            central[text] += round(1_000_000 * near.get((one, other), 0.0))
    saying = Counter(word for text in members for word in vectors[text])
    shared = {word: number for word, number in saying.items() if number >= SAID_BY * len(members)}
    worth = {word: round(100 * rarity[word] * number) for word, number in shared.items()}
    return Group(tuple(sorted(members, key=lambda text: (-central[text], text))), worth)
