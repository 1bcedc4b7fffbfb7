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
    """Add the links; what was opened before was opened on the platform."""
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
