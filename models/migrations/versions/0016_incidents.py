"""Operations: steps that the flow could not take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    """Make the tables of incidents and notes on them."""
    op.create_table(
        "incident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("definition_id", KEY, nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("element", sa.String(length=100), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("use_case", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", KEY, nullable=True),
        sa.Column("resolution", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_incident_congress_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incident_case_id")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["process_definition.id"], name=op.f("fk_incident_definition_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_incident_user_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["user_account.id"], name=op.f("fk_incident_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_case_id"), "incident", ["case_id"], unique=False)
    op.create_index(
        "uq_incident_open",
        "incident",
        ["congress_id", "subject", "element"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "incident_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("incident_id", KEY, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", KEY, nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_note_incident_id")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["user_account.id"], name=op.f("fk_incident_note_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_note")),
    )
    op.create_index(op.f("ix_incident_note_incident_id"), "incident_note", ["incident_id"], unique=False)


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("incident_note")
    op.drop_table("incident")
