"""What is said of a case where anybody may overhear it: its number and title, never more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLE_LENGTH = 20  # characters
SMS = ("【督办】%s有新的通知，请登录督办系统查看。", "[Duban] There is news of %s. Please sign in to Duban.")
POST = ("%s有新的通知，请有关同志登录督办系统查看。", "There is news of %s. Those concerned please sign in.")
A_CASE = ("一件工作", "a case")


def sms(facts: Mapping[str, Any], locale: str) -> str:
    """The text of an SMS."""
    return SMS[locale == "en"] % _name(facts, locale)


def post(facts: Mapping[str, Any], locale: str, link: str) -> str:
    """What is posted to a unit's group: the same, with the address that asks for sign-in."""
    return POST[locale == "en"] % _name(facts, locale) + f"\n{link}"


def short_title(title: str) -> str:
    """At most twenty characters of a title, on one line."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"


def _name(facts: Mapping[str, Any], locale: str) -> str:
    number, title = facts.get("case_number") or "", short_title(facts.get("case_title") or "")
    if not title:
        return number or A_CASE[locale == "en"]
    return f"{number}《{title}》" if locale != "en" else f"{number} “{title}”".strip()
