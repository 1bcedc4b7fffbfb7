"""Changing a promise: asked for in writing, approved by the unit's head, decided by the congress where it weighs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from engine.commitments.rows import (
    CONGRESS_DECIDES,
    ENTRIES,
    Matter,
    change,
    enter,
    next_day,
    require_article,
    require_live,
    require_revision,
    require_unit,
    say,
    status_of,
    to_change,
    written,
)
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import db

# postpone: a later day; reword: other words, perhaps another day; withdraw: the promise is given up
ACTIONS = ("postpone", "reword", "withdraw")
PENDING = ("requested", "approved")
FURTHEST = 3660  # days
ASKING = ("case_officer", "registrar", "approver")


class ChangePending(GuardRefused):
    """Another change of the same promise waits for its decision."""

    text = _("这项承诺已有一个调整申请在等待决定。")


class OwnRequest(DomainError):
    """Who asks for a change does not approve it."""

    text = _("调整是您申请的，须由他人审批。")


@use_case
def request_change(
    actor: Actor,
    *,
    commitment_id: int,
    action: str,
    reason: str,
    due_on: dt.date | None = None,
    what: str = "",
    revision: int | None = None,
) -> int:
    """Ask the unit's head for a change, in writing; gives the entry's id. The same request twice is one."""
    matter = to_change(actor, commitment_id)
    require_unit(actor, matter, *ASKING)
    require_article(matter, "request_change")
    detail, kept = _wanted(matter, action, due_on, what), written(reason, "reason")
    pending = _pending(commitment_id)
    if pending is not None:
        same = (pending.text, pending.detail, pending.written_by) == (kept, detail, actor.user_id)
        if same:
            return int(pending.id)
        raise ChangePending
    require_live(matter)
    require_revision(matter, revision)
    entry_id = enter(commitment_id, "change", kept, state="requested", **detail)
    change(matter.commitment)
    say(matter, "commitment:change_requested", reason=kept, told={"reason": kept[:200]}, **_shown(detail))
    return entry_id


def _wanted(matter: Matter, action: str, due_on: dt.date | None, what: str) -> dict[str, str]:
    """What the change is to be, in JSON's types; InvalidAnswers for what makes no change."""
    errors: dict[str, list[str]] = {}
    if action not in ACTIONS:
        errors["action"] = [_("请选择怎样调整。")]
    if action == "postpone" and (due_on is None or due_on <= matter.commitment.due_on):
        errors["due_on"] = [_("新的完成日期应晚于现在的完成日期。")]
    if due_on is not None and action != "withdraw" and not 0 <= (due_on - clock.today()).days <= FURTHEST:
        errors["due_on"] = [_("新的完成日期不能早于今天，也不能超过十年。")]
    if action == "reword" and len(what.strip()) < 5:
        errors["what"] = [_("请写明调整后的承诺。")]
    if errors:
        raise InvalidAnswers(errors)
    detail = {"action": action}
    if action != "withdraw" and due_on is not None:
        detail["due_on"] = due_on.isoformat()
    if action == "reword":
        detail["what"] = what.replace("\r\n", "\n").strip()[:1000]
    return detail


def _pending(commitment_id: int) -> Any:
    statement = sa.select(ENTRIES).where(
        ENTRIES.c.commitment_id == commitment_id, ENTRIES.c.kind == "change", ENTRIES.c.state.in_(PENDING)
    )
    return db.session.execute(statement).first()


