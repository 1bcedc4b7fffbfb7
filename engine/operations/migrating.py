"""One case taken over to another version: worked out first, the same for a preview and for the deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine import flow
from engine.casework.facts import CASES, TASKS, CaseFacts
from engine.casework.moving.exchange import keep_awaited
from engine.casework.moving.following import due_by, follow
from engine.casework.moving.happenings import Happening, happen
from engine.casework.moving.services import Ending, service_functions
from engine.casework.requests import ACTIONS
from engine.casework.standing import standing_of
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.definitions.legal_bases import steps_lost
from engine.flow import Migrated, Misfit, NotMigratable
from engine.foundation import clock
from engine.operations.access import Running, write_flow
from engine.operations.clock_moves import ClockMove, clock_moves, move_clocks, shown
from engine.operations.flags import unit_names
from engine.operations.mapping import VersionMap
from models import db

RUNNING = ("draft", "open")


@dataclass
class Passage:
    """What the migration of one case does, or why it cannot be done."""

    case: CaseFacts
    old: Folder
    new: Folder
    misfits: list[Misfit] = field(default_factory=list)
    migrated: Migrated | None = None
    ending: Ending = field(default_factory=Ending)
    moves: list[ClockMove] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)  # rows of the tasks that are open now

    @property
    def fits(self) -> bool:
        """Whether it can be done."""
        return not self.misfits

    def report(self) -> dict[str, Any]:
        """What is kept of it, and shown."""
        if self.misfits:
            return {"misfits": [[each.code, each.node, each.to] for each in self.misfits]}
        assert self.migrated is not None
        units, nodes, step = unit_names(self.case.id), self.migrated.nodes, self.migrated.step
        return {
            "tasks": [
                {"node": row.node, "to": nodes[row.token], "unit": units.get(row.assignment_id, "")}
                for row in self.tasks
                if row.token in nodes
            ],
            "withdrawn": [row.node for row in self.tasks if row.token in step.withdrawn],
            "opened": [task.node for task in step.opened],
            "clocks": shown(self.moves, units),
            "ends": step.completed,
        }


def work_out(running: Running, from_id: int, to_id: int, mapping: VersionMap) -> Passage:
    """What taking the case over would do; nothing is changed."""
    case = running.case
    passage = Passage(case, definition(from_id), definition(to_id))
    passage.misfits += _unfit_case(case, from_id, passage.new)
    if passage.misfits:
        return passage
    passage.tasks = _open_tasks(case)
    try:
        passage.migrated = flow.migrate(
            passage.old.flow,
            passage.new.flow,
            running.instance.state,
            mapping.flow,
            service_functions(passage.ending),
            clock.now(),
        )
    except NotMigratable as refused:
        passage.misfits += refused.misfits
    except (flow.StepFailed, flow.StateUnreadable) as fault:
        passage.misfits.append(Misfit("failed", "", fault.message))
    passage.moves, unfit = clock_moves(case, passage.old, passage.new, mapping)
    passage.misfits += unfit
    lost = steps_lost(passage.old, passage.new, mapping.nodes, case.rule_pack_id)
    passage.misfits += [Misfit("basis", step, article) for step, article in lost]
    return passage


def _unfit_case(case: CaseFacts, from_id: int, new: Folder) -> list[Misfit]:
    """What of the case itself the new version does not know, or forbids."""
    if case.archived_at is not None:
        return [Misfit("archived", "")]
    if case.status not in RUNNING:
        return [Misfit("over", "")]
    if case.definition_id != from_id:
        return [Misfit("other-version", "")]
    found = []
    if case.category and case.category not in new.categories:
        found.append(Misfit("category", case.category))
    waiting = sa.select(ACTIONS.c.key).where(ACTIONS.c.case_id == case.id, ACTIONS.c.settled_at.is_(None))
    keys = set(db.session.scalars(waiting))
    return found + [Misfit("action", key) for key in sorted(keys) if key not in new.actions]


def _open_tasks(case: CaseFacts) -> list[Any]:
    statement = sa.select(
        TASKS.c.id, TASKS.c.token, TASKS.c.node, TASKS.c.assignment_id, TASKS.c.clock, TASKS.c.due_on
    ).where(TASKS.c.case_id == case.id, TASKS.c.open)
    return list(db.session.execute(statement.order_by(TASKS.c.id)))


def take_over(
    running: Running, passage: Passage, to_id: int, mapping: VersionMap, reason: str, **detail: Any
) -> None:
    """Do what was worked out, in the running use case, on the locked flow. Raises ConcurrentChange."""
    assert passage.fits and passage.migrated is not None
    case, new, step = running.case, passage.new, passage.migrated.step
    said = {"old": passage.old.version, "new": new.version, "reason": reason, **detail}
    happen(
        case,
        passage.old,
        [Happening("case:migrated", detail={**said, "report": passage.report()})],
    )
    write_flow(running, step.state, wakes_at=step.next_timer)
    case.definition_id = to_id
    case.stage = _stage(case, passage.old, new)
    db.session.execute(
        CASES.update().where(CASES.c.id == case.id).values(definition_id=to_id, stage=case.stage)
    )
    _rename_tasks(passage)
    move_clocks(case, passage.moves, reason)
    keep_awaited(case, step.awaited_signals)
    follow(case, new, step, passage.ending)
    _set_due_dates(passage, mapping)


def _stage(case: CaseFacts, old: Folder, new: Folder) -> str:
    """The stage that stands until tasks say another: the same, else the one in its place."""
    keys = [stage.key for stage in new.stages]
    if case.stage in keys:
        return case.stage
    place = next((at for at, stage in enumerate(old.stages) if stage.key == case.stage), 0)
    return keys[min(place, len(keys) - 1)]


def _rename_tasks(passage: Passage) -> None:
    """Open tasks keep row, token, holder, draft and due date; who has another form before him is told so on sending."""
    assert passage.migrated is not None
    for row in passage.tasks:
        node = passage.migrated.nodes.get(row.token)
        if node is None:
            continue
        was, spec = passage.old.tasks[row.node], passage.new.tasks[node]
        other_form = passage.old.forms[was.form] != passage.new.forms[spec.form]
        if node == row.node and was.title == spec.title and not other_form:
            continue
        values: dict[str, Any] = {"node": node, "name": spec.title.zh}
        if other_form:
            values["revision"] = TASKS.c.revision + 1
        db.session.execute(TASKS.update().where(TASKS.c.id == row.id).values(values))


def _set_due_dates(passage: Passage, mapping: VersionMap) -> None:
    """Tasks show the due dates of clocks that have changed; all others stay as they were."""
    assert passage.migrated is not None
    touched = {move.key for move in passage.moves if move.how != "kept"}
    touched |= {old for old, new in mapping.clocks.items() if old != new}
    due_dates = standing_of(passage.case.id).due_dates
    for row in passage.tasks:
        node = passage.migrated.nodes.get(row.token)
        if node is None:
            continue
        was, spec = passage.old.tasks[row.node], passage.new.tasks[node]
        if was.clocks == spec.clocks and not touched.intersection(was.clocks):
            continue
        key, due_on = due_by(spec, row.assignment_id, due_dates)
        if (key, due_on) != (row.clock, row.due_on):
            db.session.execute(TASKS.update().where(TASKS.c.id == row.id).values(clock=key, due_on=due_on))


def failed(fault: Exception) -> Mapping[str, Any]:
    """The report of a case at which something went wrong that nobody had thought of."""
    return {"misfits": [["failed", "", f"{type(fault).__name__}: {fault}"[:500]]]}
