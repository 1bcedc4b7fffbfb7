"""What rooms above the case add to what stands in the way of the archive."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine.casework.closing import Blocker, blocker
from engine.casework.facts import CaseFacts
from engine.foundation import clock
from engine.foundation.language import _
from models import Commitment, Publication, db

UNKEPT = ("open", "changed", "carried_over", "lapsed")
UNPUBLISHED = ("due", "prepared")


@blocker("open_commitments")
def open_commitments(case: CaseFacts) -> Iterable[Blocker]:
    """Promises that are neither kept nor changed by a written reason."""
    statement = sa.select(sa.func.count()).where(Commitment.case_id == case.id, Commitment.status.in_(UNKEPT))
    count = db.session.scalar(statement)
    if count:
        yield Blocker("open_commitments", _("还有{count}项承诺没有兑现。"), {"count": count})


@blocker("unrated_commitments")
def unrated_commitments(case: CaseFacts) -> Iterable[Blocker]:
    """Promises reported as kept that the deputy may still rate, or is still to be reminded of: «no» reopens them."""
    waiting = sa.or_(Commitment.rating_due_on >= clock.today(), Commitment.wakes_on.is_not(None))
    statement = sa.select(sa.func.count()).where(
        Commitment.case_id == case.id, Commitment.status == "fulfilled", Commitment.rating.is_(None), waiting
    )
    count = db.session.scalar(statement)
    if count:
        yield Blocker("unrated_commitments", _("还有{count}项已兑现的承诺在等代表评价。"), {"count": count})


@blocker("unpublished_replies")
def unpublished_replies(case: CaseFacts) -> Iterable[Blocker]:
    """Replies that the public is still to read."""
    state = db.session.scalar(sa.select(Publication.state).where(Publication.case_id == case.id))
    if state in UNPUBLISHED:
        yield Blocker("unpublished_replies", _("答复还没有公开，也没有决定不予公开。"))
