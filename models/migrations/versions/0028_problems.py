"""Working groups of cases, and problems that units put right and a second person strikes off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
STILL = sa.text("ended_at IS NULL")
TABLES = ("case_member", "problem", "problem_step")
TARGETS = {
    "case_id": "cases",
    "problem_id": "problem",
    "entry_id": "case_entry",
    "unit_id": "organization",
    "assignment_id": "assignment",
    **dict.fromkeys(("user_id", "added_by", "listed_by", "done_by"), "user_account"),
}


def upgrade() -> None:
    """Make the tables; of an archived case nothing of them changes any more."""
    _table("case_member", _member(), ("case_id", "user_id"))
    op.create_index(
        "uq_case_member_user",
        "case_member",
        ["case_id", "user_id"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )
    only_once = sa.UniqueConstraint("case_id", "ordinal", name=op.f("uq_problem_case_id_ordinal"))
    _table("problem", _problem(), ("unit_id",), only_once)
    _table("problem_step", _step(), ("problem_id",))
    for table in TABLES:
        _freeze(table)


def _table(
    name: str, columns: list[sa.Column], indexed: tuple[str, ...], *rules: sa.UniqueConstraint
) -> None:  # type: ignore[type-arg]
    references = [
        sa.ForeignKeyConstraint(
            [column.name], [f"{TARGETS[column.name]}.id"], name=op.f(f"fk_{name}_{column.name}")
        )
        for column in columns
        if column.name in TARGETS
    ]
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", KEY, nullable=False), *columns, *references, key, *rules)
    for column in indexed:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)


def _member() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
    ]


def _problem() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("law", sa.String(length=500), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("entry_id", KEY, nullable=True),
        sa.Column("unit_id", KEY, nullable=False),
        sa.Column("assignment_id", KEY, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("listed_by", KEY, nullable=True),
        sa.Column("listed_at", AT, nullable=False),
    ]


def _step() -> list[sa.Column]:  # type: ignore[type-arg]
    return [
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("problem_id", KEY, nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("entry_id", KEY, nullable=True),
        sa.Column("done_by", KEY, nullable=True),
        sa.Column("done_at", AT, nullable=False),
    ]


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


def downgrade() -> None:
    """Take them away."""
    for table in reversed(TABLES):
        op.drop_table(table)
