"""What a step makes moot: requests about the unit's part, or about the whole case, that nobody need decide any more.

`requires` of such a task: `lapses` (the actions) and `lapse_message`, which takes back the tasks of deciding them.
"""

from __future__ import annotations

from engine.casework.acts.step import Step
from engine.casework.moving.happenings import Happening
from engine.casework.requests import lapse


def made_moot(step: Step) -> tuple[list[Happening], tuple[str, ...]]:
    """Let the pending requests lapse; gives the happenings, and the message where there is one to send."""
    requires, unit = step.spec.requires, step.unit
    part = unit.id if unit else None
    ids = lapse(step.case, requires.get("lapses", ()), part)
    round_ = unit.round if unit else step.case.round
    happenings = [
        Happening("request:lapsed", subject=f"action:{id_}", assignment_id=part, round=round_) for id_ in ids
    ]
    message = str(requires.get("lapse_message", ""))
    return happenings, (message,) if ids and message else ()
