"""The kinds of field by which a reply promises and answers what was noticed about it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from marshmallow import ValidationError

from engine.definitions.answers import (
    CIRCUMSTANCES,
    HALF_WIDTH,
    NOT_OFFERED,
    identifier,
    measured,
    plain,
    refuse,
)
from engine.definitions.lists import UNREADABLE, Entries, record
from engine.foundation.language import _

DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
# A milestone is a line that begins with its day: 2026-06-30 完成招标, 2026年6月30日：完成招标.
MILESTONE = re.compile(r"([0-9０-９]{4}[-/.年－][0-9０-９]{1,2}[-/.月－][0-9０-９]{1,2}日?)[\s：:，,、]*(.*)")
FURTHEST = 3660  # days: nobody promises beyond ten years
KEY = re.compile(r"[a-z_]+(:[a-z0-9_]{1,40})?")


class Commitments(Entries):
    """[{ask_id, what, due_on, milestones: [{on, what}]}]: what is promised by when; `ask_id` None is for the whole.

    What is sent has `due` as a day that is not past, and `milestones` as lines that begin with their days.
    """

    longest = 1_000
    most = 30

    def entry(self, raw: Any, before: list[Any]) -> dict[str, Any] | None:
        sent = record(raw, ("ask_id", "what", "due", "milestones"))
        what = measured(plain(sent.get("what"), lines=True), self.spec)
        due, lines = sent.get("due"), plain(sent.get("milestones"), lines=True)
        if not what and due in (None, "") and not lines:
            return None
        if not what:
            raise refuse(_("请写明承诺做什么。"))
        ask = identifier(sent.get("ask_id"))
        if ask is not None and not self.offers(ask):
            raise ValidationError([NOT_OFFERED])
        due_on = due if type(due) is dt.date else _day(plain(due))
        _within_reach(due_on)
        return {"ask_id": ask, "what": what, "due_on": due_on, "milestones": _milestones(lines, due_on)}


def _within_reach(due_on: dt.date) -> None:
    today = CIRCUMSTANCES.get().today
    if due_on < today:
        raise refuse(_("完成日期不能早于今天。"))
    if (due_on - today).days > FURTHEST:
        raise refuse(_("完成日期超过十年，请核对年份。"))


def _milestones(lines: str, due_on: dt.date) -> list[dict[str, str]]:
    found = []
    for line in filter(None, (each.strip() for each in lines.split("\n"))):
        match = MILESTONE.fullmatch(line)
        if match is None or not match[2]:
            raise refuse(
                _("阶段安排每行先写日期再写内容，如：2026-06-30 完成招标。这一行不对：{line}"), line=line
            )
        on = _day(match[1])
        if on > due_on:
            raise refuse(_("阶段安排的日期晚于完成日期：{line}"), line=line)
        found.append({"on": on.isoformat(), "what": match[2][:500]})
    if len(found) > 20:
        raise refuse(_("最多{limit}项，现有{count}项。"), limit=20, count=len(found))
    return found


def _day(text: str) -> dt.date:
    found = DAY.fullmatch(text.translate(HALF_WIDTH).strip())
    try:
        if found:
            return dt.date(*map(int, found.groups()))
    except ValueError:
        pass
    raise refuse(_("请写明完成日期，如2026-12-31。"))


class FindingReasons(Entries):
    """[{key, reason}]: for what was noticed about a reply, why it goes on nevertheless."""

    longest = 500
    most = 100

    def entry(self, raw: Any, before: list[Any]) -> dict[str, str] | None:
        sent = record(raw, ("key", "reason"))
        key, reason = plain(sent.get("key")), measured(plain(sent.get("reason"), lines=True), self.spec)
        if not KEY.fullmatch(key) or any(other["key"] == key for other in before):
            raise ValidationError([UNREADABLE])
        return {"key": key, "reason": reason} if reason else None


# By the word a form file uses.
PROMISED: dict[str, type[Entries]] = {"commitments": Commitments, "findings": FindingReasons}
