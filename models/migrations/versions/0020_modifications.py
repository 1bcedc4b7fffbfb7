"""Operations: cases put on another way by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
PLANNED = sa.text("state = 'planned'")


def upgrade() -> None:
    """Make the table of plans."""
    op.create_table(
        "modification",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("planned_at", AT, nullable=False),
        sa.Column("planned_by", KEY, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_modification_congress_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_modification_case_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["user_account.id"], name=op.f("fk_modification_planned_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_modification_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modification")),
    )
    op.create_index(op.f("ix_modification_case_id"), "modification", ["case_id"], unique=False)
    op.create_index(
        "uq_modification_planned",
        "modification",
        ["case_id"],
        unique=True,
        sqlite_where=PLANNED,
        postgresql_where=PLANNED,
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("modification")
