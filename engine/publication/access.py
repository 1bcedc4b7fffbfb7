"""The doors to publications: load, permit and lock in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.effects import bring_about
from engine.casework.moving.happenings import Happening, happen
from engine.casework.visibility import visible_to
from engine.definitions.catalogue import definition
from engine.definitions.legal_bases import require_step
from engine.foundation import audit
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.publication.refusals import CopyChanged, NotForThePublic
from models import Case, Publication, db

PUBLICATIONS: sa.Table = Publication.__table__  # type: ignore[assignment]
PREPARING = ("intake_officer", "assigner", "supervisor")
RELEASING = ("intake_reviewer", "assigner", "supervisor")
PUBLISHING = tuple(dict.fromkeys((*PREPARING, *RELEASING)))
RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Item:
    """A publication and its case, as they stood when the step began."""

    id: int
    case: CaseFacts
    public_id: str
    state: str
    reason: str
    revision: int
    released: int | None


_COLUMNS = [PUBLICATIONS.c[name] for name in ("id", "public_id", "state", "reason", "revision", "released")]


def item_to_read(actor: Actor, publication_id: int) -> Item:
    """A publication for one of the offices that publish; NotFound where he may not see its case."""
    actor.require(*PUBLISHING)
    return _item(actor, publication_id, lock=False)


def item_to_work(actor: Actor, publication_id: int, roles: tuple[str, ...], revision: int | None) -> Item:
    """A publication, locked, for one who holds one of `roles`; CopyChanged when `revision` is not the present one."""
    actor.require(*roles)
    item = _item(actor, publication_id, lock=True)
    if revision is not None and revision != item.revision:
        raise CopyChanged
    return item


def _item(actor: Actor, publication_id: int, *, lock: bool) -> Item:
    statement = (
        sa.select(*_COLUMNS, *CASE_COLUMNS)
        .join(CASES, CASES.c.id == PUBLICATIONS.c.case_id)
        .where(PUBLICATIONS.c.id == publication_id, visible_to(actor))
    )
    row = db.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound
    return Item(
        row.id, read(CaseFacts, Case, row), row.public_id, row.state, row.reason, row.revision, row.released
    )


def require_article(item: Item, step: str) -> None:
    """Refuse a step for which the case's rule pack lists no article."""
    require_step(step, definition(item.case.definition_id), item.case.rule_pack_id)


def require_public(item: Item) -> None:
    """Refuse with NotForThePublic what the law or the unit keeps back."""
    if item.case.confidentiality == RESTRICTED:
        raise NotForThePublic


def change(item: Item, values: dict[str, Any]) -> None:
    """Write columns of the publication; its revision goes on by one."""
    db.session.execute(
        PUBLICATIONS.update().where(PUBLICATIONS.c.id == item.id).values(revision=item.revision + 1, **values)
    )


def record(item: Item, happenings: list[Happening]) -> None:
    """Record what happened: on the case, or on the congress's chain once the case is archived and closed for good.

    An archived file stays as it is; what publishing brings about beside it, such as telling the deputies, comes about.
    """
    folder = definition(item.case.definition_id)
    if item.case.archived_at is None:
        happen(item.case, folder, happenings)
        return
    for happening in happenings:
        audit.record(
            happening.action,
            congress_id=item.case.congress_id,
            subject=f"publication:{item.id}",
            case=item.case.number,
            **happening.detail,
        )
        bring_about(item.case, folder, happening)
