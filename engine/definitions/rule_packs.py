"""Rule packs as cases pin them: the content that is in force when a case begins, kept once, never changed."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import sqlalchemy as sa

from engine.deadlines.articles import Article
from engine.deadlines.decided import InForce
from engine.deadlines.packs import load_pack, load_packs
from engine.deadlines.rules import RulePack, pack_from_record
from engine.deadlines.standing import Place
from engine.definitions.kept import Kept
from engine.foundation import clock
from engine.foundation.errors import NotFound
from engine.foundation.transaction import operation
from models import RulePackVersion, db
from models.base import insert_unless

VERSIONS: sa.Table = RulePackVersion.__table__  # type: ignore[assignment]

_packs: Kept[RulePack] = Kept()
# The files come with the program and change with it.
shipped_pack = functools.cache(load_pack)


@functools.cache
def shipped_places() -> Mapping[str, Place]:
    """The places that comparators of all shipped packs name."""
    return {key: place for pack in load_packs().values() for key, place in pack.places.items()}


@functools.cache
def shipped_retentions() -> frozenset[str]:
    """The classes of archived files of all shipped packs."""
    return frozenset(key for pack in load_packs().values() for key in pack.retentions)


@functools.cache
def shipped_rules() -> frozenset[str]:
    """The ids of all rules of all shipped packs."""
    return frozenset(rule for pack in load_packs().values() for rule in pack.rules)


@functools.cache
def shipped_thresholds() -> frozenset[str]:
    """The keys of all thresholds of all shipped packs."""
    return frozenset(key for pack in load_packs().values() for key in pack.thresholds)


@functools.cache
def shipped_rights() -> frozenset[str]:
    """The ids of the rules that give a right and no duty: when such a period is over, nobody is late."""
    packs = load_packs().values()
    return frozenset(
        id for pack in packs for id, forms in pack.rules.items() if any(rule.lapses for rule in forms)
    )


@functools.cache
def shipped_articles() -> Mapping[str, Article]:
    """The articles of all shipped packs by their citations: what a task or an action may rest on."""
    return {key: article for pack in load_packs().values() for key, article in pack.bases.items()}


def pin(current: InForce) -> int:
    """The id of the row that holds this pack; written if no case has pinned it before.

    Only inside a use case; of two that write it at once, one writes and both get its id.
    """
    operation()
    held = sa.select(VERSIONS.c.id).where(VERSIONS.c.content_hash == current.content_hash)
    known = db.session.scalar(held)
    if known is not None:
        return known
    values = {
        "key": current.pack.key,
        "version": current.pack.version,
        "content_hash": current.content_hash,
        "rules": current.pack.as_record(),
        "stored_at": clock.now(),
    }
    db.session.execute(insert_unless(VERSIONS).values(values).on_conflict_do_nothing())
    written = int(db.session.scalars(held).one())
    _packs.forget(written)
    return written


def pack(rule_pack_id: int) -> RulePack:
    """The pack that a case pinned."""
    return _packs.get(rule_pack_id, _read)


def _read(rule_pack_id: int) -> RulePack:
    record = db.session.scalar(sa.select(VERSIONS.c.rules).where(VERSIONS.c.id == rule_pack_id))
    if record is None:
        raise NotFound
    return pack_from_record(record)
