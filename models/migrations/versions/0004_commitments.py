"""Commitments: the promises of replies and what became of them, findings about replies, units that become others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=False),
        sa.Column("reply_id", KEY, nullable=False),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("ask_id", KEY, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("fulfilled_on", sa.Date(), nullable=True),
        sa.Column("rating", sa.String(length=64), nullable=True),
        sa.Column("rating_due_on", sa.Date(), nullable=True),
        sa.Column("wakes_on", sa.Date(), nullable=True),
        sa.Column("superseded_by", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_commitment_ask_id"),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name="fk_commitment_assignment_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_commitment_case_id"),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name="fk_commitment_congress_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_commitment_reply_id"),
        sa.ForeignKeyConstraint(["superseded_by"], ["reply.id"], name="fk_commitment_superseded_by"),
        sa.ForeignKeyConstraint(["unit_id"], ["organization.id"], name="fk_commitment_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_commitment"),
        sa.UniqueConstraint("case_id", "ordinal", name="uq_commitment_case_id_ordinal"),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_ledger", ["congress_id", "status", "due_on"], unique=False)
        batch_op.create_index("ix_commitment_reply_id", ["reply_id"], unique=False)
        batch_op.create_index("ix_commitment_unit_id", ["unit_id"], unique=False)
        batch_op.create_index(
            "ix_commitment_wakes",
            ["wakes_on", "id"],
            unique=False,
            sqlite_where=sa.text("wakes_on IS NOT NULL"),
            postgresql_where=sa.text("wakes_on IS NOT NULL"),
        )

    op.create_table(
        "reply_commitment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reply_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ask_id", KEY, nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("milestones", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name="fk_reply_commitment_ask_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_commitment_reply_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_commitment"),
        sa.UniqueConstraint("reply_id", "position", name="uq_reply_commitment_reply_id_position"),
    )
    op.create_table(
        "reply_finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reply_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"], name="fk_reply_finding_answered_by"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_finding_reply_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_finding"),
        sa.UniqueConstraint("reply_id", "key", name="uq_reply_finding_reply_id_key"),
    )
    op.create_table(
        "commitment_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("commitment_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.Column("written_for", sa.String(length=500), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["user_account.id"], name="fk_commitment_entry_approved_by"),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name="fk_commitment_entry_commitment_id"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_commitment_entry_decided_by"),
        sa.ForeignKeyConstraint(["written_by"], ["user_account.id"], name="fk_commitment_entry_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_commitment_entry"),
    )
    with op.batch_alter_table("commitment_entry", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_entry_commitment_id", ["commitment_id"], unique=False)

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("successor_id", KEY, nullable=True))
        batch_op.create_index("ix_organization_successor_id", ["successor_id"], unique=False)
        batch_op.create_foreign_key("fk_organization_successor_id", "organization", ["successor_id"], ["id"])

    with op.batch_alter_table("reply_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("reply_answer", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_constraint("fk_organization_successor_id", type_="foreignkey")
        batch_op.drop_index("ix_organization_successor_id")
        batch_op.drop_column("successor_id")

    with op.batch_alter_table("commitment_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_commitment_entry_commitment_id")

    op.drop_table("commitment_entry")
    op.drop_table("reply_finding")
    op.drop_table("reply_commitment")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_commitment_wakes",
            sqlite_where=sa.text("wakes_on IS NOT NULL"),
            postgresql_where=sa.text("wakes_on IS NOT NULL"),
        )
        batch_op.drop_index("ix_commitment_unit_id")
        batch_op.drop_index("ix_commitment_reply_id")
        batch_op.drop_index("ix_commitment_ledger")

    op.drop_table("commitment")
