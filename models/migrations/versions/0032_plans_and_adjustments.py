"""Plans: of which months a matter's people were told. Budgets: the heads of approved adjustments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TOLD = ("told_begun", "told_over")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(length=64)


def upgrade() -> None:
    """Add the two months, of which nobody was told, and make the table."""
    for name in TOLD:
        op.add_column("plan_item", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "budget_adjusted",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("budget", WORD, nullable=False),
        sa.Column("side", WORD, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_budget_adjusted_case_id")),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_budget_adjusted_congress_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_adjusted")),
        sa.UniqueConstraint(
            "case_id", "budget", "side", "code", name=op.f("uq_budget_adjusted_case_id_budget_side_code")
        ),
    )
    op.create_index("ix_budget_adjusted_year", "budget_adjusted", ["congress_id", "year"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("budget_adjusted")
    with op.batch_alter_table("plan_item") as table:
        for name in TOLD:
            table.drop_column(name)
