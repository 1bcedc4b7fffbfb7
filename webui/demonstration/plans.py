"""This year's plan of supervision: proposed by the committees, adopted, adjusted once, and in part begun."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.foundation import clock
from engine.planning.opening import open_item
from engine.planning.plans import adopt, change_item, propose_item
from webui.demonstration.province import Province

OFFICE, BEFORE, ADJUSTED = "huiwu", 200, 60  # days before today
MATTERS = Path(__file__).parent / "plans.toml"


def make_plan(province: Province) -> None:
    """Everything of the plan, each step at its time."""
    now, year = clock.now(), clock.today().year
    matters = tomllib.loads(MATTERS.read_text(encoding="utf-8"))["matter"]
    with clock.moved_to(now - dt.timedelta(days=BEFORE)):
        items = [
            propose_item(province.actor(each["who"]), year=year, values=_values(province, each))
            for each in matters
        ]
        _adopt(province, year, "第四十二次主任会议", "")
    with clock.moved_to(now - dt.timedelta(days=ADJUSTED)):
        last = matters[-1]
        values = _values(province, last) | {"month": 12}
        reason = "与下半年调研一并安排。"
        change_item(province.actor(last["who"]), item_id=items[-1], values=values, reason=reason)
        _adopt(province, year, "第四十六次主任会议", "根据下半年工作安排调整一项。")
        open_item(province.actor(matters[0]["who"]), item_id=items[0])


def _values(province: Province, matter: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in matter.items() if name not in ("who", "organ")}
    return values | {"organ_id": province.organs[matter["organ"]]}


def _adopt(province: Province, year: int, council: str, reason: str) -> None:
    adopt(province.actor(OFFICE), year=year, council=council, decided_on=clock.today(), reason=reason)
