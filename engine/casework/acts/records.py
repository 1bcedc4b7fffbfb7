"""Putting something on record (记录): the answers of a step are kept whole, as an entry of the case that stays.

`requires` of such a task or action:

| entry | meaning |
|---|---|
| `happening` | its name when it happened; one of the folder's own, or `entry:recorded`; an action has its own |
| `happenings` | the same by the value of the field that `from` names; for another value it is `happening` |
| `on` | the field with the legal day that it is about, from which periods count |
| `flag`, `from` | the flag for gateways and the field that gives it (`decision` where it is not said) |
| `sets` | column of the case → field: `organ_id`, `category`, `confidentiality`, `title` |
| `keeps` | register field → field |
| `number` | the case gets its official number |
| `prefill` | a task: the form begins with what that one put on record |
| `public` | the fields of it that the public may read once the case is published |
| `seen_by` | only these roles (`group`: who belongs to it), and whoever wrote it, read the entry |
| `files_for` | only these of them, its author and the unit whose part it is open the files that came with it |
| `closes` | the unit's part is done, with its last open task; in a step that is no unit's, the parts of all |
| `other_hand` | whoever did that task or action last may not do this (four eyes) |
| `lapses`, `lapse_message`, `messages` | as for other acts; `messages` by the value of the field |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.access import same_eyes
from engine.casework.acts.moot import made_moot
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.attachments import OF_ENTRY, attach
from engine.casework.cases import keep_fields, update_case
from engine.casework.facts import ASSIGNMENTS, TASKS, UPDATE_ASSIGNMENT
from engine.casework.moving.happenings import Happening
from engine.casework.numbering import issue_number
from engine.casework.requests import storable
from engine.casework.sittings import agenda_of, take_off
from engine.definitions.folder import ActionSpec
from engine.definitions.sent_files import SentFile
from engine.foundation import clock
from engine.foundation.errors import DomainError
from engine.foundation.language import _
from models import CaseEntry, db

ENTRIES: sa.Table = CaseEntry.__table__  # type: ignore[assignment]
RECORDED = "entry:recorded"
SETTABLE = frozenset({"organ_id", "category", "confidentiality", "title"})
RETURNED = frozenset({"returned"})
REASON_LENGTH = 300  # characters of what was written that go into the trail and the messages

_KEEP = ENTRIES.insert().returning(ENTRIES.c.id)
_LAST = (
    sa.select(ENTRIES.c.entered_by)
    .where(ENTRIES.c.case_id == sa.bindparam("of_case"), ENTRIES.c.node == sa.bindparam("at_node"))
    .order_by(ENTRIES.c.id.desc())
    .limit(1)
)
_OPEN_BESIDE = sa.select(
    sa.exists().where(
        TASKS.c.assignment_id == sa.bindparam("of_part"), TASKS.c.open, TASKS.c.id != sa.bindparam("at_hand")
    )
)


class SameHand(DomainError):
    """Four eyes: who wrote it may not pass it."""

    text = _("须由另一人办理：前一步是您办理的。")


@act("record")
def record(step: Step) -> Outcome:
    """Keep every answer of the step as an entry of the case."""
    requires = step.spec.requires
    require_other_hand(step)
    entry_id = keep_entry(step)
    keep_columns(step)
    if requires.get("number"):
        issue_number(step.case, step.folder)
    if requires.get("closes"):
        close_when_last(step) if step.unit else _close_parts(step)
    lapsed, messages = made_moot(step)
    chosen = str(step.answers.get(str(requires.get("from", "decision"))) or "")
    flags = {str(requires["flag"]): chosen} if "flag" in requires else {}
    sent = requires.get("messages", {}).get(chosen)
    action = requires.get("happenings", {}).get(chosen, requires.get("happening"))
    own = isinstance(step.spec, ActionSpec) and not action  # the action says it itself
    said_too = [] if own else [said(step, f"entry:{entry_id}", str(action or RECORDED))]
    return Outcome([*said_too, *lapsed], flags, (*messages, sent) if sent else messages)


@act("pass_or_return", errors=RETURNED)
def pass_or_return(step: Step) -> Outcome:
    """One of several who look at the same thing passes it, or returns it: that ends the looking of all.

    As the act record; the form has `decision` (passed, returned), `requires.happenings` what each is called. What is
    returned ends the task with the error `returned`, and is said of the whole case; of the periods it ends that of this
    part.
    """
    require_other_hand(step)
    decision = str(step.answers["decision"])
    entry_id = keep_entry(step)
    happening = said(step, f"entry:{entry_id}", str(step.spec.requires["happenings"][decision]))
    if decision != "returned":
        return Outcome([happening])
    happening.assignment_id, happening.parts = None, (step.assignment.id,)
    return Outcome([happening], error="returned")


def keep_entry(step: Step) -> int:
    """Write the answers as they were checked; gives the id of the entry."""
    unit = step.unit
    row = {
        "case_id": step.case.id,
        "assignment_id": unit.id if unit else None,
        "round": unit.round if unit else step.case.round,
        "node": node_of(step),
        "answers": {name: storable(value) for name, value in step.answers.items()},
        "entry_on": day_of(step),
        "entered_by": step.actor.user_id,
        "entered_at": step.now,
    }
    entry_id = int(db.session.scalar(_KEEP, row) or 0)
    _keep_files(step, entry_id)
    return entry_id


def _keep_files(step: Step, entry_id: int) -> None:
    """Attach the files that came with the answers to the entry."""
    for value in step.answers.values():
        for sent in value if isinstance(value, list) else ():
            if isinstance(sent, SentFile) and step.store is not None:
                attach(
                    step.case, (sent.name, sent.content), step.store, subject=OF_ENTRY, subject_id=entry_id
                )


def node_of(step: Step) -> str:
    """The task or action of process.toml."""
    return step.spec.key if isinstance(step.spec, ActionSpec) else step.spec.node


def day_of(step: Step) -> dt.date:
    """The legal day that the step is about: the one written into its form, else today."""
    written = step.answers.get(str(step.spec.requires.get("on", "")))
    return written if isinstance(written, dt.date) else clock.today()


def said(step: Step, subject: str, action: str, **detail: Any) -> Happening:
    """What happened in a step, with what was chosen and why."""
    unit, answers = step.unit, step.answers
    reason = str(answers.get("reason") or answers.get("opinion") or "")[:REASON_LENGTH]
    decision = answers.get("decision")
    own = {name: value for name, value in (("result", decision), ("reason", reason)) if value}
    own |= {"number": step.case.number} if step.spec.requires.get("number") else {}
    return Happening(
        action,
        subject=subject,
        assignment_id=unit.id if unit else None,
        round=unit.round if unit else step.case.round,
        detail={**own, **detail},
        told={"reason": reason} | step.chosen(str(step.spec.requires.get("from", "decision"))),
        on=day_of(step),
    )


def close_when_last(step: Step) -> None:
    """The unit's part is done with its last task: while another one is open beside this, it goes on."""
    beside = {"of_part": step.assignment.id, "at_hand": step.at_hand.id if step.at_hand else 0}
    if not db.session.scalar(_OPEN_BESIDE, beside):
        close_part(step)


