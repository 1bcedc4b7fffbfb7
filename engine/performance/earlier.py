"""How far a project had come by itself before there were cases: its steps stay, and its case begins where it stood."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.performance.rows import MOVES
from models import db

FILLING_IN, CONFIRMING, PUBLISHED = "filling", "confirming", "published"
# After which step the report was in whose hands. A step that rested on another person's is taken anew.
AFTER = {
    "approve": CONFIRMING,
    "confirm": CONFIRMING,
    "withdraw": CONFIRMING,
    "publish": PUBLISHED,
    "submit": FILLING_IN,
    "send_back": FILLING_IN,
}


def standing(project: sa.Row[Any]) -> str:
    """Where its case begins. What the congress had filled in itself is handed in anew: nobody else had looked at it."""
    of_version = MOVES.c.project_id == project.id, MOVES.c.version == project.version
    statement = sa.select(MOVES.c.move).where(*of_version, MOVES.c.move.in_(AFTER))
    last = db.session.scalar(statement.order_by(MOVES.c.id.desc()).limit(1))
    stands = AFTER.get(last or "", FILLING_IN)
    return FILLING_IN if stands == CONFIRMING and project.organization_id is None else stands
