"""Performance of budget projects: copies for the public, and links to cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables. What was published before there was a public page is shown there once it is published anew."""
    _publications()
    _copies()
    _links()


def _publications() -> None:
    op.create_table(
        "performance_publication",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("released", sa.Integer(), nullable=True),
        sa.Column("released_at", AT, nullable=True),
        sa.Column("first_released_at", AT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("organization_id", KEY, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_performance_publication_congress_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_performance_publication_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["performance_project.id"], name=op.f("fk_performance_publication_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_publication")),
        sa.UniqueConstraint("project_id", name=op.f("uq_performance_publication_project_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_performance_publication_public_id")),
    )
    op.create_index(
        op.f("ix_performance_publication_organization_id"), "performance_publication", ["organization_id"]
    )
    op.create_index(
        "ix_performance_publication_public", "performance_publication", ["first_released_at", "id"]
    )


def _copies() -> None:
    op.create_table(
        "performance_copy",
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("docx", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("released_by", KEY, nullable=True),
        sa.Column("released_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["performance_publication.id"],
            name=op.f("fk_performance_copy_publication_id"),
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["user_account.id"], name=op.f("fk_performance_copy_released_by")
        ),
        sa.PrimaryKeyConstraint("publication_id", "number", name=op.f("pk_performance_copy")),
    )


def _links() -> None:
    op.create_table(
        "performance_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("removed_reason", sa.Text(), nullable=False),
        sa.Column("removed_by", KEY, nullable=True),
        sa.Column("removed_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_performance_link_case_id")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_performance_link_made_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["performance_project.id"], name=op.f("fk_performance_link_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["user_account.id"], name=op.f("fk_performance_link_removed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_link")),
    )
    op.create_index(op.f("ix_performance_link_case_id"), "performance_link", ["case_id"])
    op.create_index(op.f("ix_performance_link_project_id"), "performance_link", ["project_id"])


def downgrade() -> None:
    """Take them away; numbers that the public knows go with them."""
    for name in ("performance_link", "performance_copy", "performance_publication"):
        op.drop_table(name)
