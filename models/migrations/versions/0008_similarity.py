"""Similarity: what this room keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TERM = sa.String(length=24).with_variant(sa.String(length=24, collation="C"), "postgresql")


def upgrade() -> None:
    """The index of what cases are about; the job that keeps it fills it with the cases there are."""
    op.create_table(
        "similar_document",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_similar_document_case_id")),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_similar_document_congress_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_similar_document")),
    )
    op.create_index(op.f("ix_similar_document_congress_id"), "similar_document", ["congress_id"])
    op.create_table(
        "similar_term",
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("term", TERM, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("congress_id", "term", "case_id", "weight", name=op.f("pk_similar_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "similar_common",
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("term", TERM, nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_similar_common_congress_id")),
        sa.PrimaryKeyConstraint("congress_id", "term", name=op.f("pk_similar_common")),
    )


def downgrade() -> None:
    """Take the index away again."""
    for table in ("similar_common", "similar_term", "similar_document"):
        op.drop_table(table)
