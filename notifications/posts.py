"""Posts to chat groups: a unit's group is told once, however many of its people are concerned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from models import ChatGroup


def addressed(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, those for a chat once for each robot of the organization that stands in their `chat_group_id`.

    One query, and none where nothing is for a chat.
    """
    at = {row["chat_group_id"] for row in rows if row["channel"] == "chat"}
    if not at:
        return list(rows)
    groups: dict[int, list[int]] = {}
    for group in connection.execute(
        sa.select(ChatGroup.id, ChatGroup.organization_id)
        .where(ChatGroup.organization_id.in_(at), ChatGroup.removed_at.is_(None))
        .order_by(ChatGroup.id)
    ):
        groups.setdefault(group.organization_id, []).append(group.id)
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["channel"] != "chat":
            told[row["key"]] = row
            continue
        for group_id in groups.get(row["chat_group_id"], ()):
            key = f"{_about(row)}:group{group_id}:chat"
            told.setdefault(key, {**row, "key": key, "chat_group_id": group_id})
    return list(told.values())


def _about(row: dict[str, Any]) -> str:
    """The key without the person."""
    return str(row["key"]).removesuffix(":chat").rpartition(":")[0]
