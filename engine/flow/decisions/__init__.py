"""Decisions after DMN 1.1 to 1.3: admitted or refused, then made from variables. No process, no database."""

from __future__ import annotations

from engine.flow.decisions.admission import NO_DECISIONS, AdmittedDecisions, admit_decisions
from engine.flow.decisions.errors import DecisionFailed
from engine.flow.decisions.model import Decision

__all__ = ["NO_DECISIONS", "AdmittedDecisions", "Decision", "DecisionFailed", "admit_decisions"]
