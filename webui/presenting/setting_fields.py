"""A field of an entry of a draft as its page shows it: its control, what may be chosen, its value and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.definitions.further_steps import PARTS, STEPS
from engine.definitions.numbering import check_pattern
from engine.definitions.problems import Faults
from engine.designing.settings import alike
from notifications.messages import LANGUAGES
from webui.language import language
from webui.presenting.setting_choices import OPTIONAL, Choices, asked_by, control_of
from webui.presenting.setting_values import Errors, rows_shown
from webui.presenting.words import said
from webui.words import settings as words
from webui.words.process_parts import ASPECTS

Shown = dict[str, Any]
Values = Mapping[str, Any]
BLANK_ROWS = 2
NEW_ROW: Shown = {"path": "", "kind": "text", "value": "", "wrong": {"path": [], "value": []}}


def field_shown(
    known: Choices,
    kind: str,
    name: str,
    shape: str,
    entry: Values,
    wrong: Mapping[str, list[Shown]],
    told: Errors,
) -> Shown:
    """One field; `wrong` is what the check says by fields, `told` what was refused by the places it was typed at."""
    full, value = f"{kind}.{name}", entry.get(name)
    control = control_of(kind, name, shape)
    offered = known.of(kind, name)
    if control in ("select", "ticks"):
        offered = _with_own(offered, listed(value))
    if control == "ticks":  # in the file's order, so that what is kept stays as it stands
        order = listed(value)
        offered = sorted(
            offered, key=lambda each: order.index(each["value"]) if each["value"] in order else len(order)
        )
    problems = [*wrong.get(name, []), *wrong.get(f"{name}.zh", []), *_refused(told, name)]
    in_rows = any(at.startswith(f"{name}.") for at in told)
    if control == "tree":
        rows = rows_shown(name, value, problems, told)
        problems = [each for each in problems if not any(_is_in(row, each) for row in rows)]
        value = [*rows, *[NEW_ROW] * BLANK_ROWS]
    return {
        "name": name,
        "label": _label(kind, name),
        "help": str(words.HELPS.get(full, "")),
        "control": control,
        "optional": full in OPTIONAL,
        "choices": offered,
        "paths": asked_by(str(entry.get("act", ""))) if name == "requires" else [],
        "problems": problems,
        "further": kind != "basis"
        and name in words.FURTHER
        and not problems
        and not in_rows
        and not (kind == "action" and name == "nodes"),
        "filled": not alike(None, entry.get(name)),
        "example": _example(value) if kind == "number" and name != "series" else "",
        **_valued(control, value),
    }


def _label(kind: str, name: str) -> str:
    if kind == "basis":
        return said(words.PARTS, name) if name in PARTS else STEPS[name].in_(language())
    if kind == "words":
        return said(words.OWN_WORDS, name)
    own = words.LABELS.get(f"{kind}.{name}")
    return str(own) if own else said(ASPECTS, name if name in ASPECTS else "clocks")


def _example(pattern: Any) -> str:
    """A number of that pattern; "" where it is none."""
    faults = Faults()
    check_pattern(str(pattern or ""), "", faults)
    return "" if faults or not pattern else str(pattern).format(meeting=_("第三次会议"), ordinal=12)


def _valued(control: str, value: Any) -> Shown:
    if control == "words":
        found = value if isinstance(value, Mapping) else {}
        return {"value": {each: str(found.get(each) or "") for each in LANGUAGES}}
    if control in ("ticks", "lines"):
        return {"value": listed(value)}
    if control == "tree":
        return {"value": value}
    return {"value": bool(value) if control == "flag" else "" if value is None else value}


def _is_in(row: Shown, problem: Shown) -> bool:
    """Whether a problem is told at a row."""
    return any(each.startswith(problem["message"]) for said in row["wrong"].values() for each in said)


def _refused(told: Errors, name: str) -> list[Shown]:
    return [
        {"severity": "error", "message": each, "advice": "", "code": "", "named": ""}
        for each in told.get(name, ())
    ]


def listed(value: Any) -> list[str]:
    """A list as the files have it, where one by itself stands for a list of one."""
    return (
        [value]
        if isinstance(value, str)
        else [str(each) for each in value or ()]
        if isinstance(value, list)
        else []
    )


def _with_own(offered: list[dict[str, str]], values: list[str]) -> list[dict[str, str]]:
    """What stands in the file can always be kept, whatever it is."""
    strange = [each for each in values if each and each not in {one["value"] for one in offered}]
    return [
        *offered,
        *({"value": each, "label": _("文件中的值，不在可选之列：%(value)s", value=each)} for each in strange),
    ]
