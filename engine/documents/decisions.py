"""Decisions on paper (`of = "decision"`): on intake, on another round, and whatever kind a folder adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import UnitView
from engine.documents.matter import Data, of_unit
from engine.documents.organs import step_done
from engine.documents.subjects import ALONE, Subject, name_of, rounds, subject
from engine.documents.words import FolderTerms, day, paragraphs
from models import Decision


@subject("decision")
def _decisions(page: CasePage) -> Iterator[Subject]:
    """Each decision on the case: intake, redo, and whatever kind a room adds."""
    units = {unit.assignment.id: unit for unit in page.units}
    for row in page.decisions:
        unit = units.get(row.assignment_id or 0)
        state = "refused" if row.refused_at else "confirmed" if row.confirmed_at else "proposed"
        marks = {"kind": row.kind, "result": row.result, "state": state}
        label = rounds(unit.name, row.round) if unit else ALONE
        unit_id = unit.assignment.unit_id if unit else None
        yield Subject(row.id, label, unit_id, marks, _decision_data(row, unit, page))


def _decision_data(row: Decision, unit: UnitView | None, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        terms = FolderTerms(page.folder)
        node, organ = _decided_in(row, page, terms)
        plain = terms.of("decision" if row.assignment_id else "result", row.result)
        decision = {
            "result": terms.decided(node, row.result) or plain,
            "organ": organ,
            "reason": terms.of("reason_code", row.reason_code),
            "paragraphs": paragraphs(row.explanation),
            "proposed_by": name_of(row.proposed_by),
            "proposed_on": day(row.proposed_at),
            "decided_by": name_of(row.confirmed_by),
            "decided_on": day(row.confirmed_at or row.refused_at),
            "round": str(row.round + 1),
        }
        return {"decision": decision, **({"unit": of_unit(unit, page)} if unit else {})}

    return data


def _decided_in(row: Decision, page: CasePage, terms: FolderTerms) -> tuple[str, str]:
    """The step that completed the decision, and the organ at which it lay; empty words while it is only proposed."""
    made_at = row.confirmed_at or row.refused_at
    if made_at is None:
        return "", ""
    return step_done(page.case.id, row.confirmed_by, made_at, terms.deciding(row.result))
