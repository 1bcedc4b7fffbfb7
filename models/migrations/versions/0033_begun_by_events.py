"""Flow: a signal or message may begin a case; until it has, it goes to a kind of work and to no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the kind of work, and let there be no case yet."""
    with op.batch_alter_table("thrown_event") as batch:
        batch.add_column(sa.Column("to_process", sa.String(length=64), nullable=True))
        batch.alter_column("to_case_id", existing_type=KEY, nullable=True)


def downgrade() -> None:
    """Drop what was made; what has begun no case yet begins none."""
    op.execute("DELETE FROM thrown_event WHERE to_case_id IS NULL")
    with op.batch_alter_table("thrown_event") as batch:
        batch.alter_column("to_case_id", existing_type=KEY, nullable=False)
        batch.drop_column("to_process")
