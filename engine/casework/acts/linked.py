"""A case that comes out of one of another kind of work (转办): opened, written, handed in at once, and linked.

`requires` of such a task: `opens` (decision → kind of work), `origin` (what the new case says of where it comes from),
`copies` (field of the new text → field of this one, or of the step's form; `title` and `asks` among them), `asks_from`
(where this text has no asks: the field whose words become the one ask), and what the act decide wants, for it is a
decision too.
"""

from __future__ import annotations

from typing import Any

from engine.casework.acts.decisions import decide
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import Source, create
from engine.casework.facts import CaseFacts
from engine.casework.moving.by_itself import complete_by_itself, open_task
from engine.casework.texts import present_asks, present_text, write_text
from engine.definitions.catalogue import Deployed, current
from models import Deputy, db


@act("decide_and_open")
def decide_and_open(step: Step) -> Outcome:
    """Decide; where the decision makes another kind of case of it, open that, hand it in, and link the two."""
    outcome = decide(step)
    key = step.spec.requires.get("opens", {}).get(step.answers["decision"])
    if key:
        number = _open(step, str(key))
        outcome.happenings[0].detail["case"] = number
    return outcome


def _open(step: Step, key: str) -> int:
    """The new case, handed in; gives its id."""
    case = step.case
    deployed = current(key, case.congress_id)
    lead = db.session.get(Deputy, case.lead_deputy_id) if case.lead_deputy_id else None
    origin = str(step.spec.requires["origin"])
    source = Source(lead, case.delegation_id, origin, case.id, None if lead else case.organ_id)
    return open_linked(step, deployed, source).id


def open_linked(step: Step, deployed: Deployed, source: Source) -> CaseFacts:
    """A new case in the congress of the step's actor, written out of the present text and handed in at once."""
    made = create(step.actor, deployed, source)
    write_text(step.actor, made, deployed.folder, _text(step, deployed))
    _hand_in(step, made, deployed)
    return made


def _text(step: Step, deployed: Deployed) -> dict[str, Any]:
    """The text as the other kind of work writes it; what it has a field for and this one has nothing stays empty."""
    text, requires = present_text(step.case), step.spec.requires
    here: dict[str, Any] = {**step.answers, **(text.body if text else {}), "title": step.case.title}
    asks = [ask.text for ask in present_asks(step.case)] or [
        str(here.get(str(requires.get("asks_from")), ""))
    ]
    copied = {name: here.get(field) for name, field in requires.get("copies", {}).items()}
    form = deployed.folder.forms[deployed.folder.text_form or ""]
    blank = {field.name: field.default for field in form.fields}
    return {**blank, **copied, "title": here["title"], "asks": [ask for ask in asks if ask]}


def _hand_in(step: Step, case: CaseFacts, deployed: Deployed) -> None:
    """Do the new case's first task, which hands it in."""
    task = open_task(case)
    assert task is not None
    complete_by_itself(step.actor, case, deployed.folder, task, {"confirmed": True})
