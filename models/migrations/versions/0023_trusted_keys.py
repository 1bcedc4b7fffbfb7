"""Designing: keys whose holders may sign what is imported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
TRUSTED = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Make the table of trusted keys."""
    op.create_table(
        "trusted_key",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_trusted_key_congress_id")),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_trusted_key_added_by")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["user_account.id"], name=op.f("fk_trusted_key_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_key")),
    )
    op.create_index(
        "uq_trusted_key",
        "trusted_key",
        ["congress_id", "public_key"],
        unique=True,
        sqlite_where=TRUSTED,
        postgresql_where=TRUSTED,
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_index("uq_trusted_key", table_name="trusted_key")
    op.drop_table("trusted_key")
