"""What a unit's answer makes moot: requests about its part that nobody need decide any more.

`requires` of such a task: `lapses` (the actions) and `lapse_message`, which takes back the tasks of deciding them.
"""

from __future__ import annotations

from engine.casework.acts.step import Step
from engine.casework.happenings import Happening
from engine.casework.requests import lapse


def made_moot(step: Step) -> tuple[list[Happening], tuple[str, ...]]:
    """Let pending requests about the unit's part lapse; gives the happenings, and the message where any did."""
    requires, unit = step.spec.requires, step.assignment
    ids = lapse(step.case, requires.get("lapses", ()), unit.id)
    happenings = [
        Happening("request:lapsed", subject=f"action:{id_}", assignment_id=unit.id, round=unit.round)
        for id_ in ids
    ]
    return happenings, (str(requires["lapse_message"]),) if ids else ()
