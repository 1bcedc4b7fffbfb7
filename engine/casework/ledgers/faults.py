"""What can be wrong with a row of a ledger: a code and what fills its sentence, kept for readers of any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.foundation.language import Sentence, _

# Codes stand in rows and in what the command prints: they stay, whatever becomes of their sentences.
SENTENCES: dict[str, str] = {
    "cell_missing": _("缺少“{column}”。"),
    "cell_unshowable": _("“{column}”含有无法显示的控制字符，请删除。"),
    "category_unknown": _("没有“{name}”这个类别。"),
    "meeting_unreadable": _("届次“{name}”应写成“……届人大……次会议”。"),
    "number_too_long": _("编号过长。"),
    "number_taken": _("编号“{number}”已用于《{title}》。"),
    "title_too_long": _("标题超过 300 字。"),
    "deputy_unknown": _("没有名为“{name}”的代表。"),
    "unit_unknown": _("没有名为“{name}”的承办单位。"),
    "name_ambiguous": _("有 {count} 个“{name}”，请改用代表证号或者单位代码。"),
    "no_day": _("“{cell}”不是日期，请写成 2026-03-01。"),
    "several_leads": _("主办单位只能有一个。"),
    "co_without_lead": _("有会办单位，但没有主办单位。"),
    "lead_and_separate": _("主办与分办不能并存。"),
    "one_separate": _("分办至少要有两个单位。"),
    "unit_twice": _("同一单位出现了两次。"),
    "units_without_day": _("有承办单位，但没有交办日期。"),
    "units_without_asks": _("已交办的要写明具体建议。"),
    "units_without_lead_deputy": _("已交办的要写明领衔代表。"),
    "days_reversed": _("交办日期早于提出日期。"),
    "lead_cosigns": _("领衔代表不能同时联名。"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a row."""

    code: str
    values: Mapping[str, Any]

    @property
    def said(self) -> Sentence:
        """Its sentence, which can be said in any language."""
        return Sentence(SENTENCES[self.code], **self.values)


def fault(code: str, **values: Any) -> Fault:
    """A fault of a row; KeyError for a code that has no sentence, or for a value that its sentence lacks."""
    made = Fault(code, values)
    assert made.said
    return made


def in_chinese(faults: Iterable[Fault]) -> str:
    """All of it in one text, as rows kept nothing else before."""
    return "".join(each.said for each in faults)


def kept(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """As rows keep them."""
    return [{"code": each.code, "values": dict(each.values)} for each in faults]


def read(rows: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """What rows have kept; a code of another version is left out, and its words stand in the row all the same."""
    return [Fault(each["code"], each["values"]) for each in rows if each["code"] in SENTENCES]
