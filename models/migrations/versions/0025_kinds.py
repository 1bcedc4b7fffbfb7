"""Other kinds of work: what steps put on record, the organ in charge, meetings of every kind with agenda and votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
ON_AGENDA = sa.text("case_id IS NOT NULL AND removed_at IS NULL")
OLD, NEW = ["congress_id", "term", "ordinal"], ["congress_id", "kind", "term", "ordinal"]


def upgrade() -> None:
    """Make the tables; every meeting there is was a session of a congress."""
    with op.batch_alter_table("meeting") as table:
        table.add_column(sa.Column("kind", sa.String(length=64), nullable=False, server_default="congress"))
        table.add_column(sa.Column("motions_until", AT, nullable=True))
        table.drop_constraint(op.f("uq_meeting_congress_id_term_ordinal"), type_="unique")
        table.create_unique_constraint(op.f("uq_meeting_congress_id_kind_term_ordinal"), NEW)
    _link("cases", "organ_id", "organization")
    _link("clock", "meeting_id", "meeting")
    _table("case_entry", _entry(), ("case_id",))
    _table("agenda_item", _item(), ("case_id",))
    op.create_index("ix_agenda_item_meeting", "agenda_item", ["meeting_id", "position"], unique=False)
    op.create_index(
        "uq_agenda_item_case",
        "agenda_item",
        ["meeting_id", "case_id"],
        unique=True,
        sqlite_where=ON_AGENDA,
        postgresql_where=ON_AGENDA,
    )
    op.create_table(
        "attendance",
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("recorded_at", AT, nullable=False),
        *(_reference("attendance", name) for name in ("meeting_id", "user_id", "recorded_by")),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_user_id"), "attendance", ["user_id"], unique=False)
    _table("ballot", _ballot(), ("case_id", "meeting_id"))
    _freeze("case_entry")
    _freeze("ballot")


TARGETS = {
    "case_id": "cases",
    "assignment_id": "assignment",
    "meeting_id": "meeting",
    "user_id": "user_account",
    "decision_id": "decision",
    "evaluation_id": "evaluation",
    **dict.fromkeys(("entered_by", "added_by", "recorded_by"), "user_account"),
}


def _reference(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{TARGETS[name]}.id"], name=op.f(f"fk_{table}_{name}"))


def _link(table: str, name: str, target: str) -> None:
    """Add the column as it is: SQLite cannot rebuild a table that triggers of others look at."""
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {name} {kind} CONSTRAINT fk_{table}_{name} REFERENCES {target} (id)"
    )
    op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)


def _freeze(table: str) -> None:
    """Let the database itself refuse changes to the rows of an archived case."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_archived()"
        )
        return
    for change in ("INSERT", "UPDATE", "DELETE"):
        row = "OLD" if change == "DELETE" else "NEW"
        op.execute(
            f"CREATE TRIGGER {table}_frozen_{change.lower()} BEFORE {change} ON {table} WHEN"
            f" (SELECT archived_at FROM cases WHERE id = {row}.case_id) IS NOT NULL"
            " BEGIN SELECT RAISE(ABORT, 'the case is archived'); END"
        )


def _table(name: str, columns: list[sa.Column], indexed: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        sa.Column("id", KEY, nullable=False),
        *columns,
        *(_reference(name, column.name) for column in columns if column.name in TARGETS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in indexed:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)


def _entry() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("entry_on", sa.Date(), nullable=False),
        sa.Column("entered_by", KEY, nullable=True),
        sa.Column("entered_at", AT, nullable=False),
    ]


def _item() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("removed_at", AT, nullable=True),
    ]


def _ballot() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("case_id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=True) for name in ("meeting_id", "decision_id", "evaluation_id")),
        sa.Column("node", sa.String(length=64), nullable=False),
        sa.Column("threshold", sa.String(length=64), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("result", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("recorded_at", AT, nullable=False),
    ]


def downgrade() -> None:
    """Take them away, with the meetings that are no sessions."""
    for table in ("ballot", "attendance", "agenda_item", "case_entry"):
        op.drop_table(table)
    for table, name in (("clock", "meeting_id"), ("cases", "organ_id")):
        op.drop_index(op.f(f"ix_{table}_{name}"), table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.execute("DELETE FROM meeting WHERE kind != 'congress'")
    with op.batch_alter_table("meeting") as table:
        table.drop_constraint(op.f("uq_meeting_congress_id_kind_term_ordinal"), type_="unique")
        table.create_unique_constraint(op.f("uq_meeting_congress_id_term_ordinal"), OLD)
        table.drop_column("motions_until")
        table.drop_column("kind")
