"""Operations: which version of a process a congress works with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    """Make the table of choices."""
    op.create_table(
        "version_choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("process_key", sa.String(length=64), nullable=False),
        sa.Column("definition_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_version_choice_congress_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_version_choice_definition_id")
        ),
        sa.ForeignKeyConstraint(["chosen_by"], ["user_account.id"], name=op.f("fk_version_choice_chosen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_choice")),
        sa.UniqueConstraint(
            "congress_id", "definition_id", name=op.f("uq_version_choice_congress_id_definition_id")
        ),
    )
    op.create_index(
        "uq_version_choice_active",
        "version_choice",
        ["congress_id", "process_key"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("version_choice")
