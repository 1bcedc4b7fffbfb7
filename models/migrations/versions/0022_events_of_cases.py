"""Flow: technical timers of cases, signals and messages from one case to another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
WAKING = sa.text("wakes_at IS NOT NULL")
WAITING = sa.text("settled_at IS NULL")

# What cases wait for stands in their states, which no migration reads. Those whose diagrams know timers or signals
# are woken once: the sweep finds out what they wait for, and lets happen what is due.
WAKE = """
    UPDATE process_instance SET wakes_at = CURRENT_TIMESTAMP WHERE case_id IN (
        SELECT cases.id FROM cases JOIN process_definition ON process_definition.id = cases.definition_id
        WHERE cases.archived_at IS NULL AND (
            CAST(process_definition.files AS TEXT) LIKE '%timerEventDefinition%'
            OR CAST(process_definition.files AS TEXT) LIKE '%signalEventDefinition%'))
"""


def upgrade() -> None:
    """Make the column and the tables."""
    op.add_column("process_instance", sa.Column("wakes_at", AT, nullable=True))
    op.create_index(
        "ix_process_instance_waking",
        "process_instance",
        ["wakes_at", "case_id"],
        unique=False,
        sqlite_where=WAKING,
        postgresql_where=WAKING,
    )
    op.create_table(
        "awaited_signal",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_awaited_signal_case_id")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_awaited_signal_congress_id")),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_awaited_signal")),
    )
    op.create_index(
        "ix_awaited_signal_name", "awaited_signal", ["congress_id", "name", "case_id"], unique=False
    )
    _thrown_events()
    op.execute(WAKE)


def _thrown_events() -> None:
    op.create_table(
        "thrown_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("from_case_id", KEY, nullable=False),
        sa.Column("to_case_id", KEY, nullable=False),
        sa.Column("thrown_at", AT, nullable=False),
        sa.Column("tried_at", AT, nullable=True),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_thrown_event_congress_id")),
        sa.ForeignKeyConstraint(["from_case_id"], ["cases.id"], name=op.f("fk_thrown_event_from_case_id")),
        sa.ForeignKeyConstraint(["to_case_id"], ["cases.id"], name=op.f("fk_thrown_event_to_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thrown_event")),
    )
    op.create_index(op.f("ix_thrown_event_from_case_id"), "thrown_event", ["from_case_id"], unique=False)
    op.create_index(op.f("ix_thrown_event_to_case_id"), "thrown_event", ["to_case_id"], unique=False)
    op.create_index(
        "ix_thrown_event_waiting",
        "thrown_event",
        ["id"],
        unique=False,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("thrown_event")
    op.drop_table("awaited_signal")
    op.drop_index("ix_process_instance_waking", "process_instance")
    op.drop_column("process_instance", "wakes_at")
