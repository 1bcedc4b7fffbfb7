"""Operations: running cases taken over to another version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of migrations and their cases."""
    op.create_table(
        "migration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("planned_at", AT, nullable=False),
        sa.Column("planned_by", KEY, nullable=True),
        sa.Column("started_at", AT, nullable=True),
        sa.Column("started_by", KEY, nullable=True),
        sa.Column("finished_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_migration_congress_id")),
        sa.ForeignKeyConstraint(["from_id"], ["process_definition.id"], name=op.f("fk_migration_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["process_definition.id"], name=op.f("fk_migration_to_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["user_account.id"], name=op.f("fk_migration_planned_by")),
        sa.ForeignKeyConstraint(["started_by"], ["user_account.id"], name=op.f("fk_migration_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration")),
    )
    op.create_index(op.f("ix_migration_congress_id"), "migration", ["congress_id"], unique=False)
    op.create_table(
        "migration_case",
        sa.Column("migration_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migration.id"], name=op.f("fk_migration_case_migration_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_migration_case_case_id")),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name=op.f("pk_migration_case")),
    )
    op.create_index(op.f("ix_migration_case_case_id"), "migration_case", ["case_id"], unique=False)
    op.create_index(
        "ix_migration_case_state", "migration_case", ["migration_id", "state", "case_id"], unique=False
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("migration_case")
    op.drop_table("migration")
