"""People: substitutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of substitutes (A/B角)."""
    op.create_table(
        "substitution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("congress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("absent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("substitute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_substitution_congress_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_substitution_organization_id")
        ),
        sa.ForeignKeyConstraint(["absent_id"], ["user_account.id"], name=op.f("fk_substitution_absent_id")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["user_account.id"], name=op.f("fk_substitution_substitute_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_substitution_made_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["user_account.id"], name=op.f("fk_substitution_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitution")),
    )
    op.create_index("ix_substitution_absent", "substitution", ["absent_id", "ends_on"], unique=False)
    op.create_index("ix_substitution_substitute", "substitution", ["substitute_id", "ends_on"], unique=False)


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("substitution")
