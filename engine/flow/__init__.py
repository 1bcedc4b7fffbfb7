"""BPMN: a definition is admitted or refused; an instance is bytes; a step takes it on. No database."""

from __future__ import annotations

from engine.flow.admission import AdmittedDefinition, Examined, Node, admit, examine
from engine.flow.beginnings import Beginning
from engine.flow.calls import Resolver
from engine.flow.decisions import AdmittedDecisions, DecisionFailed, admit_decisions
from engine.flow.errors import (
    BpmnError,
    DefinitionRefused,
    NotMigratable,
    NotModifiable,
    StateUnreadable,
    StepFailed,
    UnfitVariables,
    UnknownStart,
    UnknownTask,
)
from engine.flow.instances import (
    Functions,
    advance_clock,
    awaited,
    complete,
    correlate,
    fail,
    open_tasks,
    signal,
    start,
)
from engine.flow.interchange import Performer
from engine.flow.migration_plans import Counterpart, FlowPlan, Go, Misfit
from engine.flow.problems import Problem
from engine.flow.runner import run
from engine.flow.runs import Run, Settings
from engine.flow.scripts import Script, ScriptUnfit, read_script
from engine.flow.snapshots import dump, load
from engine.flow.spiff_migrating import Migrated, migrate
from engine.flow.spiff_modifying import Cancel, Change, Start, modify
from engine.flow.spiff_tending import (
    WHOLE,
    LiveToken,
    live_tokens,
    routing_names,
    set_variables,
    variables_of,
)
from engine.flow.steps import Awaited, OpenTask, Passage, Step
from engine.flow.tallies import tally

__all__ = [
    "AdmittedDecisions",
    "AdmittedDefinition",
    "Awaited",
    "Beginning",
    "BpmnError",
    "Cancel",
    "Change",
    "Counterpart",
    "DecisionFailed",
    "DefinitionRefused",
    "Examined",
    "FlowPlan",
    "Functions",
    "Go",
    "LiveToken",
    "Migrated",
    "Misfit",
    "Node",
    "NotMigratable",
    "NotModifiable",
    "OpenTask",
    "Passage",
    "Performer",
    "Problem",
    "Resolver",
    "Run",
    "Script",
    "ScriptUnfit",
    "Settings",
    "Start",
    "StateUnreadable",
    "Step",
    "StepFailed",
    "UnfitVariables",
    "UnknownStart",
    "UnknownTask",
    "WHOLE",
    "admit",
    "admit_decisions",
    "advance_clock",
    "awaited",
    "complete",
    "correlate",
    "dump",
    "examine",
    "fail",
    "live_tokens",
    "load",
    "migrate",
    "modify",
    "open_tasks",
    "read_script",
    "routing_names",
    "run",
    "set_variables",
    "signal",
    "start",
    "tally",
    "variables_of",
]
