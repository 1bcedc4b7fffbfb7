"""BPMN: a definition is admitted or refused; an instance is bytes; a step takes it on. No database."""

from __future__ import annotations

from engine.flow.admission import AdmittedDefinition, Node, admit
from engine.flow.errors import DefinitionRefused, StateUnreadable, StepFailed, UnfitVariables, UnknownTask
from engine.flow.instances import Functions, advance_clock, complete, correlate, open_tasks, start
from engine.flow.problems import Problem
from engine.flow.steps import Awaited, OpenTask, Step

__all__ = [
    "AdmittedDefinition",
    "Awaited",
    "DefinitionRefused",
    "Functions",
    "Node",
    "OpenTask",
    "Problem",
    "StateUnreadable",
    "Step",
    "StepFailed",
    "UnfitVariables",
    "UnknownTask",
    "admit",
    "advance_clock",
    "complete",
    "correlate",
    "open_tasks",
    "start",
]
