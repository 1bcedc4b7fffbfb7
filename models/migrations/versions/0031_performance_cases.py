"""Performance of budget projects: a project is the matter of a case, its problems stand on the case's list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAGES = ("filling", "reviewing", "confirming", "confirmed", "published")
CHECK = f"stage IN ({', '.join(repr(each) for each in STAGES)})"


def upgrade() -> None:
    """Let the case say how far a project is. What was there opens its case later, where its steps have left it."""
    with op.batch_alter_table("performance_project") as table:
        table.add_column(sa.Column("case_id", KEY, nullable=True))
        table.create_foreign_key(op.f("fk_performance_project_case_id"), "cases", ["case_id"], ["id"])
        table.create_index(op.f("ix_performance_project_case_id"), ["case_id"])
        table.drop_constraint(op.f("ck_performance_project_stage"), type_="check")
        table.drop_column("stage")
    with op.batch_alter_table("performance_problem") as table:
        table.add_column(sa.Column("case_problem_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_performance_problem_case_problem_id"), "problem", ["case_problem_id"], ["id"]
        )
        table.create_index(op.f("ix_performance_problem_case_problem_id"), ["case_problem_id"])


def downgrade() -> None:
    """Let the project say it again: published what the public reads, else what its last step has left it at."""
    with op.batch_alter_table("performance_problem") as table:
        table.drop_index(op.f("ix_performance_problem_case_problem_id"))
        table.drop_constraint(op.f("fk_performance_problem_case_problem_id"), type_="foreignkey")
        table.drop_column("case_problem_id")
    with op.batch_alter_table("performance_project") as table:
        table.drop_index(op.f("ix_performance_project_case_id"))
        table.drop_constraint(op.f("fk_performance_project_case_id"), type_="foreignkey")
        table.drop_column("case_id")
        table.add_column(sa.Column("stage", sa.String(length=64), nullable=False, server_default="filling"))
        table.create_check_constraint(op.f("ck_performance_project_stage"), CHECK)
    op.execute(
        "UPDATE performance_project SET stage = 'published' WHERE id IN"
        " (SELECT project_id FROM performance_publication WHERE released IS NOT NULL)"
    )
    with op.batch_alter_table("performance_project") as table:
        table.alter_column("stage", server_default=None)
