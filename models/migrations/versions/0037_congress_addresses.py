"""Congresses: where letters reach them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nobody has written yet what belongs into them."""
    for name, length in (("postal_address", 500), ("postal_code", 64)):
        op.add_column(
            "congress", sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("congress") as table:
        table.drop_column("postal_code")
        table.drop_column("postal_address")
