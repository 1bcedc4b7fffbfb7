"""B12: the public search among ten thousand published copies, by the index and by reading every text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Flask

from engine.foundation.actor import system_actor
from engine.publication.public import _LINES, Wanted, find
from engine.publication.search_index import enter, rebuild, searched
from engine.publication.searching import LATEST_FIRST, stands_in
from models import Case, Publication, PublicationVersion, db
from tests.bench.databases import DIALECTS, Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, seconds
from tests.bench.inboxes import CASE_COLUMNS, multiply
from tests.bench.similar import Writers
from tests.support.cast import Cast
from tests.support.journey import Journey

WORDS = 1_250  # of two signs each: as long as a suggestion with its replies
DIFFERENT = 400  # texts; beyond that they repeat
PAGE = 20
BATCH = 1_000
ONCE = "龘靐"  # stands in one copy
NOWHERE = "饕餮盛宴"
MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Library:
    """A database with so many published copies, searched in two ways."""

    def __init__(self, app: Flask, cast: Cast, writers: Writers, size: int) -> None:
        self.app = app
        self.size = size
        texts = _texts(writers, min(DIFFERENT, size))
        self.signs = sum(len(texts[place % len(texts)]) for place in range(size))
        self.last = _fill(cast, texts, size)
        rebuild(system_actor(cast.congress_id))
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
            )
        db.session.remove()

    def by_index(self, word: str) -> list[str]:
        """A page as the site gives it."""
        with self.app.app_context():
            return [line.public_id for line in find(Wanted(text=word), limit=PAGE)[0]]

    def by_reading(self, word: str) -> list[str]:
        """The same page without the index: the newest first, every text read until the page is full."""
        with self.app.app_context():
            statement = _LINES.where(stands_in(searched(word))).order_by(*LATEST_FIRST).limit(PAGE + 1)
            return [row.public_id for row in db.session.execute(statement)][:PAGE]

    def index_bytes(self) -> int:
        """How large the table and what belongs to it is."""
        with self.app.app_context():
            if db.engine.dialect.name == "postgresql":
                size = "SELECT pg_total_relation_size('publication_pair')"
            else:
                size = "SELECT sum(pgsize) FROM dbstat WHERE name = 'publication_pair'"
            return int(db.session.scalar(sa.text(size)) or 0)

    def enter_one(self) -> None:
        """What the release of a copy adds to its transaction: a whole text goes out of the index and in again."""
        with self.app.app_context():
            words = db.session.scalar(sa.select(Publication.words).where(Publication.id == self.last)) or ""
            enter(self.last, words, "")
            enter(self.last, "", words)
            db.session.commit()


def _texts(writers: Writers, many: int) -> list[str]:
    texts = []
    for place in range(many):
        said = writers.chance.choices(writers.words, writers.shares, k=WORDS)
        texts.append(" ".join("".join(said[at : at + 6]) for at in range(0, WORDS, 6)))
        if place == many // 2:
            texts[-1] += f" {ONCE}"
    return texts


def _fill(cast: Cast, texts: list[str], size: int) -> int:
    """Write the copies; the word that stands once stands in one only."""
    Journey(cast).draft()
    db.session.remove()
    multiply("cases", CASE_COLUMNS, size - 1, {})
    first = db.session.scalars(sa.select(sa.func.min(Case.id))).one()
    db.session.remove()
    same = {"congress_id": cast.congress_id, "state": "published", "reason": "", "revision": 1, "released": 1}
    same |= {"process_key": "suggestion", "year": 2026, "category": "", "number": ""}
    with db.engine.begin() as connection:
        for begin in range(0, size, BATCH):
            rows, versions = [], []
            for place in range(begin, min(begin + BATCH, size)):
                text = texts[place % len(texts)]
                text = text if place < len(texts) else text.replace(ONCE, "")
                at = MOMENT + dt.timedelta(minutes=place)
                row = {**same, "id": place + 1, "case_id": first + place, "public_id": f"{place:010}"}
                row |= {"title": text[:20], "words": text, "released_at": at, "first_released_at": at}
                rows.append(row)
                versions.append(_version(place + 1, text, at))
            connection.execute(sa.insert(Publication), rows)
            connection.execute(sa.insert(PublicationVersion), versions)
    return size


def _version(publication_id: int, text: str, at: dt.datetime) -> dict[str, object]:
    content = {"title": text[:20], "whole": True, "parts": [{"text": text}], "replies": []}
    about = {"publication_id": publication_id, "version": 1, "content": content, "note": "", "confirmed": ""}
    return {**about, "prepared_at": at, "released_at": at}


def public_searches(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    """B12 on both database systems."""
    size = 40 if quick else 10_000
    for dialect in DIALECTS:
        writers = Writers()
        with cellars.open(dialect) as databases, stage(databases.fresh()) as (app, cast):
            yield from _measured(Library(app, cast, writers, size), writers, dialect, 3 if quick else 9)


def _measured(library: Library, writers: Writers, dialect: str, rounds: int) -> Iterator[Finding]:
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    of_common_pairs = writers.words[3] + writers.words[7_000]
    questions = (
        ("常用词", "a common word", writers.words[0], None),
        ("不常用的词", "an uncommon word", writers.words[9_000], 0.5),
        ("只出现一次的词", "a word that stands once", ONCE, 0.2),
        ("没有的词", "a word that stands nowhere", NOWHERE, 0.2),
        ("字常用而词没有", "a phrase of common pairs that stands nowhere", of_common_pairs, 0.5),
    )  # fmt: skip
    for chinese, english, word, floor in questions:
        if library.by_index(word) != library.by_reading(word):
            raise RuntimeError(f"the index finds another page for {word}")
        by_index, by_reading = [], []
        for _ in range(rounds):
            by_index.append(seconds(lambda word=word: library.by_index(word)))  # type: ignore[misc]
            by_reading.append(seconds(lambda word=word: library.by_reading(word)))  # type: ignore[misc]
        yield Finding(
            "B12",
            f"公众查找{chinese}，索引 ÷ 通读，{library.size:,} 件 / {english}, index ÷ reading, {name}",
            median_ratio(by_index, by_reading),
            floor=floor,
            at_most=True,
            basis=f"{milliseconds(by_index)} ÷ {milliseconds(by_reading)}",
        )
    yield from _costs(library, name, rounds)


def _costs(library: Library, name: str, rounds: int) -> Iterator[Finding]:
    size = library.index_bytes()
    yield Finding(
        "B12",
        f"查找索引 ÷ 文本 / index of the search ÷ texts in UTF-8, {name}",
        size / (3 * library.signs),
        floor=3.0,
        at_most=True,
        basis=f"{size / 2**20:.0f} MB ÷ {3 * library.signs / 2**20:.0f} MB",
    )
    entered = [seconds(library.enter_one) for _ in range(rounds)]
    yield Finding(
        "B12", f"公开一件编入索引 / entering a copy twice, {name}", sorted(entered)[rounds // 2] * 1000, " ms"
    )
