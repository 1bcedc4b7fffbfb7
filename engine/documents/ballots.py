"""Votes on paper (`of = "ballot"`): how many belong to the body and were there, what was chosen, what it came to.

Marks for `when`: `node` (the step that recorded the vote) and `result`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import UnitView
from engine.casework.readings.on_record import BallotView, EntryView
from engine.definitions import rule_packs
from engine.documents.matter import Data, of_unit
from engine.documents.subjects import Subject, subject
from engine.documents.words import VOTES, FolderTerms, dated, day
from engine.foundation import clock
from models import Congress, db


@subject("ballot")
def _ballots(page: CasePage) -> Iterator[Subject]:
    """Each vote on the case."""
    for view in page.ballots:
        entry, unit = _entry(view, page), _unit(view, page)
        on = entry.on if entry else clock.day_of(view.at)
        unit_id = unit.assignment.unit_id if unit else None
        marks = {"node": view.node, "result": view.result}
        label = dated(unit.name if unit else "", on)
        yield Subject(view.id, label, unit_id, marks, _data(view, unit, day(on), page))


def _entry(view: BallotView, page: CasePage) -> EntryView | None:
    """What its step put on record together with it."""
    return next((each for each in page.entries if (each.node, each.at) == (view.node, view.at)), None)


def _unit(view: BallotView, page: CasePage) -> UnitView | None:
    """The unit whose report was voted on; the one unit that a case has."""
    for unit in page.units:
        given = [reply.evaluation.id for reply in unit.replies if reply.evaluation]
        if view.evaluation_id in given:
            return unit
    return page.units[0] if len(page.units) == 1 and view.decision_id is None else None


def _data(view: BallotView, unit: UnitView | None, on: str, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        terms = FolderTerms(page.folder)
        threshold = rule_packs.pack(page.facts.rule_pack_id).threshold(view.threshold)
        level = db.session.get_one(Congress, page.facts.congress_id).level
        whole = view.present if threshold.of == "present" else view.members
        ballot = {
            "title": terms.task(view.node),
            "on": on,
            "meeting": view.meeting or "",
            "members": str(view.members),
            "present": str(view.present),
            "counts": [
                {"name": name, "label": VOTES.get(name, name), "votes": str(votes)}
                for name, votes in view.counts.items()
            ],
            "result": terms.decided(view.node, view.result) or VOTES.get(view.result, view.result),
            "rule": threshold.title.zh,
            "basis": threshold.basis,
            "needed": str(threshold.needed(level, whole)),
        }
        return {"ballot": ballot, **({"unit": of_unit(unit, page)} if unit else {})}

    return data
