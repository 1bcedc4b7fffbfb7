"""Problems: the amount that one is about, in 万元, out of the form in which it was put on the list."""

from __future__ import annotations

import json
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

WORD = sa.String(length=64)
PROBLEM = sa.table(
    "problem",
    *(sa.column(name) for name in ("id", "case_id", "ordinal", "text", "listed_by", "amount")),
)
ENTRY = sa.table("case_entry", *(sa.column(name) for name in ("id", "case_id", "answers", "entered_by")))


def upgrade() -> None:
    """Add the column; what was put on a list with an amount keeps it."""
    op.add_column("problem", sa.Column("amount", WORD, nullable=False, server_default=""))
    connection = op.get_bind()
    waiting = _stated(connection)
    if not waiting:
        return
    listed = sa.select(PROBLEM.c.id, PROBLEM.c.case_id, PROBLEM.c.text, PROBLEM.c.listed_by).order_by(
        PROBLEM.c.case_id, PROBLEM.c.ordinal
    )
    for row in connection.execute(listed.where(PROBLEM.c.case_id.in_({key[0] for key in waiting}))).all():
        amounts = waiting.get((row.case_id, row.listed_by, row.text))
        if amounts:
            connection.execute(PROBLEM.update().where(PROBLEM.c.id == row.id).values(amount=amounts.pop(0)))


def _stated(connection: sa.Connection) -> dict[tuple[int, int | None, str], list[str]]:
    """(case, person, words) → the amounts he wrote with those words, in the order in which he did."""
    found = defaultdict(list)
    with_words = sa.cast(ENTRY.c.answers, sa.Text).like('%"amount"%')
    for row in connection.execute(sa.select(ENTRY).where(with_words).order_by(ENTRY.c.id)):
        answers = json.loads(row.answers) if isinstance(row.answers, str) else row.answers
        if {"text", "unit", "amount"} <= answers.keys():
            amount = str(answers["amount"] or "").replace(",", "")
            found[row.case_id, row.entered_by, answers["text"]].append(amount)
    return found


def downgrade() -> None:
    """Take it away; the entries still tell it."""
    with op.batch_alter_table("problem") as table:
        table.drop_column("amount")
