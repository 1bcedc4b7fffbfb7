"""Process folders drawn for a test, whose tasks all do one small act: for what the shipped process has no use for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from engine import capabilities
from engine.casework.acts.step import ACTS, ERRORS, FLAGS, WORDS, Outcome, Step, act
from engine.casework.cases import open_case
from engine.casework.moving.services import FAILURES, SERVICES, Ending, service
from engine.casework.tasks import Completed, complete_task
from engine.definitions import catalogue
from engine.flow import BpmnError
from engine.foundation.actor import system_actor
from models import AuditEvent, Task, db
from tests.definitions.small import PROCESS, form_file, small
from tests.flow.drawing import Model, as_bpmn
from tests.support.cast import Cast

CHOICES = [{"value": word, "label": {"zh": word, "en": word}} for word in ("on", "plain", "lost", "unknown")]
TASK = """
[task.{node}]
title = {{ zh = "{node}", en = "{node}" }}
verb = {{ zh = "交", en = "Hand in" }}
act = "say"
role = "deputy"
at = "lead_deputy"
stage = "propose"
form = "say"
basis = "代表法第五十二条"
"""


def _say(step: Step) -> Outcome:
    """Go on, with a mark or plainly, or end the task with the error that is chosen."""
    word = step.answers["word"]
    flags = {"word": word} | ({"mark": True} if word == "on" else {})
    return Outcome([], flags, error=word if word in ("lost", "unknown") else "")


def _file(ending: Ending, variables: dict[str, object]) -> None:
    """A service that cannot find what it is to file."""
    raise BpmnError("lost", {"word": "lost"})


@contextmanager
def spoken() -> Iterator[None]:
    """The act `say` and the service function `file`, for as long as a test needs them."""
    errors = frozenset({"lost", "unknown"})
    act("say", {"word": "text", "mark": "truth"}, {"word": "word"}, errors)(_say)
    service("file", errors - {"unknown"})(_file)
    try:
        yield
    finally:
        for registered in (ACTS, FLAGS, WORDS, ERRORS):
            del registered["say"]  # type: ignore[attr-defined]
        for registered in (SERVICES, FAILURES):
            del registered["file"]  # type: ignore[attr-defined]


def folder(model: Model, sources: Sequence[str] = ()) -> dict[str, str]:
    """The files of a folder for a diagram: every user task of it does the act `say`.

    What its events hear is said to come from cases of other kinds; what begins it, from those of `sources`.
    """
    drawn = as_bpmn(model).decode()
    nodes = re.findall(r'<bpmn:userTask id="(\w+)"', drawn)
    head, _task, tail = PROCESS.partition("[task.write]")
    process = head + "".join(TASK.format(node=node) for node in nodes) + tail[tail.index("[[register]]") :]
    heard = sorted({name for node in model.nodes.values() for name in (node.message, node.signal) if name})
    process = re.sub(r"\bsmall\b", model.key, f"\nfrom_other_cases = {json.dumps(heard)}{process}")
    behind = {wire.target for wire in model.wires if model.nodes[wire.source].begins}
    starts = [node for node in model.nodes.values() if node.kind == "startEvent" or node.id in behind]
    for kind, name in (pair for start in starts for pair in start.triggers):
        process += f'\n[[begun_by]]\n{kind} = "{name}"\nfrom = {json.dumps(list(sources))}\n'
    if all(start.triggers for start in starts):
        process = process.replace('opened_by = ["deputy"]', "opened_by = []")
    files = small(process=process, deadlines="")
    files |= {"forms/say.json": form_file({"name": "word", "type": "choice", "choices": CHOICES})}
    del files["small.bpmn"]
    return files | {f"{model.key}.bpmn": drawn}


def deployed(model: Model, sources: Sequence[str] = ()) -> int:
    """Deploy the folder of a diagram; gives its row's id."""
    return catalogue.deploy(system_actor(0), folder(model, sources), **capabilities.known())


def opened(cast: Cast, model: Model, deputy: str = "deputy1") -> int:
    """Open a case of a diagram; gives its id."""
    return open_case(cast.actor(deputy), process_key=model.key)


def say(cast: Cast, case_id: int, node: str, word: str = "on", deputy: str = "deputy1") -> Completed:
    """Do the open task at a node."""
    task = sa.select(Task.id).where(Task.case_id == case_id, Task.node == node, Task.open)
    task_id = db.session.scalars(task).one()
    return complete_task(cast.actor(deputy), task_id=task_id, answers={"word": word})


def at(case_id: int) -> list[str]:
    """The nodes at which tasks of a case are open."""
    found = db.session.scalars(sa.select(Task.node).where(Task.case_id == case_id, Task.open)).all()
    db.session.rollback()
    return sorted(found)


def trail(case_id: int, *actions: str) -> list[tuple[str, dict[str, object]]]:
    """What the audit chain of a case says of these actions, in order: (action, detail)."""
    statement = (
        sa.select(AuditEvent.action, AuditEvent.detail)
        .where(AuditEvent.case_id == case_id, AuditEvent.action.in_(actions))
        .order_by(AuditEvent.position)
    )
    return [(row.action, json.loads(row.detail)) for row in db.session.execute(statement)]
