"""Where cases come from and belong to: delegations, earlier cases, cases handled together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINKS = {"delegation_id": "organization", "origin_id": "cases", "merged_into_id": "cases"}


def upgrade() -> None:
    """Add the links and the circle of those who may know; what was opened before was opened on the platform."""
    op.create_table(
        "case_viewer",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("added_by", KEY, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_case_viewer_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_viewer_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_case_viewer_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_viewer")),
    )
    op.create_index(op.f("ix_case_viewer_user_id"), "case_viewer", ["user_id"], unique=False)
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("origin", sa.String(length=64), nullable=False, server_default="platform"))
        for name, target in LINKS.items():
            table.add_column(sa.Column(name, KEY, nullable=True))
            table.create_foreign_key(op.f(f"fk_cases_{name}"), target, [name], ["id"])
            table.create_index(op.f(f"ix_cases_{name}"), [name], unique=False)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("cases") as table:
        for name in LINKS:
            table.drop_index(op.f(f"ix_cases_{name}"))
            table.drop_constraint(op.f(f"fk_cases_{name}"), type_="foreignkey")
            table.drop_column(name)
        table.drop_column("origin")
    op.drop_table("case_viewer")