@use_case
def approve_change(
    actor: Actor, *, commitment_id: int, entry_id: int, approved: bool, reason: str = ""
) -> None:
    """The unit's head approves or refuses. A small delay is changed at once and the congress told; a change that moves
    the first date by more than the folder allows, rewords or gives up goes on to the congress."""
    matter = to_change(actor, commitment_id)
    require_unit(actor, matter, "head")
    require_article(matter, "approve_change")
    entry = _entry(matter, entry_id)
    if _done_before(entry, actor, "requested", entry.approved_by, approved):
        return
    if entry.written_by == actor.user_id:
        raise OwnRequest
    require_live(matter)
    values = {"approved_by": actor.user_id, "approved_at": clock.now()}
    if not approved:
        _refuse(matter, entry, values, reason)
    elif weighs(matter, entry.detail):
        _settle(entry, state="approved", decision=reason.strip(), **values)
        change(matter.commitment)
        told: dict[str, object] = {"reason": entry.text[:200]}
        say(matter, "commitment:change_approved", told=told, **_shown(entry.detail))
    else:
        _settle(entry, state="granted", decision=reason.strip(), **values)
        _apply(matter, entry)


@use_case
def decide_change(
    actor: Actor, *, commitment_id: int, entry_id: int, granted: bool, reason: str = ""
) -> None:
    """The congress grants or refuses a change that the unit's head has approved."""
    actor.require(*CONGRESS_DECIDES)
    matter = to_change(actor, commitment_id)
    require_article(matter, "decide_change")
    entry = _entry(matter, entry_id)
    if _done_before(entry, actor, "approved", entry.decided_by, granted):
        return
    require_live(matter)
    values = {"decided_by": actor.user_id, "decided_at": clock.now()}
    if not granted:
        _refuse(matter, entry, values, reason)
        return
    _settle(entry, state="granted", decision=reason.strip(), **values)
    _apply(matter, entry)


def _entry(matter: Matter, entry_id: int) -> Any:
    statement = sa.select(ENTRIES).where(
        ENTRIES.c.id == entry_id, ENTRIES.c.commitment_id == matter.commitment.id, ENTRIES.c.kind == "change"
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def _done_before(entry: Any, actor: Actor, waits: str, by: int | None, granted: bool) -> bool:
    """Whether the same person decided the same before; GuardRefused where it is not waiting for this decision."""
    if entry.state == waits:
        return False
    if by == actor.user_id and (entry.state == "refused") is not granted:
        return True
    raise GuardRefused(_("这个调整申请现在不等待您的决定。"))


def weighs(matter: Matter, detail: dict[str, str]) -> bool:
    """Whether a change is for the congress to decide; delays add up from the day first promised."""
    if detail["action"] != "postpone":
        return True
    moved = dt.date.fromisoformat(detail["due_on"]) - matter.commitment.first_due_on
    return moved.days > matter.rules.decided_beyond


def _refuse(matter: Matter, entry: Any, values: dict[str, Any], reason: str) -> None:
    kept = written(reason, "reason")
    _settle(entry, state="refused", decision=kept, **values)
    change(matter.commitment)
    say(matter, "commitment:change_refused", reason=kept, told={"reason": kept[:200]})


def _settle(entry: Any, **values: Any) -> None:
    db.session.execute(ENTRIES.update().where(ENTRIES.c.id == entry.id).values(**values))


def _apply(matter: Matter, entry: Any) -> None:
    """The promise as it is from now on."""
    commitment, detail, today = matter.commitment, entry.detail, clock.today()
    due_on = dt.date.fromisoformat(detail["due_on"]) if "due_on" in detail else commitment.due_on
    values: dict[str, Any] = {"status": "withdrawn", "wakes_on": None}
    if detail["action"] != "withdraw":
        lapsed = status_of(commitment, due_on, today) == "lapsed"
        values = {
            "status": "lapsed" if lapsed else "changed",
            "due_on": due_on,
            "what": detail.get("what", commitment.what),
            "wakes_on": next_day(due_on, matter.rules.warn, today),
        }
    old = commitment.due_on
    change(commitment, **values)
    told: dict[str, object] = {"reason": entry.text[:200], "due_on": due_on}
    say(matter, "commitment:changed", told=told, reason=entry.text, old_due_on=old, **_shown(detail))


def _shown(detail: dict[str, str]) -> dict[str, str]:
    """A change in the audit event: what is to be done, and the new day and words."""
    return {f"new_{name}" if name != "action" else "change": value for name, value in detail.items()}
