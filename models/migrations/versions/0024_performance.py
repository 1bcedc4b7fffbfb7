"""Performance of budget projects: projects, versions of their reports, figures, what is to be put right."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "performance_project",
        sa.Column("id", KEY, nullable=False),
        sa.Column("congress_id", KEY, nullable=False),
        sa.Column("organization_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=500), nullable=False),
        sa.Column("budget_head", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["congress_id"], ["congress.id"], name=op.f("fk_performance_project_congress_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_performance_project_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_performance_project_organization_id")
        ),
        sa.CheckConstraint(
            "stage IN ('filling', 'reviewing', 'confirming', 'confirmed', 'published')",
            name="ck_performance_project_stage",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_project")),
        sa.UniqueConstraint(
            "congress_id", "year", "name", name=op.f("uq_performance_project_congress_id_year_name")
        ),
    )
    op.create_index(
        op.f("ix_performance_project_organization_id"),
        "performance_project",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "performance_move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("move", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_performance_move_made_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["performance_project.id"], name=op.f("fk_performance_move_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_move")),
    )
    op.create_index(op.f("ix_performance_move_project_id"), "performance_move", ["project_id"], unique=False)
    op.create_table(
        "performance_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("rules", sa.String(length=500), nullable=False),
        sa.Column("total_stated", sa.String(length=40), nullable=True),
        sa.Column("total_computed", sa.String(length=40), nullable=True),
        sa.Column("execution", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=64), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("made_by", KEY, nullable=True),
        sa.Column("made_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_performance_report_made_by")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["performance_project.id"], name=op.f("fk_performance_report_project_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_report")),
        sa.UniqueConstraint("project_id", "version", name=op.f("uq_performance_report_project_id_version")),
    )
    op.create_table(
        "performance_funding",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("row_name", sa.String(length=64), nullable=False),
        sa.Column("column_name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["performance_report.id"], name=op.f("fk_performance_funding_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "row_name", "column_name", name=op.f("pk_performance_funding")),
    )
    op.create_table(
        "performance_indicator",
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level1", sa.Text(), nullable=False),
        sa.Column("level2", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("weight", sa.String(length=40), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("actual", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score_stated", sa.String(length=40), nullable=True),
        sa.Column("score_computed", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"], ["performance_report.id"], name=op.f("fk_performance_indicator_report_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "position", name=op.f("pk_performance_indicator")),
    )
    op.create_table(
        "performance_problem",
        sa.Column("id", KEY, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("computed", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("planned_by", KEY, nullable=True),
        sa.Column("planned_at", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("closed_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_performance_problem_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["user_account.id"], name=op.f("fk_performance_problem_planned_by")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["performance_report.id"], name=op.f("fk_performance_problem_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_problem")),
        sa.UniqueConstraint("report_id", "position", name=op.f("uq_performance_problem_report_id_position")),
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_table("performance_problem")
    op.drop_table("performance_indicator")
    op.drop_table("performance_funding")
    op.drop_table("performance_report")
    op.drop_table("performance_move")
    op.drop_table("performance_project")
