"""The names of people and congresses that answers of a case have picked by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from models import Congress, User, db

COLUMNS: Mapping[str, tuple[Any, Any]] = {
    "people": (User.id, User.name),
    "congresses": (Congress.id, Congress.name),
}


def names_picked(
    folder: Folder, answered: Iterable[tuple[TaskSpec | ActionSpec | None, Mapping[str, Any]]]
) -> dict[str, dict[int, str]]:
    """For each type of COLUMNS: id → name of everything that was picked; no query where nothing was."""
    ids: dict[str, set[int]] = {kind: set() for kind in COLUMNS}
    for spec, answers in answered:
        for field in folder.forms[spec.form].fields if spec else ():
            if field.type in ids:
                ids[field.type].update(answers.get(field.name) or ())
    return {kind: _names(kind, wanted) if wanted else {} for kind, wanted in ids.items()}


def _names(kind: str, ids: set[int]) -> dict[int, str]:
    key, name = COLUMNS[kind]
    return {row[0]: row[1] for row in db.session.execute(sa.select(key, name).where(key.in_(ids)))}
