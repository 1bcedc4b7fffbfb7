"""B1, B2, B3: completions through the use case, against the bare limit and against stock SpiffWorkflow."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.casework.tasks import Completed
from engine.foundation.actor import Actor
from models import db
from tests.bench.bare import BareSteps, BareTables, Writes, recorded
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, per_second
from tests.bench.journeys import ROUND, WALK, TimedJourney, actors_of, with_units
from tests.bench.stock import StockCase
from tests.support.cast import Cast


@dataclass(frozen=True)
class Recorded:
    """What the steps of a walk and of a redo round wrote."""

    walk: list[Writes]
    redo: list[Writes]


# The shape for which stock SpiffWorkflow was measured: a suggestion that five units answer separately.
UNITS = ("slt", "czt", "jyt", "jtt", "wjw")
Actors = dict[str, Actor]


def completions(cellars: Cellars, dialect: str, quick: bool) -> Iterator[Finding]:
    """B1 on SQLite or B2 on PostgreSQL, and there B3."""
    with cellars.open(dialect) as databases:
        with stage(databases.fresh()) as (_, cast):
            # On a database of its own: an engine that was watched once looks for listeners ever after.
            cast = with_units(cast, UNITS[3:])
            steps = _recorded(cast, actors_of(cast))
        with stage(databases.fresh()) as (_, cast):
            yield from _measured(with_units(cast, UNITS[3:]), steps, dialect, quick)


def _measured(cast: Cast, steps: Recorded, dialect: str, quick: bool) -> Iterator[Finding]:
    actors = actors_of(cast)
    for _ in range(3):
        TimedJourney(cast, actors).walk()
    TimedJourney(cast, actors).assigned(*UNITS).redo_round()
    tables = BareTables(db.engine, quick=quick)
    yield _against_bare(cast, actors, BareSteps(tables, steps.walk), dialect, 3 if quick else 40)
    if dialect == "sqlite":
        redo = BareSteps(tables, steps.redo)
        yield _against_stock(cast, actors, redo, 1, 3.0, 2 if quick else 20)
        yield _against_stock(cast, actors, redo, 2 if quick else 20, 25.0, 1 if quick else 8)


class WatchedJourney(TimedJourney):
    """A journey that keeps what each completion wrote."""

    def __init__(self, cast: Cast, actors: Actors, since: Callable[[], Writes]) -> None:
        super().__init__(cast, actors)
        self.since = since
        self.steps: list[Writes] = []

    def do(self, who: str, node: str, unit: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task at a node and keep what was written."""
        self.since()
        done = super().do(who, node, unit, **answers)
        self.steps.append(self.since())
        return done


def _recorded(cast: Cast, actors: Actors) -> Recorded:
    TimedJourney(cast, actors).walk()  # what only the first case writes is no part of a step
    with recorded() as since:
        walk = WatchedJourney(cast, actors, since)
        walk.walk()
        redo = WatchedJourney(cast, actors, since)
        redo.assigned(*UNITS).redo_round()
        return Recorded(walk.steps, redo.steps[-ROUND:])


def _against_bare(cast: Cast, actors: Actors, bare: BareSteps, dialect: str, rounds: int) -> Finding:
    ours, limit = [], []
    for _ in range(rounds):
        limit.append(bare.run())
        ours.append(TimedJourney(cast, actors).walk().taken())
    code, name, floor = ("B1", "SQLite FULL", 0.25) if dialect == "sqlite" else ("B2", "PostgreSQL", 0.35)
    return Finding(
        code,
        f"完成任务 ÷ 裸提交 / completions ÷ bare Core commits, {name}",
        median_ratio(limit, ours),
        floor=floor,
        basis=f"{per_second(ours, WALK)} ({milliseconds(ours, WALK)}) ÷ {per_second(limit, WALK)}"
        f" ({milliseconds(limit, WALK)}), {bare.rows:.1f} rows each",
    )


def _against_stock(
    cast: Cast, actors: Actors, redo: BareSteps, round_: int, floor: float, rounds: int
) -> Finding:
    ours, stock, sizes = [], [], []
    theirs = StockCase("suggestion", len(UNITS), redo)
    theirs.run_to(round_)
    sizes.append(len(theirs.state))
    journey = TimedJourney(cast, actors).assigned(*UNITS)
    for unit in UNITS * (round_ - 1):
        journey.redo_round(unit)
    for _ in range(rounds):
        gc.collect()  # what one side leaves behind is not the other's to clear away
        stock.append(theirs.redo_round())
        gc.collect()
        # A round of every unit, as one of theirs takes longer than five of ours: neither begins cold each time.
        ours.append(statistics.fmean(journey.redo_round(unit) for unit in UNITS))
    return Finding(
        "B3",
        f"完成任务 ÷ 原版 SpiffWorkflow / completions ÷ stock SpiffWorkflow, round {round_}",
        median_ratio(stock, ours),
        floor=floor,
        basis=f"{milliseconds(ours, ROUND)} ÷ {milliseconds(stock, ROUND)},"
        f" stock state {statistics.median(sizes) / 1024:,.0f} KB",
    )
