"""The cases behind a figure as lines of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from engine.definitions.catalogue import definition
from engine.statistics.lists import Line
from webui.addresses import case_address
from webui.language import day, language
from webui.presenting.rows import stage_title, status_title


def counted_lines(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Each thing counted, with the way to its case."""
    return [_shown(line) for line in lines]


def owed_lines(lines: Iterable[tuple[Line, dt.date]]) -> list[dict[str, Any]]:
    """The same with the day on which each is due."""
    return [_shown(line) | {"due": day(due_on)} for line, due_on in lines]


def _shown(line: Line) -> dict[str, Any]:
    folder = definition(line.definition_id)
    category = folder.categories.get(line.category or "")
    standing = stage_title(folder, line.stage) if line.status == "open" else status_title(line.status, folder)
    return {
        "href": case_address(line.case_id),
        "number": line.number or "—",
        "title": line.title,
        "lead": line.lead or "",
        "unit": line.unit or "",
        "category": category.in_(language()) if category else "",
        "standing": standing,
        "on": day(line.received_at),
    }