def close_part(step: Step) -> None:
    """The unit's part is done; another may be given to it later."""
    step.assignment.status = "closed"
    values = {"of_assignment": step.assignment.id, "status": "closed", "closed_at": step.now}
    db.session.execute(UPDATE_ASSIGNMENT, values)


def _close_parts(step: Step) -> None:
    """No unit has anything more to do with the case."""
    open_parts = ASSIGNMENTS.c.case_id == step.case.id, ASSIGNMENTS.c.closed_at.is_(None)
    db.session.execute(ASSIGNMENTS.update().where(*open_parts).values(status="closed", closed_at=step.now))


def keep_columns(step: Step) -> None:
    """Set the columns and register fields of the case that the process takes from the answers."""
    sets: Mapping[str, str] = step.spec.requires.get("sets", {})
    values = {
        column: step.answers[field]
        for column, field in sets.items()
        if column in SETTABLE and step.answers.get(field)
    }
    if values:
        update_case(step.case, values)
    keeps = step.spec.requires.get("keeps", {})
    kept = {name: storable(step.answers.get(field)) for name, field in keeps.items()}
    if kept:
        keep_fields(step.case, kept)


@act("end_case")
def end_case(step: Step) -> Outcome:
    """End the case before its time: its units' parts are closed, it comes off every agenda that is still ahead.

    `requires`: `status` (withdrawn where it is not said). The folder's message for the flow is the action's.
    """
    keep_entry(step)
    status = str(step.spec.requires.get("status", "withdrawn"))
    update_case(step.case, {"status": status, "outcome": node_of(step)})
    _close_parts(step)
    for placed in agenda_of(step.case.id):
        if placed.opens_on is not None and placed.opens_on > clock.today():
            take_off(placed.item_id)
    return Outcome([])


def require_other_hand(step: Step) -> None:
    """Refuse with SameHand whoever did last what `other_hand` names."""
    node = step.spec.requires.get("other_hand")
    if not node:
        return
    before = db.session.scalar(_LAST, {"of_case": step.case.id, "at_node": str(node)})
    if before is not None and same_eyes(step.actor, before):
        raise SameHand
