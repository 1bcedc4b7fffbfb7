"""B10: the cases nearest to a text, among a thousand and a hundred thousand of them, ranked alike on both databases."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from engine.foundation.actor import system_actor
from engine.similarity.index import catch_up
from engine.similarity.readings import earlier_cases
from engine.similarity.search import Match, nearest
from engine.similarity.terms import Written, weighed
from models import Case, SimilarTerm, db
from tests.bench.databases import DIALECTS, Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, seconds
from tests.bench.inboxes import CASE_COLUMNS, multiply
from tests.bench.journeys import actors_of
from tests.support.cast import Cast
from tests.support.journey import Journey

SIGNS = [chr(0x4E00 + 7 * n) for n in range(2_500)]
VOCABULARY = (
    12_000  # words of two signs, used as often as words are: the n-th most one n-th as often as the first
)
TITLE, ASK, PROSE = 5, 12, 160  # words
DIFFERENT = 5_000  # texts; beyond that they repeat, so that no word is as rare as it would be
QUESTIONS = 12
BATCH = 20_000
Ranked = list[list[tuple[int, int]]]


class Writers:
    """Invents texts that are like others in nothing but how often words come."""

    def __init__(self) -> None:
        chance = random.Random(10)
        self.words = ["".join(chance.sample(SIGNS, 2)) for _ in range(VOCABULARY)]
        self.shares = [1 / (place + 10) for place in range(VOCABULARY)]
        self.chance = chance

    def text(self) -> Written:
        """One text."""
        return Written(self._said(TITLE), (self._said(ASK), self._said(ASK)), self._said(PROSE))

    def _said(self, words: int) -> str:
        said = self.chance.choices(self.words, self.shares, k=words)
        return "，".join("".join(said[at : at + 6]) for at in range(0, words, 6))


class Shelf:
    """A database with so many cases in the index, and one who asks."""

    def __init__(self, app: Flask, cast: Cast, texts: list[Written], size: int) -> None:
        self.app = app
        self.cast = cast
        self.size = size
        self.asker = actors_of(cast)["assigner"]
        _fill(cast, texts, size)
        catch_up(system_actor(cast.congress_id))
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
            )
        db.session.remove()

    def ask(self, question: Written) -> list[Match]:
        """The nearest cases alone."""
        with self.app.app_context():
            return nearest(self.cast.congress_id, question)

    def page(self, question: Written) -> None:
        """What a page asks for: the nearest cases with what became of them."""
        with self.app.app_context():
            earlier_cases(self.asker, question)


def _fill(cast: Cast, texts: list[Written], size: int) -> None:
    Journey(cast).draft().submit()
    db.session.remove()
    multiply("cases", CASE_COLUMNS, size - 1, {})
    first = db.session.scalars(sa.select(sa.func.min(Case.id))).one()
    rows = [
        {"congress_id": cast.congress_id, "term": term, "case_id": first + place, "weight": weight}
        for place, text in enumerate(texts[:size])
        for term, weight in weighed(text).items()
    ]
    rows.sort(key=lambda row: row["term"])
    repeat = (
        "INSERT INTO similar_term SELECT congress_id, term, case_id + :on, weight FROM similar_term"
        " WHERE case_id < :until ORDER BY congress_id, term, case_id"
    )
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM similar_term"))
        connection.execute(sa.text("DELETE FROM similar_document"))
        for at in range(0, len(rows), BATCH):
            connection.execute(SimilarTerm.__table__.insert(), rows[at : at + BATCH])  # type: ignore[attr-defined]
        for on in range(DIFFERENT, size, DIFFERENT):
            connection.execute(sa.text(repeat), {"on": on, "until": first + DIFFERENT})
        connection.execute(
            sa.text(
                "INSERT INTO similar_document SELECT id, congress_id, text_version, '', submitted_at FROM cases"
            )
        )


def nearest_cases(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    """B10 on both database systems."""
    sizes = (50, 200) if quick else (1_000, 100_000)
    writers = Writers()
    texts = [writers.text() for _ in range(min(DIFFERENT, sizes[-1]))]
    questions = [writers.text() for _ in range(QUESTIONS)]
    ranked: list[Ranked] = []
    for dialect in DIALECTS:
        with cellars.open(dialect) as databases, contextlib.ExitStack() as stack:
            shelves = [Shelf(*stack.enter_context(stage(databases.fresh())), texts, size) for size in sizes]
            yield from _timed(shelves, questions, dialect, 1 if quick else 10)
            asked = [shelves[-1].ask(question) for question in questions]
            ranked.append([[(match.case_id, match.nearness) for match in each] for each in asked])
    yield Finding(
        "B10",
        "两种数据库排序相同的问题 / questions ranked alike on both databases",
        100 * sum(one == other for one, other in zip(*ranked, strict=True)) / QUESTIONS,
        " %",
        100,
        basis=f"{QUESTIONS} questions, {sizes[-1]:,} cases",
    )


def _timed(shelves: list[Shelf], questions: list[Written], dialect: str, rounds: int) -> Iterator[Finding]:
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    alone: dict[int, list[float]] = {shelf.size: [] for shelf in shelves}
    whole: list[float] = []
    for _ in range(rounds):
        for question in questions:
            for shelf in shelves:
                alone[shelf.size].append(seconds(lambda s=shelf, q=question: s.ask(q)))  # type: ignore[misc]
            whole.append(seconds(lambda q=question: shelves[-1].page(q)))  # type: ignore[misc]
    small, large = (alone[shelf.size] for shelf in shelves)
    yield Finding(
        "B10",
        f"相似建议：{shelves[-1].size:,} ÷ {shelves[0].size:,} 件 / similar cases, {name}",
        median_ratio(large, small),
        floor=4.0,
        at_most=True,
        basis=f"{milliseconds(large)} ÷ {milliseconds(small)}",
    )
    yield Finding(
        "B10",
        f"相似建议及其结果，{shelves[-1].size:,} 件 / similar cases with what became of them, {name}",
        sorted(whole)[len(whole) // 2] * 1000,
        " ms",
        100.0,
        True,
        basis=f"slowest of {len(whole)}: {max(whole) * 1000:.0f} ms",
    )
