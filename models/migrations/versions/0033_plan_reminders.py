"""Plans of supervision: of which month's coming and end a matter's people were told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None

TOLD = ("told_begun", "told_over")


def upgrade() -> None:
    """Add the two months; nobody was told of any."""
    for name in TOLD:
        op.add_column("plan_item", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("plan_item") as table:
        for name in TOLD:
            table.drop_column(name)
