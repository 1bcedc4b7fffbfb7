"""This year's plan of supervision: proposed by the committees, adopted, adjusted once, and in part begun.

Next year's begins with what this year's suggestions concentrate on, with every source, and waits for the council.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.foundation import clock
from engine.planning.mining import concentrations
from engine.planning.opening import open_item
from engine.planning.plans import adopt, change_item, propose_item
from engine.planning.telling import tell_of_plans
from webui.demonstration.province import Province

OFFICE, BEFORE, ADJUSTED = "huiwu", 200, 60  # days before today
MATTERS = Path(__file__).parent / "plans.toml"
HOUSE = ("who", "organ", "begun", "about")  # what is no field of a matter


def make_plan(province: Province) -> None:
    """Everything of the plans, each step at its time."""
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
        for item_id, matter in zip(items, matters, strict=True):
            if matter.get("begun"):
                open_item(province.actor(matter["who"]), item_id=item_id)
    _from_suggestions(province, year + 1)
    tell_of_plans()


def _from_suggestions(province: Province, year: int) -> None:
    """What most suggestions of the year before are about, as two committees take it up."""
    proposals = tomllib.loads(MATTERS.read_text(encoding="utf-8"))["from_suggestions"]
    for proposal in proposals:
        actor = province.actor(proposal["who"])
        group = next(
            (each for each in concentrations(actor, year) if proposal["about"] in each.sources[0].title), None
        )
        if group is None:  # nobody has written about it in that year
            continue
        grounds = f"{year - 1}年有{len(group.sources)}件代表建议集中反映。"
        values = _values(province, proposal) | {"channel": "deputies", "grounds": grounds}
        propose_item(actor, year=year, values=values, cases=group.numbers)


def _values(province: Province, matter: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in matter.items() if name not in HOUSE}
    return values | {"organ_id": province.organs[matter["organ"]]}


def _adopt(province: Province, year: int, council: str, reason: str) -> None:
    adopt(province.actor(OFFICE), year=year, council=council, decided_on=clock.today(), reason=reason)
