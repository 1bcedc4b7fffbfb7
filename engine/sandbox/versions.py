"""The versions of a congress's rules: who proposed, who decided, and what differs, rule by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.deadlines.amending import Change
from engine.deadlines.words import Bilingual
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import NotFound
from engine.people.substitutes import count_as_one
from engine.sandbox.adopting import DECISIONS, PROPOSED
from engine.sandbox.drafts import MAY_TRY
from models import RulePackVersion, User, db

PROPOSER, DECIDER = sa.orm.aliased(User), sa.orm.aliased(User)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule as it was when the change was proposed, and as it would be from then on."""

    title: Bilingual
    before: Change
    after: Change


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal and what became of it; `version` is that of the stored pack, "" where none was stored."""

    id: int
    draft_id: int
    name: str
    state: str
    effective_on: dt.date
    reason: str
    answer: str
    replayed: Mapping[str, Any]
    proposed_by: str
    proposed_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    version: str
    content_hash: str
    holds: bool  # it is confirmed and its day has come
    may_decide: bool
    may_withdraw: bool
    differences: tuple[Difference, ...]


def decisions(actor: Actor) -> list[Decision]:
    """The congress's proposals, the latest first. Raises NotAllowed."""
    actor.require(*MAY_TRY)
    statement = _statement(actor).order_by(DECISIONS.c.id.desc()).limit(PAGE)
    return [_decision(actor, row) for row in db.session.execute(statement)]


def decision(actor: Actor, decision_id: int) -> Decision:
    """One proposal. Raises NotAllowed, NotFound."""
    actor.require(*MAY_TRY)
    row = db.session.execute(_statement(actor).where(DECISIONS.c.id == decision_id)).one_or_none()
    if row is None:
        raise NotFound
    return _decision(actor, row)


def waiting_for(actor: Actor) -> int:
    """How many proposals wait for this person's decision."""
    if not actor.roles & set(MAY_TRY):
        return 0
    mine = DECISIONS.c.congress_id == actor.congress_id, DECISIONS.c.state == PROPOSED
    proposers = db.session.scalars(sa.select(DECISIONS.c.proposed_by).where(*mine)).all()
    return sum(not count_as_one(actor.user_id, proposer) for proposer in proposers)


def _statement(actor: Actor) -> sa.Select[Any]:
    return (
        sa.select(
            DECISIONS,
            PROPOSER.name.label("proposer"),
            DECIDER.name.label("decider"),
            RulePackVersion.version.label("version"),
            RulePackVersion.content_hash.label("content_hash"),
        )
        .select_from(DECISIONS)
        .outerjoin(PROPOSER, PROPOSER.id == DECISIONS.c.proposed_by)
        .outerjoin(DECIDER, DECIDER.id == DECISIONS.c.decided_by)
        .outerjoin(RulePackVersion, RulePackVersion.id == DECISIONS.c.rule_pack_id)
        .where(DECISIONS.c.congress_id == actor.congress_id)
    )


def _decision(actor: Actor, row: Any) -> Decision:
    waits = row.state == PROPOSED
    return Decision(
        id=row.id,
        draft_id=row.draft_id,
        name=row.name,
        state=row.state,
        effective_on=row.effective_on,
        reason=row.reason,
        answer=row.answer,
        replayed=row.replayed,
        proposed_by=row.proposer or "",
        proposed_at=row.proposed_at,
        decided_by=row.decider or "",
        decided_at=row.decided_at,
        version=row.version or "",
        content_hash=row.content_hash or "",
        holds=bool(row.rule_pack_id) and row.effective_on <= clock.today(),
        may_decide=waits and not count_as_one(actor.user_id, row.proposed_by),
        may_withdraw=waits and row.proposed_by == actor.user_id,
        differences=tuple(
            Difference(Bilingual(**was["title"]), was, row.changes[rule_id])
            for rule_id, was in sorted(row.before.items())
        ),
    )
