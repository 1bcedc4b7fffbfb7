"""Budget figures: the sheet of a month, and its heads with amounts in whole fen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AMOUNTS = ("approved", "adjusted", "in_month", "cumulative", "last_year")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "budget_sheet",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "month", "version")),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept_by", KEY, nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_budget_sheet_congress_id")),
        sa.ForeignKeyConstraint(["kept_by"], ["user_account.id"], name=op.f("fk_budget_sheet_kept_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_sheet")),
        sa.UniqueConstraint(
            "congress_id",
            "year",
            "month",
            "version",
            name=op.f("uq_budget_sheet_congress_id_year_month_version"),
        ),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sheet_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("budget", sa.String(length=64), nullable=False),
        sa.Column("side", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("carried_from", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in AMOUNTS),
        sa.ForeignKeyConstraint(["sheet_id"], ["budget_sheet.id"], name=op.f("fk_budget_line_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("sheet_id", "place", name=op.f("uq_budget_line_sheet_id_place")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("budget_line")
    op.drop_table("budget_sheet")
