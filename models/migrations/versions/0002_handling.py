"""What people do to a case of their own accord, and which unit's part went on to which other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the rows that actions leave, and those of parts handed on."""
    op.create_table(
        "case_action",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("done_by", KEY, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_case_action_assignment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_action_case_id")),
        sa.ForeignKeyConstraint(["done_by"], ["user_account.id"], name=op.f("fk_case_action_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_action")),
        sa.UniqueConstraint("sending", name=op.f("uq_case_action_sending")),
    )
    op.create_index("ix_case_action_case", "case_action", ["case_id", "key"], unique=False)
    _reassignment()


def _reassignment() -> None:
    op.create_table(
        "reassignment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("action_id", KEY, nullable=True),
        sa.Column("decision_id", KEY, nullable=True),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reassignment_case_id")),
        sa.ForeignKeyConstraint(["from_id"], ["assignment.id"], name=op.f("fk_reassignment_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["assignment.id"], name=op.f("fk_reassignment_to_id")),
        sa.ForeignKeyConstraint(["action_id"], ["case_action.id"], name=op.f("fk_reassignment_action_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_reassignment_decision_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_reassignment_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reassignment")),
        sa.UniqueConstraint("from_id", name=op.f("uq_reassignment_from_id")),
    )
    op.create_index(op.f("ix_reassignment_case_id"), "reassignment", ["case_id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_table("reassignment")
    op.drop_table("case_action")
