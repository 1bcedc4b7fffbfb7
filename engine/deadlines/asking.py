"""«When is it due?»: a rule of a shipped pack, or a bare length, from a day; what the command and the page ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache

from engine.deadlines.counting import Deadline, count
from engine.deadlines.lengths import parse_length
from engine.deadlines.packs import load_packs
from engine.deadlines.refusals import CountingRefused
from engine.deadlines.rules import RulePack
from engine.deadlines.workdays import Calendar
from engine.foundation.language import _

USUAL_PACK = "shanxi"

shipped_packs = cache(load_packs)


class QuestionUnclear(CountingRefused):
    """Neither a rule nor a length, or both."""

    text = _("请给出期限规则或者期限长度，二者选一。")


class DateNotUnderstood(CountingRefused):
    """A start that is no date."""

    text = _("看不懂日期“{date}”：请写成2026-02-05的样子。")


class UnknownPack(CountingRefused):
    """No rule pack of this key comes with the program."""

    text = _("没有规则包“{pack}”。现有：{known}。")


def ask(*, rule: str, length: str, start: str, pack: Callable[[], RulePack], calendar: Calendar) -> Deadline:
    """The due date of a rule id or written length from a day in ISO form; empty texts are not given.

    `pack` gives the rule pack, and is asked only for a rule: a length can be counted without any.

    Raises QuestionUnclear, DateNotUnderstood, LengthNotUnderstood, UnknownPack, UnknownRule, StartOutOfRange.
    """
    if bool(rule) == bool(length):
        raise QuestionUnclear
    try:
        day = dt.date.fromisoformat(start.strip())
    except ValueError as fault:
        raise DateNotUnderstood(date=start) from fault
    what = parse_length(length) if length else pack().rule(rule.strip(), on=day)
    return count(what, day, calendar)


def pack_named(key: str) -> RulePack:
    """A pack that comes with the program."""
    packs: Mapping[str, RulePack] = shipped_packs()
    if key not in packs:
        raise UnknownPack(pack=key, known="、".join(packs))
    return packs[key]
