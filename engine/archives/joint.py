"""The answer to a case that was handled together with another (并案): what of the other's rows answers it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.archives.papers import Rows, canonical, spelled
from engine.casework.facts import ASSIGNMENTS, CASES
from engine.casework.reply_matter import ANSWERS, PROMISES
from models import Ask, Evaluation, Reply, db

ASKS: sa.Table = Ask.__table__  # type: ignore[assignment]
REPLIES: sa.Table = Reply.__table__  # type: ignore[assignment]
# Who drafted a reply, who looked at it and what else became of a part is in the other case's own file.
REPLY_SAYS = (
    "id", "case_id", "assignment_id", "round", "number", "grade", "body", "publicity", "publicity_reason",
    "officer_name", "officer_phone", "signed_by", "signed_at",
)  # fmt: skip

_OTHER = sa.select(CASES.c.merged_into_id).where(CASES.c.id == sa.bindparam("of_case"))
_EVALUATED = sa.select(Evaluation.reply_id).where(Evaluation.case_id == sa.bindparam("of_case"))
_ANSWERING = sa.select(REPLIES.c.id).where(
    REPLIES.c.signed_at.is_not(None),
    REPLIES.c.case_id != sa.bindparam("of_case"),
    sa.or_(REPLIES.c.case_id.in_(_OTHER), REPLIES.c.id.in_(_EVALUATED)),
)


def answered_with(case_id: int) -> Rows | None:
    """The signed replies by which the case was answered though they are another's, with what is needed to read them.

    Those of the case it is merged into, and any that its proposer evaluated before it was taken out again. None
    where there are none: the case has its answer in its own rows.
    """
    replies = _found(REPLIES, REPLIES.c.id.in_(_ANSWERING), case_id, REPLY_SAYS)
    if not replies:
        return None
    cases, parts = {row["case_id"] for row in replies}, {row["assignment_id"] for row in replies}
    ids = [row["id"] for row in replies]
    present = sa.tuple_(ASKS.c.case_id, ASKS.c.text_version).in_(
        sa.select(CASES.c.id, CASES.c.text_version).where(CASES.c.id.in_(cases))
    )
    return {
        "cases": _found(CASES, CASES.c.id.in_(cases), case_id, ("id", "number", "title")),
        "assignment": _found(ASSIGNMENTS, ASSIGNMENTS.c.id.in_(parts), case_id, ("id", "unit_id", "role")),
        "ask": _found(ASKS, present, case_id, ("id", "case_id", "number", "text")),
        "reply": replies,
        "reply_answer": _found(ANSWERS, ANSWERS.c.reply_id.in_(ids), case_id),
        "reply_commitment": _found(PROMISES, PROMISES.c.reply_id.in_(ids), case_id),
    }


def _found(
    table: sa.Table, condition: sa.ColumnElement[bool], case_id: int, names: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names] or list(table.c)
    statement = sa.select(*columns).where(condition).order_by(*table.primary_key.columns)
    return [spelled(row) for row in db.session.execute(statement, {"of_case": case_id}).mappings()]


def changed_since(then: Rows, case_id: int) -> list[str]:
    """Which rows of a frozen answer are no longer so in the other case; replies that came later are no change."""
    now = answered_with(case_id) or {}
    found = []
    for table in ("reply", "reply_answer", "reply_commitment"):
        present = {row["id"]: canonical(row) for row in now.get(table, [])}
        changed = [row["id"] for row in then[table] if present.get(row["id"]) != canonical(row)]
        found += [f"joint/{table}/{id_}" for id_ in changed]
    return found
