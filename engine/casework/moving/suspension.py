"""A case that may not move on for the time being: whether it may, and how that is said.

Only the flow stands still. Legal periods run on: no law knows a stop of the clock for it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.foundation import clock
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from models import Suspension, db

SUSPENSIONS: sa.Table = Suspension.__table__  # type: ignore[assignment]


class CaseSuspended(GuardRefused):
    """The case stands still by order of the process administrator."""

    text = _(
        "案件的流转自{since}起暂停（{reason}），现在不能办理下一步。法定期限照常计算。您填写的内容已保留。"
    )


class KindSuspended(GuardRefused):
    """New cases of this version are not opened for the time being."""

    text = _("这类事项自{since}起暂停（{reason}），现在不能新建。")


@dataclass(frozen=True, slots=True)
class Standstill:
    """Why a case stands still; `whole_version` when every case of its version does."""

    since: dt.datetime
    reason: str
    whole_version: bool

    def refusal(self, kind: type[GuardRefused]) -> GuardRefused:
        """This standstill as a refusal of `kind`."""
        return kind(since=clock.day_of(self.since).isoformat(), reason=self.reason)


def in_force(case_id: Any, congress_id: Any, definition_id: Any) -> sa.ColumnElement[bool]:
    """What holds of the suspensions that a case stands still by."""
    return sa.and_(
        SUSPENSIONS.c.lifted_at.is_(None),
        sa.or_(
            SUSPENSIONS.c.case_id == case_id,
            sa.and_(SUSPENSIONS.c.definition_id == definition_id, SUSPENSIONS.c.congress_id == congress_id),
        ),
    )


# In the statement by which a case moves, so that asking costs none of its own.
MAY_MOVE = ~sa.exists().where(
    in_force(sa.bindparam("of_case"), sa.bindparam("of_congress"), sa.bindparam("of_definition"))
)
_STANDSTILL = (
    sa.select(SUSPENSIONS.c.suspended_at, SUSPENSIONS.c.reason, SUSPENSIONS.c.case_id)
    .where(in_force(sa.bindparam("of_case"), sa.bindparam("of_congress"), sa.bindparam("of_definition")))
    .order_by(SUSPENSIONS.c.id)
    .limit(1)
)


def standstill_of(case: CaseFacts) -> Standstill | None:
    """Why the case stands still, if it does."""
    return _standstill(case.id, case.congress_id, case.definition_id)


def require_moving(case: CaseFacts) -> None:
    """Refuse with CaseSuspended a case that stands still."""
    found = standstill_of(case)
    if found is not None:
        raise found.refusal(CaseSuspended)


def require_open_kind(congress_id: int, definition_id: int) -> None:
    """Refuse with KindSuspended a new case of a version that is suspended in this congress."""
    found = _standstill(0, congress_id, definition_id)
    if found is not None:
        raise found.refusal(KindSuspended)


def _standstill(case_id: int, congress_id: int, definition_id: int) -> Standstill | None:
    about = {"of_case": case_id, "of_congress": congress_id, "of_definition": definition_id}
    row = db.session.execute(_STANDSTILL, about).one_or_none()
    return Standstill(row.suspended_at, row.reason, row.case_id is None) if row else None
