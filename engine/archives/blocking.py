"""What rooms above the case add to what stands in the way of the archive."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine.casework.closing import Blocker, Cases, blocker
from engine.foundation import clock
from engine.foundation.language import _
from models import Commitment, Publication, db

UNKEPT = ("open", "changed", "carried_over", "lapsed")
UNPUBLISHED = ("due", "prepared")


@blocker("open_commitments")
def open_commitments(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    """Promises that are neither kept nor changed by a written reason."""
    for case_id, count in _counted(cases, Commitment.status.in_(UNKEPT)):
        yield case_id, Blocker("open_commitments", _("还有{count}项承诺没有兑现。"), {"count": count})


@blocker("unrated_commitments")
def unrated_commitments(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    """Promises reported as kept that the deputy may still rate, or is still to be reminded of: «no» reopens them."""
    waiting = sa.or_(Commitment.rating_due_on >= clock.today(), Commitment.wakes_on.is_not(None))
    unrated = Commitment.status == "fulfilled", Commitment.rating.is_(None), waiting
    for case_id, count in _counted(cases, *unrated):
        text = _("还有{count}项已兑现的承诺在等代表评价。")
        yield case_id, Blocker("unrated_commitments", text, {"count": count})


def _counted(cases: Cases, *wanted: sa.ColumnElement[bool]) -> list[tuple[int, int]]:
    """How many such promises each of the cases has that has any."""
    statement = sa.select(Commitment.case_id, sa.func.count()).where(Commitment.case_id.in_(cases), *wanted)
    rows = db.session.execute(statement.group_by(Commitment.case_id))
    return [(case_id, count) for case_id, count in rows]


@blocker("unpublished_replies")
def unpublished_replies(cases: Cases) -> Iterable[tuple[int, Blocker]]:
    """Replies that the public is still to read."""
    statement = sa.select(Publication.case_id).where(
        Publication.case_id.in_(cases), Publication.state.in_(UNPUBLISHED)
    )
    for case_id in db.session.scalars(statement):
        yield case_id, Blocker("unpublished_replies", _("答复还没有公开，也没有决定不予公开。"))
