"""Audit: verifications of the trail that auditors begin on screen, with how far they are and what they found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_verification",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("chain", HASH, nullable=False),
        sa.Column("begun_by", KEY, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("total", KEY, nullable=False),
        sa.Column("done", KEY, nullable=False),
        sa.Column("witness", HASH, nullable=True),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("chains", KEY, nullable=False),
        sa.Column("checkpoints", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_audit_verification_congress_id")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["user_account.id"], name=op.f("fk_audit_verification_begun_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verification")),
    )
    op.create_index(
        op.f("ix_audit_verification_congress_id"), "audit_verification", ["congress_id"], unique=False
    )


def downgrade() -> None:
    """Drop it; that verifications took place stays in the trail."""
    op.drop_table("audit_verification")
