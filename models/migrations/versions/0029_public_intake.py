"""What the public puts forward without signing in: receipts, and the persons, apart from the cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "public_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("sent_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_public_request_congress_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_public_request_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_request")),
        sa.UniqueConstraint("case_id", name=op.f("uq_public_request_case_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_public_request_receipt")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_public_request_secret_hash")),
    )
    op.create_index(
        "ix_public_request_congress_id", "public_request", ["congress_id", "sent_at"], unique=False
    )
    op.create_index(
        "ix_publication_kind", "publication", ["process_key", "first_released_at", "id"], unique=False
    )
    op.create_index("ix_public_request_address", "public_request", ["address", "sent_at"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_publication_kind", "publication")
    op.drop_table("public_request")
