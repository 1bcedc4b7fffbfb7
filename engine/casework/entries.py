"""What steps have put on record: who may read an entry, and with it the files that came along."""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.facts import CaseFacts
from engine.casework.groups import belongs
from engine.definitions.folder import ActionSpec, Folder, TaskSpec
from engine.foundation.actor import Actor
from models import CaseEntry, db

GROUP = "group"  # in `seen_by`: whoever belongs to the group at work on the case


def spec_of_entry(folder: Folder, node: str) -> TaskSpec | ActionSpec | None:
    """The step that left it; None where the case's version has it no more."""
    return folder.tasks.get(node) or folder.actions.get(node)


def roles_in(actor: Actor, case: CaseFacts) -> frozenset[str]:
    """The actor's roles, and `group` where he belongs to the case's group."""
    return actor.roles | {GROUP} if belongs(actor, case.id) else actor.roles


def may_read_entry(actor: Actor, case: CaseFacts, folder: Folder, entry_id: int | None) -> bool:
    """Whether an entry that its step keeps among some roles is for this actor, who sees the case."""
    entry = db.session.execute(
        sa.select(CaseEntry.node, CaseEntry.entered_by).where(
            CaseEntry.id == entry_id, CaseEntry.case_id == case.id
        )
    ).one_or_none()
    if entry is None:
        return False
    spec = spec_of_entry(folder, entry.node)
    among = frozenset(spec.requires.get("seen_by", ())) if spec else frozenset()
    return not among or entry.entered_by == actor.user_id or bool(among & roles_in(actor, case))
