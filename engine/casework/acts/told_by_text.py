"""What a paper says of itself when it is handed in: days, a flag for gateways, columns and register fields.

`requires` of the task that hands it in:

| entry | meaning |
|---|---|
| `flag`, `from` | the flag for gateways and the field of the text that gives it |
| `says` | what happened besides: `happening`, `on` (the field with its legal day), `where` (field → values) |
| `sets`, `keeps` | column, or register field, of the case → field of the text |
| `public` | the fields of the text that the public may read once the case is published; without it every long one |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from engine.casework.acts.step import Step
from engine.casework.cases import keep_fields, update_case
from engine.casework.moving.happenings import Happening
from engine.casework.texts import present_text

SETTABLE = frozenset({"category", "confidentiality"})


def take_from_text(step: Step) -> None:
    """Set what the process takes from the text."""
    requires, body = step.spec.requires, text_of(step)
    sets: Mapping[str, str] = requires.get("sets", {})
    values = {column: body[field] for column, field in sets.items() if column in SETTABLE and body.get(field)}
    if values:
        update_case(step.case, values)
    keeps: Mapping[str, str] = requires.get("keeps", {})
    if keeps:
        keep_fields(step.case, {name: body.get(field) for name, field in keeps.items()})


def said_by_text(step: Step) -> list[Happening]:
    """What happened besides on days that the text names, in the order of the folder; without a day nothing did."""
    body = text_of(step)
    found = []
    for each in step.spec.requires.get("says", ()):
        fits = all(body.get(field) in values for field, values in each.get("where", {}).items())
        day = body.get(str(each["on"]))
        if fits and day:
            on = dt.date.fromisoformat(str(day))
            found.append(Happening(str(each["happening"]), detail={"on": on.isoformat()}, on=on))
    return found


def flag_of_text(step: Step) -> dict[str, str]:
    """The folder's own flag, from a field of the text."""
    requires = step.spec.requires
    return (
        {str(requires["flag"]): str(text_of(step).get(requires["from"]) or "")} if "from" in requires else {}
    )


def text_of(step: Step) -> Mapping[str, Any]:
    """The text as it is handed in."""
    text = present_text(step.case)
    return text.body if text else {}
