"""What of a case's record the public may read: the fields that its process names, of each step and body the latest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.definitions.folder import Folder
from models import CaseEntry, db

ASKS = "rows"  # numbered points stand in the copy as asks


def record_parts(folder: Folder, case: CaseFacts) -> list[dict[str, Any]]:
    """The texts on record for the public to read, each under the label of its field, with the key of its entry."""
    fields = {
        node: [folder.forms[spec.form].field(name) for name in spec.requires.get("public", ())]
        for node, spec in folder.tasks.items()
        if spec.requires.get("public") and spec.act != "submit_text"
    }
    if not fields:
        return []
    statement = (
        sa.select(CaseEntry.node, CaseEntry.assignment_id, CaseEntry.id, CaseEntry.answers)
        .where(CaseEntry.case_id == case.id, CaseEntry.node.in_(fields))
        .order_by(CaseEntry.id)
    )
    rows = db.session.execute(statement)
    latest: dict[tuple[str, int | None], tuple[int, Mapping[str, Any]]] = {
        (node, assignment_id): (entry_id, answers) for node, assignment_id, entry_id, answers in rows
    }
    return [
        {"label": {"zh": field.label.zh, "en": field.label.en}, "text": text, "entry": entry_id}
        for (node, _part), (entry_id, answers) in latest.items()
        for field in fields[node]
        if field.type != ASKS and (text := str(answers.get(field.name) or ""))
    ]
