"""Congresses: where letters reach them. Drafts: which window wrote which revision. Ledgers: what was not used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def _added() -> dict[str, list[sa.Column[object]]]:
    """Table → its new columns; nobody has written yet what belongs into them."""
    return {
        "congress": [
            sa.Column("postal_address", sa.String(length=500), nullable=False, server_default=""),
            sa.Column("postal_code", sa.String(length=64), nullable=False, server_default=""),
        ],
        "task_draft": [
            sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
            sa.Column("window", sa.String(length=64), nullable=False, server_default=""),
            sa.Column("aside", sa.JSON(), nullable=False, server_default="{}"),
        ],
        "import_batch": [sa.Column("unused", sa.JSON(), nullable=False, server_default="[]")],
        "import_row": [sa.Column("faults", sa.JSON(), nullable=False, server_default="[]")],
    }


def upgrade() -> None:
    """Add the columns."""
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)


def downgrade() -> None:
    """Take them away; of a draft the latest words stay."""
    for table, columns in _added().items():
        with op.batch_alter_table(table) as batch:
            for column in reversed(columns):
                batch.drop_column(column.name)
