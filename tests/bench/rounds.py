"""B4, B5: a case grows old, its step does not grow dear, its state stays small."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import INSTANCES
from engine.definitions.catalogue import current
from models import db
from tests.bench.databases import Cellars, stage
from tests.bench.findings import Finding, median_ratio, milliseconds, seconds
from tests.bench.journeys import ROUND, TimedJourney, actors_of
from tests.bench.stock import BEGINNING, REDO

NOW = dt.datetime(2026, 2, 5, 2, tzinfo=dt.UTC)
ASSIGNED: Mapping[str, Any] = {"routed": False, "answering_units": [1], "co_units": []}


class FlowCase:
    """One case of one unit in the flow alone."""

    def __init__(self) -> None:
        self.flow = current("suggestion").folder.flow
        self.step = flow.start(self.flow, {}, {}, NOW)
        for _, flags in (*BEGINNING, ("assign", ASSIGNED), ("sign_for", {})):
            self.do(flags)

    def do(self, flags: Mapping[str, Any]) -> None:
        """Complete the one task that is open."""
        self.step = flow.complete(self.flow, self.step.state, self.step.open_keys[0], flags, {}, NOW)

    def redo_round(self) -> None:
        """One redo round."""
        for _, flags in REDO:
            self.do(flags)

    def seconds_of_round(self) -> float:
        """The seconds of the next round, after which the case is as old as before."""
        kept = self.step
        taken = seconds(self.redo_round)
        self.step = kept
        return taken


def flow_rounds(quick: bool) -> Iterator[Finding]:
    """B4 in the flow: rounds of different age, timed in turn."""
    cases: dict[int, FlowCase] = {}
    times: dict[int, list[float]] = {}
    for round_ in (1, 5, 10) if quick else (1, 20, 100, 1000):
        cases[round_] = FlowCase()
        for _ in range(1, round_):
            cases[round_].redo_round()
    for _ in range(5 if quick else 100):
        for round_, case in cases.items():
            times.setdefault(round_, []).append(case.seconds_of_round())
    for round_ in list(cases)[1:]:
        yield Finding(
            "B4",
            f"流程一步：第{round_}轮 ÷ 第1轮 / a step of the flow, round {round_} ÷ round 1",
            median_ratio(times[round_], times[1]),
            floor=1.2,
            at_most=True,
            basis=f"{milliseconds(times[round_], ROUND)} ÷ {milliseconds(times[1], ROUND)},"
            f" state {len(cases[round_].step.state):,} bytes",
        )


def use_case_rounds(cellars: Cellars, quick: bool) -> Iterator[Finding]:
    """B4 and B5 through the whole use case, on SQLite."""
    old = 5 if quick else 100
    with cellars.open("sqlite") as databases, stage(databases.fresh()) as (_, cast):
        actors = actors_of(cast)
        veteran = TimedJourney(cast, actors).assigned()
        for _ in range(1, old):
            veteran.redo_round()
        state = db.session.scalar(sa.select(INSTANCES.c.state).where(INSTANCES.c.case_id == veteran.case_id))
        aged, fresh = [], []
        for _ in range(2 if quick else 25):
            fresh.append(TimedJourney(cast, actors).assigned().redo_round())
            aged.append(veteran.redo_round())
    yield Finding(
        "B4",
        f"完成任务：第{old}轮 ÷ 第1轮 / a completion, round {old} ÷ round 1",
        statistics.median(aged) / statistics.median(fresh),
        floor=1.2,
        at_most=True,
        basis=f"{milliseconds(aged, ROUND)} ÷ {milliseconds(fresh, ROUND)}",
    )
    yield Finding(
        "B5", f"第{old}轮的流程状态 / stored state at round {old}", len(state or b""), " B", 4096, True
    )
