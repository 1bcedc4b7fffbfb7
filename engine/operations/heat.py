"""Where the cases of a version stand and how long its tasks take: by node, for the list and the diagram."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, INSTANCES, TASKS
from engine.definitions.folder import Folder
from engine.flow import tally
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.operations.versions import RUNNING, version
from models import db

LOOKED_BACK = dt.timedelta(days=365)  # of tasks that are done
MOST_DONE = 50_000  # of them, the latest
MOST_STATES = 5_000  # running cases; of more only the tasks are counted, not every token
DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class NodeHeat:
    """One node. `tokens` stand there now (None: not counted), `open` of them are tasks, `overdue` of these are late.

    `longest` is for how many days the oldest open task has lain there. Of the `done` tasks that were completed in
    the last year `median` and `ninth` (90th percentile) are the days from when they opened; None where there are none.
    """

    node: str
    name: str
    kind: str
    tokens: int | None
    open: int
    overdue: int
    longest: float | None
    done: int
    median: float | None
    ninth: float | None


@dataclass(slots=True)
class _Figures:
    open: int = 0
    overdue: int = 0
    longest: float | None = None
    took: list[float] = field(default_factory=list)


def heat(actor: Actor, *, definition_id: int) -> list[NodeHeat]:
    """Every node at which something stands or has been done, in the order of the diagram, of the actor's congress.

    Raises NotAllowed, NotFound.
    """
    folder = version(actor, definition_id=definition_id).folder
    figures: dict[str, _Figures] = {}
    _count_open(actor, definition_id, figures)
    _count_done(actor, definition_id, figures)
    tokens = _tokens(actor, definition_id, folder)
    order = {node: place for place, node in enumerate(folder.flow.nodes)}
    nodes = sorted({*figures, *(tokens or ())}, key=lambda node: order.get(node, len(order)))
    return [_heat_of(folder, node, figures.get(node, _Figures()), tokens) for node in nodes]


def _heat_of(folder: Folder, node: str, found: _Figures, tokens: Counter[str] | None) -> NodeHeat:
    known = folder.flow.nodes.get(node)
    return NodeHeat(
        node=node,
        name=(known.name if known else "") or node,
        kind=known.kind if known else "",
        tokens=None if tokens is None else tokens[node],
        open=found.open,
        overdue=found.overdue,
        longest=found.longest,
        done=len(found.took),
        median=statistics.median(found.took) if found.took else None,
        ninth=percentile(found.took, 90) if found.took else None,
    )


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of the values that is not less than `share` percent of them (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def _count_open(actor: Actor, definition_id: int, figures: dict[str, _Figures]) -> None:
    now, today = clock.now(), clock.today()
    statement = _tasks_of(actor, definition_id, TASKS.c.node, TASKS.c.opened_at, TASKS.c.due_on)
    for row in db.session.execute(statement.where(TASKS.c.open)):
        found = figures.setdefault(row.node, _Figures())
        found.open += 1
        found.overdue += row.due_on < today
        found.longest = max(found.longest or 0.0, (now - row.opened_at).total_seconds() / DAY)


def _count_done(actor: Actor, definition_id: int, figures: dict[str, _Figures]) -> None:
    statement = _tasks_of(actor, definition_id, TASKS.c.node, TASKS.c.opened_at, TASKS.c.closed_at).where(
        TASKS.c.outcome == "completed", TASKS.c.closed_at >= clock.now() - LOOKED_BACK
    )
    for row in db.session.execute(statement.order_by(TASKS.c.id.desc()).limit(MOST_DONE)):
        took = (row.closed_at - row.opened_at).total_seconds() / DAY
        figures.setdefault(row.node, _Figures()).took.append(took)


def _tasks_of(actor: Actor, definition_id: int, *columns: sa.Column[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .join(CASES, CASES.c.id == TASKS.c.case_id)
        .where(CASES.c.definition_id == definition_id, CASES.c.congress_id == actor.congress_id)
    )


def _tokens(actor: Actor, definition_id: int, folder: Folder) -> Counter[str] | None:
    """Every token of the running cases; None where there are too many cases."""
    statement = (
        sa.select(INSTANCES.c.state)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(
            CASES.c.definition_id == definition_id,
            CASES.c.congress_id == actor.congress_id,
            CASES.c.status.in_(RUNNING),
        )
        .limit(MOST_STATES + 1)
    )
    states = list(db.session.scalars(statement))
    if len(states) > MOST_STATES:
        return None
    return tally(folder.flow, states)
