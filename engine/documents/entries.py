"""Documents of what a step has put on record (`of = "entry"`): its fields as facts and as paragraphs, one by one.

Marks for `when`: `node`, `unit` (yes, no), and each choice of its form by the name of its field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import unit_names, units
from engine.casework.facts import TASKS
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.on_record import EntryView
from engine.definitions.forms import Field
from engine.documents.matter import PROSE, Data, answer_in_words, of_unit
from engine.documents.subjects import Subject, subject, yes
from engine.documents.words import dated, day, paragraphs
from models import Organization, db

CHOSEN = ("choice", "select")
ORGAN, ROWS = "committee", "rows"
# Fields whose answer is the id of something that a document does not need to name.
UNNAMED = ("meeting", "colleague", "insider", "viewer")


@subject("entry")
def _entries(page: CasePage) -> Iterator[Subject]:
    """Each entry that this person may read."""
    units_of_case = {unit.name: unit for unit in page.units}
    for view in page.entries:
        chosen = {
            field.name: str(view.answers.get(field.name) or "")
            for field in _fields(view, page)
            if field.type in CHOSEN
        }
        unit = units_of_case.get(view.unit or "")
        marks = {**chosen, "node": view.node, "unit": yes(unit)}
        unit_id = unit.assignment.unit_id if unit else None
        yield Subject(view.id, dated(view.unit or "", view.on), unit_id, marks, _entry_data(view, page))


def _organ(view: EntryView, page: CasePage) -> str:
    """The organ or unit at which the step lay; of steps that several units have, the unit whose part it is."""
    statement = (
        sa.select(Organization.name)
        .join(TASKS, TASKS.c.organization_id == Organization.id)
        .where(TASKS.c.case_id == page.facts.id, TASKS.c.node == view.node)
        .order_by(TASKS.c.id.desc())
    )
    names = db.session.scalars(statement).all()
    return view.unit if view.unit and view.unit in names else next(iter(names), "")


def _due(view: EntryView, page: CasePage) -> str:
    """By when what began on the day of the step has to be done."""
    main = {spec.key for spec in page.folder.clocks if spec.main}
    begun = [each.due_on for each in page.clocks if each.key in main and each.started_on == view.on]
    return day(min(begun, default=None))


def _fields(view: EntryView, page: CasePage) -> tuple[Field, ...]:
    return page.folder.forms[view.spec.form].fields if view.spec else ()


def _entry_data(view: EntryView, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        names = units(page.facts.congress_id)
        filled = [
            (field, value)
            for field in _fields(view, page)
            if field.type not in UNNAMED
            and (value := view.answers.get(field.name)) not in (None, "", [], False)
        ]
        said = {
            field.name: "、".join(unit_names([int(value)]))
            if field.type == ORGAN
            else answer_in_words(field, value, names)
            for field, value in filled
        }
        plain = [field for field, _value in filled if field.type not in (*PROSE, ROWS)]
        entry = {
            "title": view.spec.title.zh if view.spec else "",
            "on": day(view.on),
            "by": view.by or "",
            "organ": _organ(view, page),
            "due_on": _due(view, page),
            "said": {field.name: said.get(field.name, "") for field in _fields(view, page)},
            "facts": [{"label": field.label.zh, "value": said[field.name]} for field in plain],
            **_written(filled),
        }
        unit = next((each for each in page.units if view.unit in (None, each.name)), None)
        return {"entry": entry, **({"unit": of_unit(unit, page)} if unit else {})}

    return data


def _written(filled: list[tuple[Field, Any]]) -> Data:
    """What was written at length: numbered points of all lists, the lists by their field, and paragraphs by theirs."""
    return {
        "points": [
            {"number": str(number), "text": str(text)}
            for field, value in filled
            if field.type == ROWS
            for number, text in enumerate(value, start=1)
        ],
        "lists": [
            {"name": field.name, "label": field.label.zh, "rows": [str(each) for each in value]}
            for field, value in filled
            if field.type == ROWS
        ],
        "parts": [
            {"name": field.name, "label": field.label.zh, "paragraphs": paragraphs(str(value))}
            for field, value in filled
            if field.type in PROSE
        ],
    }
