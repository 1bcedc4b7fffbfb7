"""Archives: what this room keeps, and nothing of an archived case changes any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OF_A_CASE = (
    "case_text",
    "ask",
    "attachment",
    "cosignature",
    "decision",
    "assignment",
    "contact_record",
    "co_opinion",
    "reply",
    "evaluation",
    "task",
)
CHANGES = ("INSERT", "UPDATE", "DELETE")


def freeze_archived() -> None:
    """Let the database itself refuse changes to the rows of an archived case."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_archived() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE of_case bigint; BEGIN"
            " IF TG_OP = 'DELETE' THEN of_case := OLD.case_id; ELSE of_case := NEW.case_id; END IF;"
            " IF EXISTS (SELECT 1 FROM cases WHERE id = of_case AND archived_at IS NOT NULL) THEN"
            " RAISE EXCEPTION 'case % is archived', of_case USING ERRCODE = 'restrict_violation'; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE FUNCTION refuse_archived_case() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'case % is archived', OLD.id USING ERRCODE = 'restrict_violation'; END $$"
        )
        for table in OF_A_CASE:
            op.execute(
                f"CREATE TRIGGER {table}_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_archived()"
            )
        op.execute(
            "CREATE TRIGGER cases_is_frozen BEFORE UPDATE OR DELETE ON cases FOR EACH ROW"
            " WHEN (OLD.archived_at IS NOT NULL) EXECUTE FUNCTION refuse_archived_case()"
        )
        return
    for table in OF_A_CASE:
        for change in CHANGES:
            row = "OLD" if change == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER {table}_frozen_{change.lower()} BEFORE {change} ON {table} WHEN"
                f" (SELECT archived_at FROM cases WHERE id = {row}.case_id) IS NOT NULL"
                " BEGIN SELECT RAISE(ABORT, 'the case is archived'); END"
            )
    for change in CHANGES[1:]:
        op.execute(
            f"CREATE TRIGGER cases_frozen_{change.lower()} BEFORE {change} ON cases WHEN OLD.archived_at IS NOT NULL"
            " BEGIN SELECT RAISE(ABORT, 'the case is archived'); END"
        )


def thaw() -> None:
    """Take the triggers away."""
    if op.get_bind().dialect.name == "postgresql":
        for table in (*OF_A_CASE, "cases"):
            op.execute(f"DROP TRIGGER {table}_is_frozen ON {table}")
        op.execute("DROP FUNCTION refuse_archived()")
        op.execute("DROP FUNCTION refuse_archived_case()")
        return
    for table in OF_A_CASE:
        for change in CHANGES:
            op.execute(f"DROP TRIGGER {table}_frozen_{change.lower()}")
    for change in CHANGES[1:]:
        op.execute(f"DROP TRIGGER cases_frozen_{change.lower()}")


def upgrade() -> None:
    """Make the table and freeze what is archived."""
    op.create_table(
        "archive_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("congress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=500), nullable=False),
        sa.Column("retention", sa.String(length=64), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("archived_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["archived_by"], ["user_account.id"], name=op.f("fk_archive_file_archived_by")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_archive_file_case_id")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_archive_file_congress_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_file")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archive_file_case_id")),
    )
    op.add_column("cases", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    freeze_archived()


def downgrade() -> None:
    """Thaw and drop."""
    thaw()
    op.drop_column("cases", "archived_at")
    op.drop_table("archive_file")
