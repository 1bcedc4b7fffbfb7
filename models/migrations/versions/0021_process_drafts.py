"""Designing: drafts of process folders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
ALIVE = sa.text("state IN ('open', 'proposed')")
PEOPLE = ("opened_by", "proposed_by", "decided_by")


def upgrade() -> None:
    """Make the tables of drafts."""
    op.create_table(
        "process_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("process_key", sa.String(length=64), nullable=False),
        sa.Column("base_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", KEY, nullable=True),
        sa.Column("proposed_at", AT, nullable=True),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("decided_at", AT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("definition_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_process_draft_congress_id")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["process_definition.id"], name=op.f("fk_process_draft_base_id")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_process_draft_definition_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["user_account.id"], name=op.f(f"fk_process_draft_{name}"))
            for name in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_draft")),
    )
    op.create_index(
        "ix_process_draft_alive",
        "process_draft",
        ["congress_id", "id"],
        unique=False,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "process_draft_file",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_process_draft_file")),
    )
    op.create_table(
        "process_draft_revision",
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["process_draft.id"], name=op.f("fk_process_draft_revision_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "revision", name=op.f("pk_process_draft_revision")),
    )
    op.create_table(
        "process_draft_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("draft_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["process_draft.id"], name=op.f("fk_process_draft_entry_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_process_draft_entry_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_draft_entry")),
    )
    op.create_index(
        op.f("ix_process_draft_entry_draft_id"), "process_draft_entry", ["draft_id"], unique=False
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("process_draft_entry")
    op.drop_table("process_draft_revision")
    op.drop_table("process_draft_file")
    op.drop_table("process_draft")
