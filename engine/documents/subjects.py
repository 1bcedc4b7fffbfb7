"""What a document can be of: the case, a unit's part in it, a reply, a contact … each read from the case page.

A room whose rows are to be printed registers a reading of its own: `@subject("<name>")` on a function that gives, for a
case page, one Subject for each row that may be printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import units as units_of
from engine.casework.readings.actions import RequestView
from engine.casework.readings.case_page import CasePage
from engine.casework.readings.case_units import ReplyView, UnitView
from engine.casework.readings.co_positions import OVERDUE, CoPosition
from engine.definitions.words import Words
from engine.documents.matter import Data, answer_in_words, of_reply, of_unit
from engine.documents.organs import organ_handing_over
from engine.documents.words import FolderTerms, dated, day, paragraphs
from models import ContactRecord, CoOpinion, Evaluation, User, db


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that documents are made for.

    `marks` are what a declaration's `when` asks about; `label` tells it from others of its kind; `data` is read only
    when it is printed.
    """

    id: int
    label: Words
    unit_id: int | None
    marks: Mapping[str, str]
    data: Callable[[], Data]


Reading = Callable[[CasePage], Iterator[Subject]]
SUBJECTS: dict[str, Reading] = {}
OUTCOMES = {
    "agreed": "同意",
    "kept": "裁定仍由原单位承办",
    "moved": "裁定改由其他单位承办",
    "refused": "不同意",
    "withdrawn": "已撤回",
    "lapsed": "未予处理",
}
ALONE = Words("", "")  # the only one of its kind in a case
NO_REQUEST: Data = {"by": "", "on": "", "facts": [], "outcome": "", "settled_on": ""}
NO_EVALUATION = {"attitude": "", "result": "", "reasons": [], "on": ""}


def subject(name: str) -> Callable[[Reading], Reading]:
    """Register a reading under the name that declarations use."""

    def register(reading: Reading) -> Reading:
        SUBJECTS[name] = reading
        return reading

    return register


def yes(fact: Any) -> str:
    """A mark of a plain fact."""
    return "yes" if fact else "no"


@subject("case")
def _case(page: CasePage) -> Iterator[Subject]:
    """The case as a whole."""
    marks = {
        "status": page.case.status,
        "submitted": yes(page.case.submitted_at),
        "numbered": yes(page.case.number),
        "assigned": yes(page.case.assigned_at),
        "cosigned": yes(any(each.status == "confirmed" for each in page.cosigners)),
    }
    yield Subject(page.case.id, ALONE, None, marks, dict)


@subject("assignment")
def _assignments(page: CasePage) -> Iterator[Subject]:
    """Each unit's part in the case."""
    for unit in page.units:
        row = unit.assignment
        marks = {"role": row.role, "status": row.status, "open": yes(row.closed_at is None)}
        marks |= {"signed_for": yes(row.signed_for_at), "replied": yes(_signed(unit))}
        marks |= {"recorded": _recorded_with(unit, page)}
        yield Subject(row.id, Words(unit.name, unit.name), row.unit_id, marks, _assignment_data(unit, page))


def _recorded_with(unit: UnitView, page: CasePage) -> str:
    """The step on record by which the unit got its part; `none` where that put nothing on record."""
    row = unit.assignment
    at_once = [each for each in page.entries if each.unit is None and each.at == row.assigned_at]
    return next((each.node for each in at_once if _names(each.answers, row.unit_id)), "none")


def _names(answers: Mapping[str, Any], unit_id: int) -> bool:
    """Whether the unit is among those that were picked."""
    return any(isinstance(value, list) and unit_id in value for value in answers.values())


def _assignment_data(unit: UnitView, page: CasePage) -> Callable[[], Data]:
    return lambda: {"unit": of_unit(unit, page), "organ": organ_handing_over(unit), "request": NO_REQUEST}


@subject("request")
def _requests(page: CasePage) -> Iterator[Subject]:
    """Each thing done of somebody's own accord: a return asked for, an urging … with what was filled in."""
    units = {unit.assignment.id: unit for unit in page.units}
    for view in page.requests:
        spec, unit = page.folder.actions.get(view.key), units.get(view.assignment_id or 0)
        marks = {
            "action": view.key,
            "happening": spec.happening if spec else "",
            "settled": yes(view.settled_at),
        }
        label = dated(unit.name if unit else "", view.at)
        unit_id = unit.assignment.unit_id if unit else None
        yield Subject(view.id, label, unit_id, marks, _request_data(view, unit, page))


