"""The rule packs that cases pinned, read once per process: their content never changes."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engine.deadlines.rules import RulePack, pack_from_record
from models import RulePackVersion, db

# By content, not by id: two databases in one process may give one id to different packs.
_packs: dict[str, RulePack] = {}


def pinned_packs(ids: Collection[int]) -> dict[int, RulePack]:
    """Stored version → pack."""
    if not ids:
        return {}
    found = sa.select(RulePackVersion.id, RulePackVersion.content_hash).where(RulePackVersion.id.in_(ids))
    hashes = {id: content_hash for id, content_hash in db.session.execute(found)}
    missing = set(hashes.values()) - _packs.keys()
    if missing:
        unread = sa.select(RulePackVersion.content_hash, RulePackVersion.rules)
        for content_hash, record in db.session.execute(
            unread.where(RulePackVersion.content_hash.in_(missing))
        ):
            _packs[content_hash] = pack_from_record(record)
    return {id: _packs[content_hash] for id, content_hash in hashes.items()}
