"""Publication: what this room keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RELEASED = ("publication_version", "annual_report")


def keep_what_is_released() -> None:
    """Let what the public has read be neither changed nor deleted, and no public number be given up."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_released() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION '%: released rows stay as they are', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
            " END $$"
        )
        for table in RELEASED:
            op.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
                " WHEN (OLD.released_at IS NOT NULL) EXECUTE FUNCTION refuse_released()"
            )
        op.execute(
            "CREATE TRIGGER publication_stays BEFORE DELETE ON publication"
            " FOR EACH ROW EXECUTE FUNCTION refuse_released()"
        )
        return
    for table in RELEASED:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table}"
                f" WHEN OLD.released_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{table}: released rows stay as they are'); END"
            )
    op.execute(
        "CREATE TRIGGER publication_refuses_delete BEFORE DELETE ON publication"
        " BEGIN SELECT RAISE(ABORT, 'publication: rows stay for ever'); END"
    )


def release() -> None:
    """Take the triggers away; on SQLite they go with their tables."""
    if op.get_bind().dialect.name == "postgresql":
        for table in (*RELEASED, "publication"):
            op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute("DROP FUNCTION refuse_released()")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "annual_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("congress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process_key", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_annual_report_congress_id")),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["user_account.id"], name=op.f("fk_annual_report_prepared_by")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["user_account.id"], name=op.f("fk_annual_report_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report")),
        sa.UniqueConstraint(
            "congress_id",
            "process_key",
            "year",
            "version",
            name=op.f("uq_annual_report_congress_id_process_key_year_version"),
        ),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("congress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("released", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("process_key", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_publication_case_id")),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_publication_congress_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("case_id", name=op.f("uq_publication_case_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publication_public_id")),
    )
    op.create_index("ix_publication_desk", "publication", ["congress_id", "state"], unique=False)
    op.create_index(
        "ix_publication_choices", "publication", ["released", "congress_id", "year", "category"], unique=False
    )
    op.create_index("ix_publication_public", "publication", ["first_released_at", "id"], unique=False)
    op.create_table(
        "publication_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["user_account.id"], name=op.f("fk_publication_version_prepared_by")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_version_publication_id")
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["user_account.id"], name=op.f("fk_publication_version_released_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_version")),
        sa.UniqueConstraint(
            "publication_id", "version", name=op.f("uq_publication_version_publication_id_version")
        ),
    )
    op.create_table(
        "publication_reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("extent", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("published_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_publication_reply_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_reply_publication_id")
        ),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_publication_reply_reply_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["organization.id"], name=op.f("fk_publication_reply_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_reply")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_publication_reply_reply_id")),
    )
    op.create_index(
        op.f("ix_publication_reply_publication_id"), "publication_reply", ["publication_id"], unique=False
    )
    op.create_index(op.f("ix_publication_reply_unit_id"), "publication_reply", ["unit_id"], unique=False)
    keep_what_is_released()


def downgrade() -> None:
    """Drop them."""
    release()
    for table in ("publication_reply", "publication_version", "publication", "annual_report"):
        op.drop_table(table)
