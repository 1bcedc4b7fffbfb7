"""Plans to put a case on another way, as the pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.definitions.folder import Folder
from engine.flow import Go
from engine.flow.migration_plans import can_start
from engine.operations.flags import unit_names
from engine.operations.modifying import Preview
from engine.operations.standing import Place, Standing
from webui.language import language
from webui.presenting.dues import due_of
from webui.presenting.operations import case_shown, place_shown

Shown = dict[str, Any]


def _called(folder: Folder, node: str) -> str:
    return folder.flow.nodes[node].name or node


def plan_form(found: Standing) -> Shown:
    """What can be done with each token, what can be started beside them, and which clocks may end."""
    folder = found.running.folder
    movable = [place for place in found.places if not place.on_border and not place.is_instance]
    return {
        **case_shown(found),
        "tokens": [{**place_shown(place), "choices": _choices(place, folder)} for place in movable],
        "starts": _starts(folder),
        "beside": [
            {"value": place.key, "label": " · ".join(filter(None, (place.name, place.unit)))}
            for place in movable
        ],
        "clock_choices": _clocks(found),
    }


def _choices(place: Place, folder: Folder) -> list[dict[str, str]]:
    """The places in the token's own level to which it can go."""
    level = folder.flow.nodes[place.node].parent
    return [each for each in _starts(folder) if folder.flow.nodes[each["node"]].parent == level]


def _starts(folder: Folder) -> list[dict[str, str]]:
    return [
        {
            "value": f"{'after' if go.after else 'before'}:{go.node}",
            "node": go.node,
            "label": _where(_called(folder, go.node), after=go.after),
        }
        for node in folder.flow.nodes
        for go in (Go(node), Go(node, after=True))
        if can_start(folder.flow, go)
    ]


def _where(node: str, *, after: bool) -> str:
    return _("%(node)s 之后", node=node) if after else _("%(node)s 之前", node=node)


def _clocks(found: Standing) -> list[Shown]:
    units = unit_names(found.running.case.id)
    titles = {spec.key: spec.title.in_(language()) for spec in found.running.folder.clocks}
    return [
        {
            "id": view.id,
            "title": " · ".join(
                filter(None, (titles.get(view.key, view.key), units.get(view.assignment_id, "")))
            ),
            "due": due_of(view.due_on, view.congress_id),
        }
        for view in found.clocks
    ]


def chosen_changes(form: Any) -> dict[str, Any]:
    """What was chosen: token.<key> is cancel, before:<node> or after:<node>; start with near; clock, repeated."""
    changes: list[Mapping[str, str]] = []
    for name, value in form.items():
        kind, _dot, key = name.partition(".")
        if kind == "token" and value == "cancel":
            changes.append({"cancel": key})
        elif kind == "token" and ":" in value:
            how, _colon, node = value.partition(":")
            changes.append({"move": key, "after" if how == "after" else "before": node})
    start = form.get("start", "")
    if ":" in start:
        how, _colon, node = start.partition(":")
        changes.append({"after" if how == "after" else "before": node, "near": form.get("near", "")})
    clocks = [int(each) for each in form.getlist("clock") if each.isascii() and each.isdigit()]
    return {"changes": changes, "clocks": clocks}


def plan_shown(row: Any, where: Standing, seen: Preview | None, *, own: bool) -> Shown:
    """A plan, and what it would do."""
    shown: Shown = {
        "id": row.id,
        "state": row.state,
        "reason": row.reason,
        "planned_at": row.planned_at,
        "own": own,
        "case_href": url_for("operations.case", case_id=row.case_id),
        "called": case_shown(where)["called"],
        "seen": None,
    }
    if seen is None:
        return shown
    folder, units = where.running.folder, unit_names(row.case_id)
    clocks = {each["id"]: each for each in _clocks(where)}
    shown["seen"] = {
        "withdrawn": [" · ".join(filter(None, (each.name, each.unit))) for each in seen.withdrawn],
        "opened": [
            " · ".join(filter(None, (each.name or each.node, units.get(each.assignment_id, ""))))
            for each in seen.opened
        ],
        "ended": [clocks[view.id] for view in seen.ended if view.id in clocks],
        "running": [clocks[view.id] for view in seen.running if view.id in clocks],
        "closes": seen.closes,
        "flow": {
            "source_href": url_for("operations.diagram", definition_id=where.running.case.definition_id),
            "live": list(seen.live),
            "done": sorted({each.node for each in seen.withdrawn} - set(seen.live)),
            "live_names": [_called(folder, node) for node in seen.live],
        },
    }
    return shown


def plan_line(row: Any) -> Shown:
    """A plan in a list."""
    return {
        "href": url_for("plans.page", modification_id=row.id),
        "case_id": row.case_id,
        "reason": row.reason,
        "planned_at": row.planned_at,
    }
