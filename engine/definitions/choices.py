"""Which of the deployed versions a congress works with: its own choice, else the installation's active one."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from models import ProcessDefinition, VersionChoice, db
from models.base import insert_unless

DEFINITIONS: sa.Table = ProcessDefinition.__table__  # type: ignore[assignment]
CHOICES: sa.Table = VersionChoice.__table__  # type: ignore[assignment]
ACTIVE, RETIRED = "active", "retired"


_CHOSEN = sa.and_(
    CHOICES.c.definition_id == DEFINITIONS.c.id,
    CHOICES.c.congress_id == sa.bindparam("congress_id"),
    CHOICES.c.state == ACTIVE,
)
# Built once, as nearly every page asks.
_ACTIVE_IDS = (
    sa.select(DEFINITIONS.c.key, DEFINITIONS.c.id)
    .outerjoin(CHOICES, _CHOSEN)
    .where(sa.or_(DEFINITIONS.c.active, CHOICES.c.id.is_not(None)))
    # The congress's own choice comes last and so stands.
    .order_by(DEFINITIONS.c.key, CHOICES.c.id.is_not(None))
)
_ACTIVE_ID = _ACTIVE_IDS.where(DEFINITIONS.c.key == sa.bindparam("key"))


def active_ids(congress_id: int | None, key: str | None = None) -> dict[str, int]:
    """Process key → the version that new cases take: in that congress, or (None) by the installation alone."""
    statement = _ACTIVE_IDS if key is None else _ACTIVE_ID
    values = {"congress_id": congress_id} | ({} if key is None else {"key": key})
    return {row.key: row.id for row in db.session.execute(statement, values)}


def choose(
    congress_id: int, key: str, definition_id: int, state: str, *, by: int | None, at: dt.datetime
) -> None:
    """Write a congress's choice for a version; another that was active there is so no longer."""
    if state == ACTIVE:
        db.session.execute(
            CHOICES.delete().where(
                CHOICES.c.congress_id == congress_id, CHOICES.c.process_key == key, CHOICES.c.state == ACTIVE
            )
        )
    row = {
        "congress_id": congress_id,
        "process_key": key,
        "definition_id": definition_id,
        "state": state,
        "chosen_at": at,
        "chosen_by": by,
    }
    statement = insert_unless(CHOICES).values(row)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[CHOICES.c.congress_id, CHOICES.c.definition_id],
            set_={name: row[name] for name in ("state", "chosen_at", "chosen_by")},
        )
    )


def forget_choices(key: str, definition_id: int) -> None:
    """Let what has just been deployed for everybody be active everywhere, whatever was chosen before."""
    db.session.execute(
        CHOICES.delete().where(
            CHOICES.c.process_key == key,
            sa.or_(CHOICES.c.state == ACTIVE, CHOICES.c.definition_id == definition_id),
        )
    )
