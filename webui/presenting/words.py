"""The words for values of a process: what a form's choices, grades, categories and roles are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from webui.language import day, language

NOBODY = {"系统": Words("系统", "The system")}
UNIT_ROLES = {
    "lead": Words("主办", "Lead"),
    "co": Words("会办", "Co-handling"),
    "separate": Words("分办", "Separate"),
}
ASSIGNMENTS = {
    "assigned": Words("待签收", "To be signed for"),
    "signed_for": Words("办理中", "In progress"),
    "replied": Words("已答复", "Replied"),
    "closed": Words("已了结", "Done"),
    "returned": Words("已退回", "Returned"),
}
OUTCOMES = {
    "agreed": Words("同意", "Agreed"),
    "held": Words("已协调", "Co-ordinated"),
    "closed_with_opinion": Words("以评议意见了结", "Closed with an opinion"),
    "kept": Words("裁定仍由原单位承办", "Stays with the unit"),
    "moved": Words("裁定改由其他单位承办", "Goes to another unit"),
    "refused": Words("不同意", "Refused"),
    "withdrawn": Words("已撤回", "Withdrawn"),
    "lapsed": Words("未予处理", "Lapsed"),
}
SATISFACTION = {
    "satisfied": Words("满意", "Satisfied"),
    "basically_satisfied": Words("基本满意", "Basically satisfied"),
    "dissatisfied": Words("不满意", "Dissatisfied"),
}
COSIGNATURES = {
    "invited": Words("待答复", "Not answered yet"),
    "confirmed": Words("已联名", "Co-signed"),
    "declined": Words("已谢绝", "Declined"),
    "lapsed": Words("未答复", "Lapsed"),
    "reset": Words("文本有改动，重新征求", "Asked again"),
}


def said(words: Mapping[str, Words], key: str) -> str:
    """The words for a key; an unknown one stands for itself."""
    return words[key].in_(language()) if key in words else key


def day_read(value: Any) -> str:
    """A day of an answer as one reads it; what is no day (a draft holds what was typed) as it is."""
    try:
        return day(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def by_whom(name: str) -> str:
    """Who did or sent it; in the reader's language where it was no person and no office but the system."""
    return said(NOBODY, name)


def listed(names: Iterable[str]) -> str:
    """Names one after another."""
    return (", " if language() == "en" else "、").join(names)


class FolderWords:
    """Every label that a process folder gives to a value."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.labels: dict[tuple[str, str], Words] = {
            (field.name, choice.value): choice.label
            for form in folder.forms.values()
            for field in form.fields
            for choice in field.choices
        }
        self.any = {value: label for (_name, value), label in self.labels.items()}
        self.any = {**SATISFACTION, **self.any, **UNIT_ROLES, **ASSIGNMENTS, **COSIGNATURES}
        for listed in (folder.grades, folder.categories, folder.decline_reasons):
            self.any |= listed

    def of(self, name: str, value: Any) -> str:
        """What the value of that field is called; itself where no form names it."""
        label = self.labels.get((name, str(value))) or self.any.get(str(value))
        return label.in_(language()) if label else str(value)

    def own(self, key: str, usual: str) -> str:
        """What this kind of work calls a thing; the usual words where it has none of its own."""
        words = self.folder.words.get(key)
        return words.in_(language()) if words else usual

    def unit_role(self, role: str) -> str:
        """What a unit's part in such a case is called."""
        return self.own(f"unit_{role}", said(UNIT_ROLES, role))

    def reply_body(self) -> str:
        """What the body of a report is called in the form it is written in; "" where it is a reply to a deputy."""
        if "reply" not in self.folder.words:
            return ""
        forms = [
            self.folder.forms[spec.form] for spec in self.folder.tasks.values() if spec.act == "draft_reply"
        ]
        return next((form.field("body").label.in_(language()) for form in forms if "body" in form), "")

    def decision(self, kind: str, result: str) -> str:
        """What a decision of a kind came to, in the words of the form it was made with."""
        for spec in self.folder.tasks.values():
            if spec.requires.get("kind") == kind and "decision" in self.folder.forms[spec.form]:
                for choice in self.folder.forms[spec.form].field("decision").choices:
                    if choice.value == result:
                        return choice.label.in_(language())
        return self.of("result", result)

    def task(self, node: str) -> str:
        """The title of a step."""
        spec = self.folder.tasks.get(node)
        return spec.title.in_(language()) if spec else node
