"""A list of a draft as its page shows it, line by line with what is wrong there, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from engine.designing.checking import problems_of
from engine.designing.lists import CHOICES, LISTS, MOST_LINES, Line, Listing, line_at, lines_of, uses_of
from engine.designing.properties import PROCESS
from engine.designing.reading import DraftLine
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers
from notifications.messages import LANGUAGES
from webui.errors import error_lines
from webui.language import language
from webui.presenting.process_drafts import draft_line
from webui.presenting.setting_choices import Choices, choices
from webui.presenting.setting_values import told_at
from webui.words import processes
from webui.words import settings as words

Shown = dict[str, Any]
Posted = MultiDict[str, Any]
Faults = Mapping[tuple[int, str], Sequence[Shown]]
BLANK_LINES = 2
EMPTY = Line("", "", {})


def lists_shown(line: DraftLine, files: Mapping[str, str], problems: Sequence[Any]) -> list[Shown]:
    """Every list as a link, with how long it is and how many things are wrong with it."""
    shown = []
    for name, listing in LISTS.items():
        keys = [each.key for each in lines_of(files, listing)]
        wrong = [each for each in problems if line_at(each, listing, keys) is not None]
        shown.append(
            {
                "title": str(words.LISTS[name]),
                "about": str(len(keys)) if keys else _("没有"),
                "href": url_for("process_lists.page", draft_id=line.id, name=name),
                "problems": len(wrong),
            }
        )
    return shown


def list_shown(
    line: DraftLine,
    actor: Actor,
    files: Mapping[str, str],
    name: str,
    lines: Sequence[Line],
    refused: InvalidAnswers | None = None,
    at: int | None = None,
) -> Shown:
    """A list with its lines; the one at `at` has just been moved. Of lines that were refused it says why."""
    listing = LISTS[name]
    faults = _faults(files, listing, lines) if refused is None else _refusals(refused)
    uses = uses_of(files, listing)
    offered = _offered(Choices(actor, files), listing)
    suggested = Choices(actor, files).of("notice", "on") if name == "effects" else []
    means = {each["value"]: each["label"] for each in suggested}
    rows = [_row(n, each, listing, faults, uses) for n, each in enumerate([*lines, *[EMPTY] * BLANK_LINES])]
    return {
        **draft_line(line),
        "is_open": line.state == "open",
        "list": name,
        "heading": str(words.LISTS[name]),
        "help": str(words.LIST_HELPS[name]),
        "file": PROCESS,
        "ordered": listing.ordered,
        "rows": [{**row, "touched": row["place"] == at, "means": means.get(row["key"], "")} for row in rows],
        "offered": offered,
        "suggested": suggested,
        "whole": faults.get((-1, ""), []),
        "found": _found(rows),
    }


def _offered(known: Choices, listing: Listing) -> dict[str, list[dict[str, str]]]:
    found = {name: choices({key: processes.DEMANDS[key] for key in CHOICES[name]}) for name in CHOICES}
    found["effects"] = choices(processes.EFFECTS)
    return {name: found[name] for name in listing.fields if name in found}


def _row(place: int, line: Line, listing: Listing, faults: Faults, uses: Mapping[str, int]) -> Shown:
    title = line.values.get("title")
    found = title if isinstance(title, Mapping) else {}
    problems = {field: list(faults.get((place, field), ())) for field in ("key", *listing.fields)}
    return {
        "place": place,
        "was": line.was,
        "key": line.key,
        "called": str(found.get("en" if language() == "en" else "zh") or line.key),
        "title": {each: str(found.get(each) or "") for each in LANGUAGES}
        if "title" in listing.fields
        else {},
        "requires": str(line.values.get("requires") or "") if "requires" in listing.fields else None,
        "effects": _listed(line.values.get("effects")) if "effects" in listing.fields else None,
        "problems": problems,
        "uses": uses.get(line.was, uses.get(line.key)) if line.was else None,
    }


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value or ()]


# What is wrong ------------------------------------------------------------------------------------


def _faults(files: Mapping[str, str], listing: Listing, lines: Sequence[Line]) -> Faults:
    """What the check says of each field of each line; (-1, "") for the list as a whole."""
    keys = [line.key for line in lines]
    found: dict[tuple[int, str], list[Shown]] = {}
    for problem in problems_of(files):
        at = line_at(problem, listing, keys)
        if at is not None:
            places = [n for n, key in enumerate(keys) if key == at[0]] or [-1]
            for place in places:
                found.setdefault((place, at[1] if place >= 0 else ""), []).append(
                    told_at(problem, listing.fields.get(at[1], "key"), happening=listing.is_of_happenings)
                )
    return found


def _refusals(refused: InvalidAnswers) -> Faults:
    """What was refused, as if it were told by the check."""
    found: dict[tuple[int, str], list[Shown]] = {}
    for each in error_lines(refused):
        number, _dot, field = each["field"].partition(".")
        at = (int(number), field) if number.isdecimal() else (-1, "")
        found.setdefault(at, []).append(
            {"severity": "error", "message": each["message"], "advice": "", "code": ""}
        )
    return found


def _found(rows: Sequence[Shown]) -> list[Shown]:
    """Everything that is wrong in a line, as the summary above leads to it."""
    return [
        {
            "field": f"{row['place']}-{field_of(row, field)}",
            "message": _("第%(number)s行：%(text)s", number=row["place"] + 1, text=each["message"]),
        }
        for row in rows
        for field, problems in row["problems"].items()
        for each in problems
    ]


def field_of(row: Shown, field: str) -> str:
    """The input of a field that has several: of words the language that is missing, of effects the first."""
    if field == "title":
        return next((f"title-{each}" for each in LANGUAGES if not row["title"][each]), "title-zh")
    return "effects-0" if field == "effects" else field


# What was typed -----------------------------------------------------------------------------------


def lines_from(posted: Posted, listing: Listing) -> list[Line]:
    """The lines that say anything, in their order."""
    lines = []
    for place in range(MOST_LINES + BLANK_LINES + 1):
        if f"{place}.key" not in posted:
            break
        values = {name: _typed(posted, f"{place}.{name}", shape) for name, shape in listing.fields.items()}
        line = Line(posted.get(f"{place}.was", ""), posted[f"{place}.key"].strip(), values)
        if line.key or any(values.values()):
            lines.append(line)
    return lines


def _typed(posted: Posted, at: str, shape: str) -> Any:
    if shape == "words":
        both = {each: posted.get(f"{at}.{each}", "").strip() for each in LANGUAGES}
        return both if any(both.values()) else None
    if shape == "list":
        return [each for each in posted.getlist(at) if each] or None
    return posted.get(at, "").strip() or None
