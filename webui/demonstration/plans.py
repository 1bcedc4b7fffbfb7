"""This year's plan of supervision: proposed by the committees, adopted, adjusted once, and in part begun."""

from __future__ import annotations

import datetime as dt

from engine.foundation import clock
from engine.planning.opening import open_item
from engine.planning.plans import adopt, change_item, propose_item
from webui.demonstration.province import Province

OFFICE, BEFORE, ADJUSTED = "huiwu", 200, 60  # days before today
# whose, title, channel, kind, month, grounds
MATTERS = (
    (
        "huanzi",
        "hzw",
        "关于全省湿地保护修复情况的报告",
        "committees",
        "work_report",
        4,
        "委员会调研中发现保护资金没有稳定来源。",
    ),
    (
        "huanzi",
        "hzw",
        "关于城乡生活污水治理情况的专题询问",
        "deputies",
        "inquiry",
        7,
        "代表建议集中反映农村污水治理设施闲置。",
    ),
    (
        "caijing",
        "cjw",
        "关于政府债务管理情况的报告",
        "members",
        "work_report",
        9,
        "常委会组成人员提出的比较集中的问题。",
    ),
    ("caijing", "cjw", "关于优化营商环境情况的专题询问", "public", "inquiry", 11, "社会普遍关注的问题。"),
)


def make_plan(province: Province) -> None:
    """Everything of the plan, each step at its time."""
    now, year = clock.now(), clock.today().year
    with clock.moved_to(now - dt.timedelta(days=BEFORE)):
        items = [_propose(province, year, *matter) for matter in MATTERS]
        _adopt(province, year, "第四十二次主任会议", "")
    with clock.moved_to(now - dt.timedelta(days=ADJUSTED)):
        who, organ, title, channel, kind, _month, grounds = MATTERS[-1]
        values = _values(province, organ, title, channel, kind, 12, grounds)
        change_item(province.actor(who), item_id=items[-1], values=values, reason="与下半年调研一并安排。")
        _adopt(province, year, "第四十六次主任会议", "根据下半年工作安排调整一项。")
        open_item(province.actor("huanzi"), item_id=items[0])


def _propose(
    province: Province,
    year: int,
    who: str,
    organ: str,
    title: str,
    channel: str,
    kind: str,
    month: int,
    grounds: str,
) -> int:
    values = _values(province, organ, title, channel, kind, month, grounds)
    return propose_item(province.actor(who), year=year, values=values)


def _values(
    province: Province, organ: str, title: str, channel: str, kind: str, month: int, grounds: str
) -> dict[str, object]:
    return {
        "title": title,
        "channel": channel,
        "process_key": kind,
        "organ_id": province.organs[organ],
        "month": month,
        "grounds": grounds,
    }


def _adopt(province: Province, year: int, council: str, reason: str) -> None:
    adopt(province.actor(OFFICE), year=year, council=council, decided_on=clock.today(), reason=reason)
