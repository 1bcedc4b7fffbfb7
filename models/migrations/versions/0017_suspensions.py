"""Operations: cases and versions that may not move on for the time being."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    """Make the table of suspensions."""
    op.create_table(
        "suspension",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("definition_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_by", KEY, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_suspension_congress_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_suspension_case_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_suspension_definition_id")
        ),
        sa.ForeignKeyConstraint(
            ["suspended_by"], ["user_account.id"], name=op.f("fk_suspension_suspended_by")
        ),
        sa.ForeignKeyConstraint(["lifted_by"], ["user_account.id"], name=op.f("fk_suspension_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    for name, columns in (
        ("uq_suspension_case", ["case_id"]),
        ("uq_suspension_definition", ["definition_id", "congress_id"]),
    ):
        op.create_index(
            name, "suspension", columns, unique=True, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE
        )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("suspension")
