"""Documents of what a step has put on record (`of = "entry"`): its fields as facts and as paragraphs, one by one.

Marks for `when`: `node`, `unit` (yes, no), and each choice of its form by the name of its field.
"""
"""What steps have put on record as something to be printed: an opinion, a result … as the form has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
ORGAN = "committee"
# Fields whose answer is the id of something that a document does not need to name.
UNNAMED = ("meeting", "colleague", "insider", "viewer")
from engine.casework.choices import units as units_of
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.on_record import EntryView
from engine.documents.matter import Data, answer_in_words, of_unit
from engine.documents.subjects import Subject, subject
from engine.documents.words import dated, day, paragraphs

PROSE, ROWS = "textarea", "rows"


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
    """The organ or unit at which the step lay."""
    statement = (
        sa.select(Organization.name)
        .join(TASKS, TASKS.c.organization_id == Organization.id)
        .where(TASKS.c.case_id == page.facts.id, TASKS.c.node == view.node)
        .order_by(TASKS.c.id.desc())
    )
    return db.session.scalars(statement).first() or ""


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
        plain = [field for field, _value in filled if field.type not in PROSE]
        entry = {
            "on": day(view.on),
            "by": view.by or "",
            "organ": _organ(view, page),
            "said": {field.name: said.get(field.name, "") for field in _fields(view, page)},
            "facts": [{"label": field.label.zh, "value": said[field.name]} for field in plain],
            "parts": [
                {"label": field.label.zh, "paragraphs": paragraphs(str(value))}
                for field, value in filled
                if field.type in PROSE
            ],
        }
        unit = next((each for each in page.units if each.name == view.unit), None)
    """Each entry on record that the reader may see; `when` asks for its `node`."""
    for view in page.entries:
        if view.spec is not None:
            yield Subject(
                view.id,
                dated(view.unit or "", view.on),
                _unit_id(view, page),
                {"node": view.node},
                _data(view, page),
            )


def _unit_id(view: EntryView, page: CasePage) -> int | None:
    return next((unit.assignment.unit_id for unit in page.units if unit.name == view.unit), None)


def _data(view: EntryView, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        assert view.spec is not None
        form = page.folder.forms[view.spec.form]
        filled = [(field, view.answers.get(field.name)) for field in form.fields]
        filled = [(field, value) for field, value in filled if value not in (None, "", [], False)]
        names = units_of(page.facts.congress_id)
        entry = {
            "title": view.spec.title.zh,
            "on": day(view.on),
            "by": view.by or "",
            "facts": [
                {"label": field.label.zh, "value": answer_in_words(field, value, names)}
                for field, value in filled
                if field.type not in (PROSE, ROWS)
            ],
            "points": [
                {"number": str(number), "text": str(text)}
                for field, value in filled
                if field.type == ROWS
                for number, text in enumerate(value or (), start=1)
            ],
            "parts": [
                {"label": field.label.zh, "paragraphs": paragraphs(str(value))}
                for field, value in filled
                if field.type == PROSE
            ],
        }
        unit = next((each for each in page.units if view.unit in (None, each.name)), None)
        return {"entry": entry, **({"unit": of_unit(unit, page)} if unit else {})}

    return data
