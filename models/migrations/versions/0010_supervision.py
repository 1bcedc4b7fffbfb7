"""Seeing to it: warning cards and key supervision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add both tables, and how each case stands with key supervision."""
    op.add_column("cases", sa.Column("key_status", sa.String(length=64), nullable=True))
    op.create_table(
        "warning_card",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("colour", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_by", KEY, nullable=True),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("colour IN ('yellow', 'red')", name="ck_warning_card_colour"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_warning_card_assignment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_warning_card_case_id")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_warning_card_congress_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["user_account.id"], name=op.f("fk_warning_card_issued_by")),
        sa.ForeignKeyConstraint(["lifted_by"], ["user_account.id"], name=op.f("fk_warning_card_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_card")),
    )
    op.create_index(op.f("ix_warning_card_case_id"), "warning_card", ["case_id"], unique=False)
    op.create_index("ix_warning_card_assignment", "warning_card", ["assignment_id", "cause"], unique=False)
    op.create_table(
        "key_supervision",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("meeting", sa.String(length=500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("leader", sa.String(length=500), nullable=False),
        sa.Column("committee_id", KEY, nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("report_by", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("effect", sa.String(length=64), nullable=True),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_key_supervision_case_id")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["organization.id"], name=op.f("fk_key_supervision_committee_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_key_supervision_proposed_by")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_key_supervision")),
    )
    op.create_index(
        op.f("ix_key_supervision_committee_id"), "key_supervision", ["committee_id"], unique=False
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("key_supervision")
    op.drop_table("warning_card")
    op.drop_column("cases", "key_status")
