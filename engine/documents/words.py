"""How official documents write: dates and counts as Chinese officialdom does, values by the folder's own words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.foundation import clock

ROLES = {"lead": "主办", "co": "会办", "separate": "分办"}
STATUSES = {"draft": "草稿", "open": "办理中", "closed": "办结", "declined": "不予受理", "withdrawn": "撤回"}
ASSIGNMENTS = {
    "assigned": "待签收",
    "signed_for": "办理中",
    "replied": "已答复",
    "returned": "已退回",
    "closed": "已了结",
}
VOTES = {
    "for": "赞成",
    "against": "反对",
    "abstain": "弃权",
    "spoilt": "废票",
    "satisfied": "满意",
    "basically_satisfied": "基本满意",
    "dissatisfied": "不满意",
}
DECISION = "decision"  # the field of a form in which something is decided


def day(value: dt.date | dt.datetime | None) -> str:
    """2026年3月5日; nothing for no day (GB/T 9704-2012, 7.3.5.4: Arabic figures, no leading noughts)."""
    if value is None:
        return ""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return f"{date.year}年{date.month}月{date.day}日"


def dated(name: str, value: dt.date | dt.datetime) -> Words:
    """Whose and of when: what tells a document from others of its kind."""
    date = clock.day_of(value) if isinstance(value, dt.datetime) else value
    return Words(zh=f"{name} {day(date)}".strip(), en=f"{name} {date:%-d %B %Y}".strip())


def moment(value: dt.datetime) -> str:
    """2026年3月5日 14:03."""
    return f"{day(value)} {value.astimezone(clock.ZONE):%H:%M}"


def paragraphs(text: str | None) -> list[str]:
    """A text by its lines, without the empty ones."""
    return [line.strip() for line in (text or "").replace("\r", "").split("\n") if line.strip()]


def listed(names: list[str]) -> str:
    """Names one after another."""
    return "、".join(name for name in names if name)


def rate(part: int, whole: int) -> str:
    """A share with its parts, 3/4（75.0%）; a dash where there is nothing to divide by."""
    return f"{part}/{whole}（{part / whole:.1%}）" if whole else "—"


class FolderTerms:
    """Every label that a process folder gives to a value, in Chinese."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        fields = [field for form in folder.forms.values() for field in form.fields]
        self._labels: dict[tuple[str, str], Words] = {
            (field.name, choice.value): choice.label for field in fields for choice in field.choices
        }
        self._lists: dict[str, Words] = {
            **folder.grades,
            **folder.categories,
            **folder.decline_reasons,
            **{value: label for (_name, value), label in self._labels.items()},
        }

    def of(self, name: str, value: Any) -> str:
        """What the value of that field is called; itself where no form names it."""
        if value in (None, ""):
            return ""
        label = self._labels.get((name, str(value))) or self._lists.get(str(value))
        return label.zh if label else str(value)

    def task(self, node: str) -> str:
        """The title of a step."""
        spec = self.folder.tasks.get(node)
        return spec.title.zh if spec else node

    def decided(self, node: str, value: str) -> str:
        """What that step calls this decision of its own; nothing where it has no such choice."""
        spec = self.folder.tasks.get(node)
        fields = self.folder.forms[spec.form].fields if spec else ()
        choices = [choice for field in fields if field.name == DECISION for choice in field.choices]
        return next((choice.label.zh for choice in choices if choice.value == value), "")

    def deciding(self, value: str) -> list[str]:
        """The steps in which one can decide so."""
        return [node for node in self.folder.tasks if self.decided(node, value)]

    def choices(self, name: str, chosen: str | None) -> list[dict[str, Any]]:
        """The choices of a field as boxes to tick: {label, chosen, mark}."""
        return [
            {"label": label.zh, "chosen": value == chosen, "mark": "■" if value == chosen else "□"}
            for (field, value), label in self._labels.items()
            if field == name
        ]
