"""What was noticed about a reply, as the pages of its drafting, review and signature show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.casework.access import name_of
from engine.casework.acts.reply_soundness import FIELD, reasons_of
from engine.casework.readings.task_page import TaskPage
from engine.casework.reply_findings import findings
from engine.casework.reply_matter import latest_reply, matter_of_answers, matter_of_reply
from engine.definitions.words import Sentence


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding; `reason` is what was typed or kept, `by` who gave it where it is kept."""

    key: str
    sentence: Sentence
    reason: str
    by: str


def findings_of_page(page: TaskPage, answers: Mapping[str, Any]) -> list[FindingView]:
    """The findings about the reply of a task: about what has been typed while it is drafted, else about the version
    that is kept, those that were answered before included."""
    if FIELD not in page.form or page.assignment is None or not page.task.open:
        return []
    typed = {each["key"]: each.get("reason") or "" for each in answers.get(FIELD) or () if "key" in each}
    if "answers" in page.form:
        matter = matter_of_answers(page.case.facts, page.assignment, answers)
        found = findings(matter, page.folder) if matter.text.strip() else []
        return [FindingView(each.key, each.sentence, typed.get(each.key, ""), "") for each in found]
    reply = latest_reply(page.assignment.id, page.assignment.round)
    if reply is None:
        return []
    kept = reasons_of(reply.id)
    views = [
        FindingView(key, Sentence(row.template, **row.shown), row.reason, name_of(row.answered_by))
        for key, row in kept.items()
    ]
    new = [
        each
        for each in findings(matter_of_reply(page.case.facts, page.assignment, reply), page.folder)
        if each.key not in kept
    ]
    return views + [FindingView(each.key, each.sentence, typed.get(each.key, ""), "") for each in new]
