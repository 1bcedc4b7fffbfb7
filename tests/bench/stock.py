"""The same process on stock SpiffWorkflow: its own parser and serializer, and the same rows committed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.definitions.catalogue import shipped
from tests.bench.bare import BareSteps

# What the people of a walk decide, as flags of the flow.
BEGINNING: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("draft", {"entry": "platform", "delegation_check": False}),
    ("intake", {}),
    ("intake_review", {"intake": "accepted"}),
)
REDO: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("draft_reply", {}),
    ("review_reply", {"review": "passed"}),
    ("sign_reply", {"signing": "signed"}),
    ("evaluate", {"dissatisfied": True, "last_round": False}),
    ("decide_redo", {"redo": "ordered"}),
)
ITEM = "handling_item"
INSTANCES = sa.table("bare_process_instance", sa.column("id"), sa.column("state"))
READ = sa.select(INSTANCES.c.state).where(INSTANCES.c.id == 1)
WRITE = INSTANCES.update().where(INSTANCES.c.id == 1).values(state=sa.bindparam("new_state"))


class StockCase:
    """One case of several units, restored from its row and serialized into it again at every step."""

    def __init__(self, process_key: str, units: int, rows: BareSteps) -> None:
        # Stock service tasks demand an extension of their own; the one at the very end is not reached here.
        drawn = shipped()[process_key][f"{process_key}.bpmn"].replace("bpmn:serviceTask", "bpmn:task")
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(drawn.encode(), f"{process_key}.bpmn")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.units = units
        self.rows = rows
        workflow = BpmnWorkflow(parser.get_spec(process_key), parser.get_subprocess_specs(process_key))
        workflow.do_engine_steps()
        for node, flags in BEGINNING:
            _do(workflow, node, flags)
        _do(workflow, "assign", {"routed": False, "answering_units": list(range(units)), "co_units": []})
        for unit in range(units):
            _do(workflow, "sign_for", {}, unit)
        self.state = str(self.serializer.serialize_json(workflow))

    def run_to(self, round_: int) -> None:
        """On to the beginning of a round of every unit, without database and serializer."""
        workflow = self.serializer.deserialize_json(self.state)
        for unit in list(range(self.units)) * (round_ - 1):
            for node, flags in REDO:
                _do(workflow, node, flags, unit)
        self.state = str(self.serializer.serialize_json(workflow))

    def redo_round(self) -> float:
        """One unit's redo round: five steps, each read, run and committed with its rows; gives its seconds."""
        begun = time.perf_counter()
        self.rows.run(self._step)
        return time.perf_counter() - begun

    def _step(self, number: int, connection: sa.Connection) -> None:
        node, flags = REDO[number]
        if number:
            self.state = connection.execute(READ).scalar_one().decode()
        workflow = self.serializer.deserialize_json(self.state)
        _do(workflow, node, flags, 0)
        self.state = str(self.serializer.serialize_json(workflow))
        connection.execute(WRITE, {"new_state": self.state.encode()})


def _do(workflow: BpmnWorkflow, node: str, flags: Mapping[str, Any], unit: int | None = None) -> None:
    ready = workflow.get_tasks(state=TaskState.READY)
    task = next(task for task in ready if task.task_spec.name == node and unit in (None, task.data.get(ITEM)))
    task.data.update(flags)
    task.run()
    workflow.do_engine_steps()
