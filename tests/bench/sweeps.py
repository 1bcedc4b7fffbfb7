"""B7: a hundred thousand clocks fall due; each is told to the people whom the process names."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from engine.casework.periods.clock_sweep import BATCH, sweep
from engine.deadlines.clocks import CLOCKS
from engine.foundation import clock
from models import Assignment, Base, Case, db
from tests.bench.bare import BareTables, Statements, recorded
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, seconds
from tests.bench.inboxes import multiply
from tests.bench.journeys import TimedJourney, actors_of

ASSIGNED = dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC)
WARNS = dt.date(2026, 4, 6)
ANSWERS = "(SELECT * FROM clock WHERE key = 'answer' ORDER BY id LIMIT 1)"


class Slices:
    """So many clocks, each of a case of its own, that wake on as many days as there are slices."""

    def __init__(self, many: int, slices: int) -> None:
        self.each = many // slices
        self.days = [WARNS + dt.timedelta(days=number) for number in range(slices)]
        with db.engine.begin() as connection:
            connection.execute(CLOCKS.update().values(wakes_on=None))
        multiply("cases", _columns(Case), many, {})
        newest = f"(SELECT max(id) FROM {{}}) - {many} + n.i + 1"  # the n-th of those just copied
        multiply("assignment", _columns(Assignment), many, {"case_id": newest.format("cases")})
        owners = {"case_id": newest.format("cases"), "assignment_id": newest.format("assignment")}
        multiply("clock", [c.name for c in CLOCKS.c if c.name != "id"], many, owners, ANSWERS)
        oldest = db.session.scalar(sa.select(sa.func.max(CLOCKS.c.id))) - many
        db.session.rollback()
        with db.engine.begin() as connection:
            for number, day in enumerate(self.days):
                first = oldest + number * self.each
                these = CLOCKS.c.id.between(first + 1, first + self.each)
                connection.execute(CLOCKS.update().where(these).values(wakes_on=day))

    def swept(self, number: int) -> float:
        """The seconds of the sweep of one slice."""
        with clock.moved_to(dt.datetime.combine(self.days[number], dt.time(2), dt.UTC)):
            return seconds(sweep)


class BareSweep:
    """The same clocks claimed and deleted a batch at a time, alone or with the rows that a sweep leaves."""

    def __init__(self, tables: BareTables, slices: Slices, left: Statements) -> None:
        self.tables = tables
        self.slices = slices
        self.left = left
        self.clocks = tables.tables["clock"]
        claimed = (
            sa.select(self.clocks.c.id)
            .where(self.clocks.c.wakes_on <= sa.bindparam("today"))
            .order_by(self.clocks.c.wakes_on, self.clocks.c.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        self.claim = self.clocks.delete().where(self.clocks.c.id.in_(claimed)).returning(self.clocks.c.id)

    def fill(self) -> None:
        """Give it the clocks of the next slice."""
        with self.tables.engine.begin() as connection:
            row = {**self.tables.rows["clock"], "wakes_on": WARNS}
            connection.execute(self.clocks.insert(), [row] * self.slices.each)

    def run(self, left: bool) -> float:
        """Claim and delete until nothing is due; with `left`, write what a sweep leaves as well."""
        self.fill()
        return seconds(lambda: self._sweep(left))

    def _sweep(self, left: bool) -> None:
        while True:
            with self.tables.engine.begin() as connection:
                if not connection.execute(self.claim, {"today": WARNS}).all():
                    return
                for statement, rows in self.left if left else ():
                    connection.execute(statement, rows)


def due_clocks(cellars: Cellars, dialect: str, quick: bool) -> Iterator[Finding]:
    """B7 on one database system."""
    many, slices = (300, 3) if quick else (100_000, 10) if dialect == "sqlite" else (20_000, 5)
    with cellars.open(dialect) as databases, stage(databases.fresh()) as (_, cast):
        with clock.moved_to(ASSIGNED):
            TimedJourney(cast, actors_of(cast)).assigned()
        due = Slices(many, slices)
        with recorded() as since:
            due.swept(0)
            writes = since().per(due.each, BATCH)
        bare = BareSweep(BareTables(db.engine, quick=quick), due, [])
        bare.left = [
            pair
            for write, count in writes.rows.items()
            if write.table != "clock"
            for pair in [bare.tables.statement(write, count)]
        ]
        ours, whole, claims = [], [], []
        for number in range(1, slices):
            whole.append(bare.run(left=True))
            ours.append(due.swept(number))
            claims.append(bare.run(left=False))
    yield from _findings(dialect, many, due.each, writes.total / BATCH, ours, whole, claims)


def _findings(
    dialect: str,
    many: int,
    each: int,
    rows: float,
    ours: list[float],
    whole: list[float],
    claims: list[float],
) -> Iterator[Finding]:
    name = "SQLite" if dialect == "sqlite" else "PostgreSQL"
    rates = [f"{each / statistics.median(times):,.0f}/s" for times in (ours, whole, claims)]
    yield Finding(
        "B7",
        f"{many:,} 个到期时限 ÷ 裸领取并写同样的行 / due clocks ÷ bare claim-and-delete with the same rows, {name}",
        median_ratio(whole, ours),
        floor=0.2,
        basis=f"{rates[0]} ÷ {rates[1]}, {rows:.1f} rows each",
    )
    yield Finding(
        "B7",
        f"同上 ÷ 只领取 / the same ÷ claim-and-delete alone, nothing told, {name}",
        median_ratio(claims, ours),
        basis=f"{rates[0]} ÷ {rates[2]}",
    )


def _columns(model: type[Base]) -> list[Any]:
    return [column.name for column in model.__table__.columns if column.name not in ("id", "number")]
