"""The fields by which a reply promises and gives reasons for what was noticed: read from a form, shown in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from webui.errors import translate_sentence

if TYPE_CHECKING:
    from engine.definitions.forms import Field

PARTS = ("ask_id", "what", "due", "milestones")
MOST = 30


def _commitments(name: str, posted: MultiDict[str, Any]) -> list[dict[str, str]]:
    """`<name>.<place>.<part>`, by place; a row with nothing in it stays a row, so that faults keep their places."""
    found: dict[int, dict[str, str]] = {}
    for key, value in posted.items():
        parts = key.split(".")
        if len(parts) == 3 and parts[0] == name and parts[1].isdecimal() and parts[2] in PARTS:
            found.setdefault(int(parts[1]), {})[parts[2]] = value
    return [found[place] for place in sorted(found)]


def _findings(name: str, posted: MultiDict[str, Any]) -> list[dict[str, str]]:
    """`<name>.<key>`: the reason for what has that key."""
    start = f"{name}."
    return [
        {"key": key.removeprefix(start), "reason": value}
        for key, value in posted.items()
        if key.startswith(start)
    ]


READ: Mapping[str, Callable[[str, MultiDict[str, Any]], list[dict[str, str]]]] = {
    "commitments": _commitments,
    "findings": _findings,
}


def made_commitments(field: Field, value: Any, errors: Any, offered: Mapping[int, str]) -> dict[str, Any]:
    """Rows for what was filled in, and one more; `asks` are what a promise may be for."""
    given = [each for each in value or () if isinstance(each, Mapping)] or [{}]
    rows = [
        {
            "number": place + 1,
            "name": f"{field.name}.{place}",
            **{part: str(each.get(part) or "") for part in PARTS},
            "fault": " ".join(translate_sentence(said) for said in errors.get(f"{field.name}-{place}", ())),
        }
        for place, each in enumerate(given[:MOST])
    ]
    asks = [
        {"value": str(id_), "label": f"{number}. {text[:40]}"}
        for number, (id_, text) in enumerate(offered.items(), 1)
    ]
    own = " ".join(translate_sentence(each) for each in errors.get(field.name, ()))
    return {"value": None, "rows": rows, "asks": asks, "more": len(rows) < MOST, "error": own or None}


def made_findings(field: Field, value: Any, errors: Any, offered: Mapping[str, Any]) -> dict[str, Any]:
    """What was noticed, each with the reason typed so far or kept with the name of who gave it."""
    items = [
        {
            "name": f"{field.name}.{key}",
            "said": translate_sentence(view.sentence),
            "reason": view.reason,
            "by": view.by,
        }
        for key, view in offered.items()
    ]
    return {"value": None, "items": items}