def _request_data(view: RequestView, unit: UnitView | None, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        spec = page.folder.actions.get(view.key)
        fields = page.folder.forms[spec.form].fields if spec else ()
        names = units_of(page.facts.congress_id)
        filled = [(field, view.answers.get(field.name)) for field in fields]
        request = {
            "by": view.by,
            "on": day(view.at),
            "facts": [
                {"label": field.label.zh, "value": answer_in_words(field, value, names)}
                for field, value in filled
                if value not in (None, "", [], False)
            ],
            "outcome": OUTCOMES.get(view.outcome or "", ""),
            "settled_on": day(view.settled_at),
        }
        return {"request": request, **({"unit": of_unit(unit, page)} if unit else {})}

    return data


@subject("reply")
def _replies(page: CasePage) -> Iterator[Subject]:
    """Each reply that was signed, and the draft that waits for it.

    Of a merged case those to the main case as well: each proposer gets the letter in his own name.
    """
    yield from (each for unit in page.units for each in _replies_of(unit, page))
    if page.joint_reply is not None:
        outer = replace(page, asks=page.joint_reply.asks)
        units = _evaluated_here(page, page.joint_reply.units)
        yield from (each for unit in units for each in _replies_of(unit, outer))


def _evaluated_here(page: CasePage, units: list[UnitView]) -> list[UnitView]:
    """The replies to the main case with what the proposer of this one thinks of them."""
    rows = db.session.scalars(sa.select(Evaluation).where(Evaluation.case_id == page.facts.id))
    own = {row.reply_id: row for row in rows}
    return [
        replace(unit, replies=[replace(view, evaluation=own.get(view.reply.id)) for view in unit.replies])
        for unit in units
    ]


def _replies_of(unit: UnitView, page: CasePage) -> Iterator[Subject]:
    for view in unit.replies:
        drafts = [other for other in unit.replies if other.reply.round == view.reply.round]
        if view.reply.signed_at is None and (_signed(unit, view.reply.round) or view is not drafts[-1]):
            continue
        marks = {"state": "signed" if view.reply.signed_at else "draft", "role": unit.assignment.role}
        marks |= {"evaluated": yes(view.evaluation), "grade": view.reply.grade}
        label = rounds(unit.name, view.reply.round)
        yield Subject(view.reply.id, label, unit.assignment.unit_id, marks, _reply_data(unit, view, page))


def _reply_data(unit: UnitView, view: ReplyView, page: CasePage) -> Callable[[], Data]:
    def data() -> Data:
        terms, given = FolderTerms(page.folder), view.evaluation
        evaluation = dict(NO_EVALUATION)
        if given:
            evaluation = {
                "attitude": terms.of("attitude", given.attitude),
                "result": terms.of("result", given.result),
                "reasons": paragraphs(given.reasons),
                "on": day(given.given_at),
            }
        return {
            "unit": of_unit(unit, page),
            "reply": of_reply(unit, view, page),
            "contacts": [_contact(contact, terms) for contact in unit.contacts],
            "co_opinions": [_co_position(each, terms) for each in view.co_positions],
            "evaluation": evaluation
            | {
                "attitude_boxes": terms.choices("attitude", given.attitude if given else None),
                "result_boxes": _boxes(terms, given.result if given else None),
            },
        }

    return data


def _boxes(terms: FolderTerms, chosen: str | None) -> list[dict[str, Any]]:
    """The boxes for the result, which has the same answers as the attitude."""
    labels = {box["label"] for box in terms.choices("attitude", None)}
    return [box for box in terms.choices("result", chosen) if box["label"] in labels]


def _co_position(found: CoPosition, terms: FolderTerms) -> Data:
    """How a co-handling unit stands to the reply, with the sentence that says it."""
    if found.given_at is not None:
        position = terms.of("position", found.position)
        said = f"会办单位{found.unit}：{position}（{day(found.given_at)}提出）。"
        return {"unit": found.unit, "position": position, "on": day(found.given_at), "said": said}
    term = f"（应于{day(found.due_on)}前提出）" if found.due_on else ""
    position = "逾期未提出" if found.position == OVERDUE else "尚未提出"
    said = f"会办单位{found.unit}{position}会办意见{term}。"
    return {"unit": found.unit, "position": position, "on": "", "said": said}


def _signed(unit: UnitView, round: int | None = None) -> bool:
    return any(
        view.reply.signed_at is not None and round in (None, view.reply.round) for view in unit.replies
    )


def rounds(name: str, round: int) -> Words:
    if round == 1:
        return Words(name, name)
    return Words(zh=f"{name}（第{round}轮）", en=f"{name} (round {round})")


@subject("contact")
def _contacts(page: CasePage) -> Iterator[Subject]:
    """Each contact of a unit with the deputies."""
    for unit in page.units:
        for row in unit.contacts:
            label = dated(unit.name, row.held_on)
            marks = {"method": row.method, "role": unit.assignment.role}
            yield Subject(row.id, label, unit.assignment.unit_id, marks, _contact_data(row, unit, page))


def _contact_data(row: ContactRecord, unit: UnitView, page: CasePage) -> Callable[[], Data]:
    return lambda: {"unit": of_unit(unit, page), "contact": _contact(row, FolderTerms(page.folder))}


def _contact(row: ContactRecord, terms: FolderTerms) -> Data:
    return {
        "on": day(row.held_on),
        "method": terms.of("method", row.method),
        "persons": row.persons,
        "place": row.place,
        "paragraphs": paragraphs(row.summary),
        "round": str(row.round),
    }


@subject("co_opinion")
def _opinions(page: CasePage) -> Iterator[Subject]:
    """Each co-handling unit's opinion, to those who may read it."""
    for unit in page.units:
        for row in unit.co_opinions:
            label = dated(unit.name, row.given_at)
            unit_id, marks = unit.assignment.unit_id, {"position": row.position}
            yield Subject(row.id, label, unit_id, marks, _opinion_data(row, unit, page))


def _opinion_data(row: CoOpinion, unit: UnitView, page: CasePage) -> Callable[[], Data]:
    return lambda: {
        "unit": of_unit(unit, page),
        "opinion": {
            "position": FolderTerms(page.folder).of("position", row.position),
            "paragraphs": paragraphs(row.text),
            "on": day(row.given_at),
            "by": name_of(row.given_by),
        },
    }


def name_of(user_id: int | None) -> str:
    """What a user is called; nothing for nobody."""
    return db.session.scalar(sa.select(User.name).where(User.id == user_id)) or "" if user_id else ""
