"""The deputy rates whether a promise was kept; if not, it is owed again."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.access import is_lead_deputy
from engine.commitments.rows import (
    Matter,
    change,
    enter,
    next_day,
    require_article,
    require_revision,
    say,
    status_of,
    to_change,
    written,
)
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotAllowed
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Deputy, User, db

FULFILLED, NOT_FULFILLED = "fulfilled", "not_fulfilled"
SAID: dict[str, dict[str, str]] = {  # in messages, in the words of every language
    FULFILLED: {"zh": "已经兑现", "en": "fulfilled"},
    NOT_FULFILLED: {"zh": "没有兑现", "en": "not fulfilled"},
}


@use_case
def rate_fulfilment(
    actor: Actor,
    *,
    commitment_id: int,
    fulfilled: bool | None,
    reasons: str = "",
    revision: int | None = None,
) -> None:
    """Say whether the promise is kept; «no» wants reasons and makes the unit owe it again. Twice the same is once.

    Raises NotFound, NotAllowed, GuardRefused where nothing waits to be rated, TaskChanged, and InvalidAnswers where
    `fulfilled` is None or a «no» has no reasons.
    """
    matter = to_change(actor, commitment_id)
    if not may_rate(actor, matter):
        raise NotAllowed
    require_article(matter, "rate_fulfilment")
    if fulfilled is None:
        raise InvalidAnswers({"fulfilled": [_("请选择是否已经兑现。")]})
    commitment, rating = matter.commitment, FULFILLED if fulfilled else NOT_FULFILLED
    if commitment.status != "fulfilled" or commitment.rating is not None:
        if commitment.rating == rating:
            return
        raise GuardRefused(_("这项承诺现在不等待评价。"))
    require_revision(matter, revision)
    kept = reasons.strip() if fulfilled else written(reasons, "reasons")
    enter(
        commitment.id, "rating", kept[:5000], rating=rating, on_paper=not is_lead_deputy(actor, matter.case)
    )
    today = clock.today()
    if fulfilled:
        change(commitment, rating=rating, rating_due_on=None, wakes_on=None)
    else:
        change(
            commitment,
            status=status_of(commitment, commitment.due_on, today),
            rating=rating,
            rating_due_on=None,
            fulfilled_on=None,
            wakes_on=next_day(commitment.due_on, matter.rules.warn, today),
        )
    say(
        matter,
        "commitment:rated",
        result=rating,
        reason=kept,
        told={"reason": kept[:200], "result": SAID[rating]},
    )


def may_rate(actor: Actor, matter: Matter) -> bool:
    """The lead deputy; where he has no account any more, the offices that enter what comes on paper."""
    if is_lead_deputy(actor, matter.case):
        return True
    enters = actor.roles.intersection(matter.folder.opened_by) - {"deputy"}
    return bool(enters) and not _has_account(matter.case.lead_deputy_id)


def _has_account(deputy_id: int | None) -> bool:
    statement = (
        sa.select(User.id).join(Deputy, Deputy.user_id == User.id).where(Deputy.id == deputy_id, User.active)
    )
    return db.session.scalar(statement) is not None
