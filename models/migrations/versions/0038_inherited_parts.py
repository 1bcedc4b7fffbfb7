"""Parts of cases: whose they were before that unit was merged into another, which may have a part of its own there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

INDEX = "uq_assignment_unit"
OPEN = "closed_at IS NULL"
# Parts that stayed with a unit that is no more, since its successor had one: it could not go on with them.
LEFT = f"""UPDATE assignment SET formerly_id = unit_id, unit_id = (
    SELECT successor_id FROM organization WHERE organization.id = assignment.unit_id
) WHERE {OPEN} AND unit_id IN (SELECT id FROM organization WHERE successor_id IS NOT NULL)"""


def _unique(where: str) -> None:
    op.drop_index(INDEX, "assignment")
    only = sa.text(where)
    columns = ["case_id", "unit_id"]
    op.create_index(INDEX, "assignment", columns, unique=True, sqlite_where=only, postgresql_where=only)


def upgrade() -> None:
    """Add the column, and give over what was left behind."""
    op.add_column(
        "assignment",
        sa.Column("formerly_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    _unique(f"{OPEN} AND formerly_id IS NULL")
    op.execute(LEFT)


def downgrade() -> None:
    """Give open parts back to whose they were: one unit has one part again."""
    op.execute(f"UPDATE assignment SET unit_id = formerly_id WHERE {OPEN} AND formerly_id IS NOT NULL")
    _unique(OPEN)
    op.drop_column("assignment", "formerly_id")  # not by a table made anew: its triggers would be gone
