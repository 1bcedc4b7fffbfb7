"""The rules by which a congress counts: the pack that comes with the program, and over it what the congress decided.

A decision is a layer like a child pack: a rule that it changes stands in the place of the shipped one, everything
else follows the program. Layers lie in the order of the days from which they hold.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from dataclasses import dataclass

import sqlalchemy as sa

from engine.deadlines.amending import amended
from engine.deadlines.asking import pack_named
from engine.deadlines.rules import RulePack
from engine.foundation import clock
from models import Congress, RuleDecision, db

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class InForce:
    """A pack and the hash of its content."""

    pack: RulePack
    content_hash: str


def in_force(congress_id: int, on: dt.date | None = None) -> InForce:
    """The rules of a congress for cases that begin on that day (today); one query. Raises UnknownPack."""
    day = on or clock.today()
    holds = sa.and_(
        RuleDecision.congress_id == Congress.id,
        RuleDecision.state == CONFIRMED,
        RuleDecision.effective_on <= day,
        RuleDecision.pack_key == Congress.rule_pack,
    )
    rows = db.session.execute(
        sa.select(Congress.rule_pack, Congress.name, RuleDecision.changes)
        .outerjoin(RuleDecision, holds)
        .where(Congress.id == congress_id)
        .order_by(RuleDecision.effective_on, RuleDecision.id)
    ).all()
    key, name = (rows[0][0], rows[0][1]) if rows else ("", "")
    layers = [changes for _key, _name, changes in rows if changes is not None]
    return _layered(key, name, json.dumps(layers, sort_keys=True)) if layers else shipped(key)


@functools.cache
def shipped(key: str) -> InForce:
    """The pack as it comes with the program. Raises UnknownPack."""
    pack = pack_named(key)
    return InForce(pack, pack.content_hash)


@functools.lru_cache(maxsize=64)
def _layered(key: str, jurisdiction: str, layers: str) -> InForce:
    """By content, not by id: two databases in one process may give one id to different decisions."""
    base = pack_named(key)
    pack = base
    for number, changes in enumerate(json.loads(layers), start=1):
        pack = amended(pack, changes, jurisdiction=jurisdiction, version=f"{base.version}+{number}")
    return InForce(pack, pack.content_hash)
