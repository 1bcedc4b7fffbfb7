"""Correspondence: people's wishes, chat groups, calendar feeds, and messages that are collected."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and let a message wait for its digest or go to a group."""
    op.create_table(
        "correspondence_setting",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("urgent", sa.String(length=64), nullable=False),
        sa.Column("normal", sa.String(length=64), nullable=False),
        sa.Column("minor", sa.String(length=64), nullable=False),
        sa.Column("normal_in_digest", sa.Boolean(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_to", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("phone_asked", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_correspondence_setting_user_id")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_correspondence_setting")),
    )
    op.create_table(
        "chat_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("congress_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["congress_id"], ["congress.id"], name=op.f("fk_chat_group_congress_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_chat_group_organization_id")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_chat_group_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_group")),
    )
    op.create_index(op.f("ix_chat_group_congress_id"), "chat_group", ["congress_id"], unique=False)
    op.create_index(op.f("ix_chat_group_organization_id"), "chat_group", ["organization_id"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_calendar_feed_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feed_secret_hash")),
    )
    op.create_index("ix_calendar_feed_user_id", "calendar_feed", ["user_id"], unique=False)
    op.add_column(
        "notification",
        sa.Column("chat_group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    )
    op.create_index(
        "ix_notification_collected",
        "notification",
        ["user_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'collected'"),
        postgresql_where=sa.text("state = 'collected'"),
    )


def downgrade() -> None:
    """Drop what was made."""
    op.drop_index("ix_notification_collected", table_name="notification")
    op.drop_column("notification", "chat_group_id")
    op.drop_table("calendar_feed")
    op.drop_table("chat_group")
    op.drop_table("correspondence_setting")
