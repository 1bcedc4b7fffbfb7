"""Lines of lists: tasks and cases as the tables take them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from engine.casework.readings.inbox import CaseRow, InboxRow
from engine.definitions.catalogue import definition
from engine.definitions.citing import articles_cited
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from webui.language import language
from webui.presenting.dues import due_of, due_of_past
from webui.presenting.places import task_address
from webui.presenting.words import by_whom

Line = dict[str, Any]
STATUSES = {
    "draft": ("草稿", "Draft"),
    "open": ("办理中", "In progress"),
    "closed": ("已办结", "Closed"),
    "declined": ("不予受理", "Not accepted"),
    "withdrawn": ("已撤回", "Withdrawn"),
}
BROKEN_OFF = "withdrawn"


def status_title(status: str, folder: Folder | None = None) -> str:
    """The words for a case’s status; some kinds of work have their own for one that was broken off."""
    if folder is not None and status == BROKEN_OFF and (own := folder.words.get(BROKEN_OFF)):
        return own.in_(language())
    zh, en = STATUSES.get(status, (status, status))
    return en if language() == "en" else zh


def stage_title(folder: Folder, key: str) -> str:
    """The title of a stage; an unknown key stands for itself."""
    return next((stage.title.in_(language()) for stage in folder.stages if stage.key == key), key)


def task_line(row: InboxRow, actor: Actor) -> Line:
    """A task of the inbox."""
    folder = definition(row.definition_id)
    spec = folder.tasks.get(row.node)
    done = row.closed_at is not None
    case = url_for("cases.page", case_id=row.case_id)
    act = spec.act if spec else ""
    where = case if done else task_address(act, task_id=row.task_id, case_id=row.case_id)
    due = due_of_past(row.due_on, row.closed_at) if done else due_of(row.due_on, actor.congress_id)
    until = row.closed_at or clock.now()
    return {
        "id": row.task_id,
        "href": where,
        "due": due,
        "number": row.number,
        "title": row.title or _("（未写标题）"),
        "marks": _marks(row, actor),
        "step": spec.title.in_(language()) if spec else row.name,
        "stage": stage_title(folder, row.stage),
        "unit": row.unit,
        "from_text": by_whom(row.sent_by),
        "waiting_days": (clock.day_of(until) - clock.day_of(row.opened_at)).days,
        "pickable": bool(spec and spec.bulk and not done),
        "bases": articles_cited(spec) if spec else (),
    }


def _marks(row: InboxRow, actor: Actor) -> list[dict[str, str]]:
    marks = []
    if row.priority:
        marks.append({"text": _("重点"), "kind": "key"})
    if row.round > 1:
        marks.append({"text": _("第%(round)s轮", round=row.round), "kind": "warn"})
    if row.closed_at is None and row.assignee_id == actor.user_id:
        marks.append({"text": _("我已领取"), "kind": "info"})
    elif row.closed_at is None and row.assignee_id is not None:
        marks.append({"text": _("代%(absent)s", absent=row.assignee), "kind": "info"})
    return marks


def case_line(row: CaseRow, actor: Actor) -> Line:
    """A case of a list; what only some lists know (deputy, units) is added by them."""
    folder = definition(row.definition_id)
    open_ = row.status == "open"
    return {
        "href": url_for("cases.page", case_id=row.case_id),
        "number": row.number,
        "title": row.title or _("（未写标题）"),
        "marks": [{"text": _("第%(round)s轮", round=row.round), "kind": "warn"}] if row.round > 1 else [],
        "status": stage_title(folder, row.stage) if open_ else status_title(row.status, folder),
        "status_kind": {"closed": "good", "declined": "", "draft": ""}.get(row.status, "info"),
        "on": row.submitted_at or row.created_at,
        "due": due_of(row.due_on, actor.congress_id) if open_ else None,
    }
