"""B11: the table of every indicator by every unit, at a hundred thousand cases, beside one bare pass over the rows."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.statistics import counting
from engine.statistics.scopes import Scope
from models import Assignment, Case, Clock, ContactRecord, Evaluation, Organization, Reply, db
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, seconds
from tests.bench.inboxes import multiply
from tests.bench.journeys import TimedJourney, actors_of
from tests.support.cast import Cast

ASSIGNED = dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC)
UNITS = 80
YEARS = 100  # over which the cases lie: one of them is what an office publishes
ANSWERS = "(SELECT * FROM clock WHERE key = 'answer' ORDER BY id LIMIT 1)"
# Every row that the table has to look at, joined and counted once, and nothing asked of it.
BARE = """
SELECT assignment.unit_id, count(*), count(reply.id), count(evaluation.id), count(clock.id), count(contact_record.id)
FROM assignment
JOIN cases ON cases.id = assignment.case_id
LEFT JOIN reply ON reply.assignment_id = assignment.id
LEFT JOIN evaluation ON evaluation.case_id = cases.id AND evaluation.assignment_id = assignment.id
LEFT JOIN clock ON clock.case_id = cases.id AND clock.key = 'answer'
LEFT JOIN contact_record ON contact_record.case_id = cases.id
WHERE cases.status <> 'draft'
GROUP BY assignment.unit_id
"""


class Archive:
    """So many cases, each answered and evaluated, in the hands of eighty units."""

    def __init__(self, cast: Cast, actor: Actor, many: int) -> None:
        self.actor = actor
        kind = Organization(
            congress_id=cast.congress_id,
            kind="department",
            parent_id=None,
            position=9,
            duties="",
            active=True,
        )
        names = [column.name for column in Organization.__table__.columns if column.name != "id"]
        first = {name: getattr(kind, name) for name in names}
        rows = [
            {**first, "code": f"u{n}", "name": f"单位{n}", "short_name": f"单位{n}"} for n in range(UNITS)
        ]
        db.session.execute(sa.insert(Organization), rows)
        db.session.commit()
        self._fill(many)

    def _fill(self, many: int) -> None:
        unit = f"(SELECT max(id) FROM organization) - n.i % {UNITS}"
        at = f"'{{}}-03-0' || (1 + n.i % 9) || ' 02:00:00{'+00' if self._postgres() else '.000000'}'"
        year = at.format(f"' || (2026 - (n.i / {UNITS}) % {YEARS}) || '")
        if self._postgres():
            year = f"CAST({year} AS TIMESTAMPTZ)"
        newest = "(SELECT max(id) FROM {}) - n.i"
        of_case = {"case_id": newest.format("cases")}
        of_unit = {**of_case, "assignment_id": newest.format("assignment")}
        multiply("cases", _columns(Case), many, {"submitted_at": year})
        multiply("assignment", _columns(Assignment), many, {**of_case, "unit_id": unit})
        multiply("reply", _columns(Reply), many, of_unit)
        multiply("evaluation", _columns(Evaluation), many, {**of_unit, "reply_id": newest.format("reply")})
        multiply("contact_record", _columns(ContactRecord), many, of_unit)
        multiply("clock", _columns(Clock), many, of_unit, ANSWERS)

    @staticmethod
    def _postgres() -> bool:
        return db.engine.dialect.name == "postgresql"

    def table(self, scope: Scope) -> None:
        """The whole reading, as the page asks for it."""
        rows = counting.table(self.actor, scope, "unit")
        if len(rows) < UNITS // 2:
            raise RuntimeError(f"the table has {len(rows)} lines")
        db.session.rollback()

    def bare(self) -> None:
        """The same rows joined and counted by one statement."""
        db.session.execute(sa.text(BARE)).all()
        db.session.rollback()


def _columns(model: Any) -> list[str]:
    return [column.name for column in model.__table__.columns if column.name not in ("id", "number")]


def unit_tables(cellars: Cellars, dialect: str, quick: bool) -> Iterator[Finding]:
    """B11 on one database system."""
    many = 500 if quick else 100_000
    with cellars.open(dialect) as databases, stage(databases.fresh()) as (_app, cast):
        with clock.moved_to(ASSIGNED):
            actors = actors_of(cast)
            journey = TimedJourney(cast, actors)
            journey.walk()
        kind = journey.process_key
        archive = Archive(cast, actors["assigner"], many)
        whole, bare, year = [], [], []
        for _round in range(3 if quick else 7):
            whole.append(seconds(lambda: archive.table(Scope(kind))))
            bare.append(seconds(archive.bare))
            year.append(seconds(lambda: archive.table(Scope(kind, year=2026))))
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    yield Finding(
        "B11",
        f"单位×指标表，{many:,} 件 ÷ 裸连接计数 / units × indicators ÷ one bare joined count, {name}",
        median_ratio(whole, bare),
        floor=5.0,
        at_most=True,
        basis=f"{milliseconds(whole)} ÷ {milliseconds(bare)}",
    )
    yield Finding(
        "B11",
        f"同一表，其中一年（{many // YEARS:,} 件）/ the same of one year among them, {name}",
        statistics.median(year) * 1000,
        " ms",
        basis=f"{milliseconds(whole)} for all",
    )
