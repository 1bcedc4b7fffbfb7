"""What the invented people of the demonstration write, and how old their cases are."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

from engine.foundation import clock

# Ending → how many days ago the case was assigned (or, for the early ones, handed in): at least, at most.
AGES: Mapping[str, tuple[int, int]] = {
    "draft": (0, 4),
    "cosigning": (1, 6),
    "intake": (0, 3),
    "intake_review": (1, 4),
    "assign": (2, 6),
    "sign_for": (0, 1),
    "handling": (6, 55),
    "co_opinion": (8, 22),
    "review_reply": (50, 80),
    "sign_reply": (52, 82),
    "evaluate": (38, 54),
    "decide_redo": (43, 48),
    "redo": (48, 64),
    "panel": (66, 76),
    "overdue": (94, 112),
}
PAIRED = ("merged", "merged_disputed")
DISPUTED = ("decide_redo", "redo", "closed_after_redo", "panel", "closed_by_panel")
SHOWN = 2  # deputies on the sign-in sheet
HANDED_IN = ("draft", "cosigning", "intake", "intake_review", "assign")
GRADES = ("A", "A", "A", "A", "A", "B", "B", "B", "B", "C")
ANSWERS = {
    "A": "此项工作已经完成：相关措施已印发实施，目前运行平稳。",
    "B": "此项工作已列入计划，将于年底前完成，届时向您报告进展。",
    "C": "受现行政策和财力限制，此项暂时难以实施，我们将继续向国家有关部门反映。",
}
REASONS = {"C": "需要国家层面统一规定，本省权限内暂时不能解决，已书面向国家有关部门反映。"}
PROMISES = (
    "印发支持政策并安排专项资金。",
    "完成重点工程建设并投入使用。",
    "在全省推广试点经验，实现应覆尽覆。",
)


def accepted(category: str) -> dict[str, Any]:
    """Intake takes a suggestion in."""
    return {"result": "accepted", "category": category, "confidentiality": "public"}


def declined(chance: random.Random) -> dict[str, Any]:
    """Intake does not take a suggestion in."""
    return {
        "result": "declined",
        "confidentiality": "internal",
        "reason_code": chance.choice(["no_content", "several_matters", "other_powers", "personal"]),
        "explanation": "经审查，不符合提出建议的要求。您可以修改后重新提出，也可以转作代表来信处理。",
    }


def evaluation(result: str) -> dict[str, Any]:
    """A deputy evaluates a reply."""
    dissatisfied = result == "dissatisfied"
    reasons = "答复比较笼统，没有给出明确的时间和措施。" if dissatisfied else ""
    return {"attitude": "satisfied", "result": result, "reasons": reasons}


def panel_answers(deputy: str, unit: str) -> dict[str, Any]:
    """Both sides were heard, and an opinion ends the matter."""
    return {
        "held_on": clock.today().isoformat(),
        "persons": f"{deputy}代表、{unit}、代表工委",
        "minutes": "代表说明两次不满意的理由，承办单位说明政策和财力限制，双方当面交换了意见。",
        "reason": "本轮不再重新办理；请承办单位每半年向代表通报一次进展，条件具备时优先安排。",
    }


def promises(chance: random.Random) -> list[dict[str, str]]:
    """What is promised for the year's end, with a step on the way."""
    due = clock.today() + dt.timedelta(days=chance.randint(100, 240))
    half = clock.today() + dt.timedelta(days=chance.randint(30, 90))
    what = chance.choice(PROMISES)
    return [{"what": what, "due": due.isoformat(), "milestones": f"{half.isoformat()} 印发实施方案"}]
