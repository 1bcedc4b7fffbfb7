"""The yearly plan of supervision: its matters, and each version as adopted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def _reference(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}"))


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "supervision_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        _reference("supervision_plan", "congress_id", "congress"),
        _reference("supervision_plan", "created_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_plan")),
        sa.UniqueConstraint("congress_id", "year", name=op.f("uq_supervision_plan_congress_id_year")),
    )
    op.create_table(
        "plan_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("process_key", sa.String(length=64), nullable=False),
        sa.Column("organ_id", KEY, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("opened_at", AT, nullable=True),
        sa.Column("changed_by", KEY, nullable=True),
        sa.Column("changed_at", AT, nullable=False),
        _reference("plan_item", "plan_id", "supervision_plan"),
        _reference("plan_item", "organ_id", "organization"),
        _reference("plan_item", "case_id", "cases"),
        _reference("plan_item", "changed_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_item")),
        sa.UniqueConstraint("case_id", name=op.f("uq_plan_item_case_id")),
    )
    op.create_index(op.f("ix_plan_item_plan_id"), "plan_item", ["plan_id"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("council", sa.String(length=500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("recorded_at", AT, nullable=False),
        _reference("plan_version", "plan_id", "supervision_plan"),
        _reference("plan_version", "recorded_by", "user_account"),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_version")),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("plan_version", "plan_item", "supervision_plan"):
        op.drop_table(table)
