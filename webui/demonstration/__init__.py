"""The demonstration: an invented province whose people did, day by day, what use cases let them do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask

from engine.people.users import username_exists
from webui.demonstration.budget import keep_budget
from webui.demonstration.decisions import take_decisions
from webui.demonstration.performance import evaluate_projects
from webui.demonstration.plans import make_plan
from webui.demonstration.province import settle
from webui.demonstration.rules import propose_rules
from webui.demonstration.told import tell
from webui.demonstration.turns import take_turns
from webui.demonstration.year import live_through
from webui.sign_in import SheetAccount

__all__ = ["accounts", "load"]


def load(app: Flask, progress: Callable[[int, int], None]) -> Sequence[SheetAccount]:
    """Fill an empty database, inside an application context; `progress(done, total)`. Gives the sign-in sheet."""
    province = settle(progress)
    live_through(province, progress)
    take_turns(province)
    take_decisions(province)
    tell(province)
    make_plan(province)
    keep_budget(province)
    propose_rules(province)
    evaluate_projects(province)
    sheet = province.sheet()
    lines = [[each.role, each.name, each.account, each.password] for each in sheet]
    _kept(app).write_text(json.dumps(lines, ensure_ascii=False), encoding="utf-8")
    return sheet


def accounts(app: Flask) -> Sequence[SheetAccount]:
    """The sign-in sheet of the demonstration in the present database; nothing where there is none."""
    if not _kept(app).exists():
        return ()
    sheet = [SheetAccount(*line) for line in json.loads(_kept(app).read_text(encoding="utf-8"))]
    return sheet if sheet and username_exists(sheet[0].account) else ()


def _kept(app: Flask) -> Path:
    return Path(app.config["DATA_FOLDER"]) / "demonstration.json"
