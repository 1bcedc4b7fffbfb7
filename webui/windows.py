"""Several windows of one person in which the same form is filled in: which one wrote, and what becomes of the words.

A form carries the window that it is in and the revision of the draft that it was made from, hidden, so that it works
without scripts too; `webui/templates/components/windows.html` writes both.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.casework.drafts import Draft, Kept, Seen, draft_of, drop_aside, save_draft, take_up_aside
from engine.foundation import clock
from engine.foundation.actor import Actor

WINDOW, REVISION, TOLD, CHOICE = "draft-window", "draft-revision", "draft-told", "draft-choice"
FIELDS = (WINDOW, REVISION, TOLD, CHOICE)
_NAME = re.compile(r"[0-9a-f]{8}")
_COUNT = re.compile(r"[0-9]{1,9}")

Sent = Mapping[str, Any]


def fresh_window() -> str:
    """The name of a window whose page is made now."""
    return secrets.token_hex(4)


def seen_in(sent: Sent) -> Seen | None:
    """Which window a form was sent from, and what it has seen; None for a page that does not say so."""
    window = str(sent.get(WINDOW, ""))
    return Seen(window, _count(sent, REVISION)) if _NAME.fullmatch(window) else None


def held_back(actor: Actor, task_id: int, answers: Mapping[str, Any], sent: Sent) -> bool:
    """Whether another window wrote something else in between, of which whoever sends this has not been told yet.

    What he sends is then laid aside, so that he may look at both before he goes on.
    """
    seen = seen_in(sent)
    draft = draft_of(actor, task_id) if seen else None
    if seen is None or draft is None or not draft.is_news_to(seen) or draft.revision <= _count(sent, TOLD):
        return False
    return save_draft(actor, task_id=task_id, answers=answers, seen=seen).elsewhere is not None


def keep(actor: Actor, task_id: int, answers: Mapping[str, Any], sent: Sent) -> Kept:
    """Keep what was typed in the window it was sent from."""
    return save_draft(actor, task_id=task_id, answers=answers, seen=seen_in(sent))


def choose(actor: Actor, task_id: int, answers: Mapping[str, Any], sent: Sent) -> bool:
    """Do what was chosen between the words of two windows; False where the form was sent for something else.

    What stands in the form is kept first: whatever is chosen, nothing that was typed is lost by it.
    """
    choice, _colon, window = str(sent.get(CHOICE, "")).partition(":")
    if choice not in ("mine", "theirs", "use", "drop"):
        return False
    seen = seen_in(sent)
    keep(actor, task_id, answers, sent)
    if choice == "mine" and seen is not None:
        take_up_aside(actor, task_id=task_id, window=seen.window)
    if choice == "use":
        take_up_aside(actor, task_id=task_id, window=window)
    if choice == "drop":
        drop_aside(actor, task_id=task_id, window=window)
    return True


def answered(kept: Kept) -> dict[str, Any]:
    """What a page that keeps its form by itself is told: when, as which revision, and what lies beside it."""
    told: dict[str, Any] = {"saved_at": hour(kept.saved_at), "draft": kept.revision}
    return told | ({"elsewhere": elsewhere_said(kept.elsewhere)} if kept.elsewhere else {})


def news(draft: Draft | None, sent: Sent) -> Draft | None:
    """The draft, where another window wrote it since the form that was sent."""
    seen = seen_in(sent)
    return draft if draft is not None and seen is not None and draft.is_news_to(seen) else None


def elsewhere_said(moment: dt.datetime) -> str:
    """That another window wrote, and that both texts are there."""
    text = _("您 %(at)s 在另一个窗口改过这份内容，没有被盖掉；这里写的也另存着，两份都在。", at=hour(moment))
    return str(text)


def hour(moment: dt.datetime) -> str:
    """14:03, as the pages say when something was kept; with its day where that is not today."""
    local = moment.astimezone(clock.ZONE)
    return f"{local:%H:%M}" if local.date() == clock.today() else f"{local:%m-%d %H:%M}"


def _count(sent: Sent, name: str) -> int:
    said = str(sent.get(name, ""))
    return int(said) if _COUNT.fullmatch(said) else 0
