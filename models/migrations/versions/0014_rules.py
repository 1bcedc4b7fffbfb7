"""Rules: what a congress has decided about its rule pack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PERSONS = ("proposed_by", "decided_by")


def upgrade() -> None:
    """Make the table of decisions about rules."""
    op.create_table(
        "rule_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("pack_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("base_hash", sa.String(length=64), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replayed", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("rule_pack_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_rule_decision_congress_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["draft_pack.id"], name=op.f("fk_rule_decision_draft_id")),
        *(
            sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_rule_decision_{name}"))
            for name in PERSONS
        ),
        sa.ForeignKeyConstraint(
            ["rule_pack_id"], ["rule_pack_version.id"], name=op.f("fk_rule_decision_rule_pack_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_decision")),
    )
    op.create_index(
        "ix_rule_decision_congress", "rule_decision", ["congress_id", "effective_on"], unique=False
    )
    op.create_index(
        "uq_rule_decision_proposed",
        "rule_decision",
        ["congress_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("rule_decision")
