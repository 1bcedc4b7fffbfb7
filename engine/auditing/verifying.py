"""Verifying the trail at an auditor's word: begun, told how far it is, and settled with what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.audit_checkpoints import Witness
from engine.foundation.audit_verification import (
    KEPT_FINDINGS,
    Fault,
    Finding,
    Verification,
    verify,
    verify_chain,
)
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case
from engine.foundation.turns import take_turns
from engine.people.roles import AUDITOR
from models import AuditEvent, AuditHead, AuditVerification, Case, db

VERIFICATIONS: sa.Table = AuditVerification.__table__  # type: ignore[assignment]
# It says so after some thousand events. Silent for so long, it was broken off and may be begun anew.
SILENCE = dt.timedelta(minutes=10)


class Begun(NamedTuple):
    """A verification; `anew` unless it was running already, and then it is not for the caller to run it."""

    id: int
    anew: bool
    total: int  # events there were


@use_case
def begin_verification(actor: Actor, *, chain: str = "", witness: Witness | None = None) -> Begun:
    """Begin to verify the whole trail, or the chain of a case of the actor's congress; NotFound for another chain.

    The same is not verified twice at once: where it runs, the running one is given.
    """
    actor.require(AUDITOR)
    if chain:
        _require_own(actor, chain)
    take_turns(f"verification {actor.congress_id}")
    now, kept = clock.now(), witness.checkpoint.hash if witness else None
    running = sa.select(VERIFICATIONS.c.id).where(
        VERIFICATIONS.c.congress_id == actor.congress_id,
        VERIFICATIONS.c.chain == chain,
        VERIFICATIONS.c.finished_at.is_(None),
        VERIFICATIONS.c.seen_at > now - SILENCE,
        VERIFICATIONS.c.witness.is_not_distinct_from(kept),
    )
    if known := db.session.scalar(running.order_by(VERIFICATIONS.c.id.desc()).limit(1)):
        return Begun(known, anew=False, total=0)
    total = _length(chain)
    insert = VERIFICATIONS.insert().values(
        congress_id=actor.congress_id,
        chain=chain,
        begun_by=actor.user_id,
        begun_at=now,
        seen_at=now,
        total=total,
        done=0,
        witness=kept,
        chains=0,
        checkpoints=0,
        findings=[],
        elsewhere=0,
    )
    id_: int = db.session.execute(insert.returning(VERIFICATIONS.c.id)).scalar_one()
    _trace(actor, "trail:verification_begun", id_, chain=chain or "all", witness=kept)
    return Begun(id_, anew=True, total=total)


def run_verification(actor: Actor, begun: Begun, *, chain: str = "", witness: Witness | None = None) -> None:
    """Do what was begun, telling after every few thousand events how far it is: a long trail takes minutes."""
    witnesses = [witness] if witness else []
    if chain:
        verification = verify_chain(chain, witnesses)
    else:
        verification = verify(witnesses, lambda events: _tell(actor, verification_id=begun.id, done=events))
        kept = KEPT_FINDINGS - len(verification.findings)
        missed = (*verification.findings, *_cases_without_chain(actor)[:kept])
        verification = replace(verification, findings=missed)
    _settle(actor, verification_id=begun.id, verification=verification)


@use_case
def _tell(actor: Actor, *, verification_id: int, done: int) -> None:
    """Say how far it is."""
    values = {"done": done, "seen_at": clock.now()}
    db.session.execute(VERIFICATIONS.update().where(_own(actor, verification_id)).values(values))


@use_case
def _settle(actor: Actor, *, verification_id: int, verification: Verification) -> None:
    """Keep what was found, once: of other congresses' chains only how much, for it is their auditors' business."""
    foreign = _foreign_chains(actor, {finding.chain for finding in verification.findings})
    findings = [finding for finding in verification.findings if finding.chain not in foreign]
    now = clock.now()
    found = {
        "total": verification.events,
        "done": verification.events,
        "chains": verification.chains,
        "checkpoints": verification.checkpoints,
        "elsewhere": len(verification.findings) - len(findings),
    }
    settled = db.session.execute(
        VERIFICATIONS.update()
        .where(_own(actor, verification_id), VERIFICATIONS.c.finished_at.is_(None))
        .values(found | {"seen_at": now, "finished_at": now, "findings": _as_kept(findings)})
    )
    if settled.rowcount == 1:  # type: ignore[attr-defined]
        _trace(actor, "trail:verified", verification_id, **found, findings=len(findings))


def _cases_without_chain(actor: Actor) -> list[Finding]:
    """The congress's cases of which nothing is recorded any more: every case is, from its opening on."""
    chain = sa.literal("case:").concat(sa.cast(Case.id, sa.String))
    recorded = sa.exists().where(AuditHead.chain == chain) | sa.exists().where(AuditEvent.chain == chain)
    lone = sa.select(Case.id).where(Case.congress_id == actor.congress_id, ~recorded).order_by(Case.id)
    return [
        Finding(Fault.CHAIN_REMOVED, audit.chain_of_case(id_))
        for id_ in db.session.scalars(lone.limit(KEPT_FINDINGS))
    ]


def _trace(actor: Actor, action: str, verification_id: int, **detail: Any) -> None:
    subject = f"audit_verification:{verification_id}"
    audit.record(action, congress_id=actor.congress_id, subject=subject, **detail)


def _own(actor: Actor, verification_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(VERIFICATIONS.c.id == verification_id, VERIFICATIONS.c.congress_id == actor.congress_id)


def _length(chain: str) -> int:
    """How many events there should be, as the heads have counted them."""
    counted = sa.select(sa.func.coalesce(sa.func.sum(AuditHead.position), 0))
    return int(db.session.scalar(counted.where(AuditHead.chain == chain) if chain else counted) or 0)


def _require_own(actor: Actor, chain: str) -> None:
    own = chain == f"congress:{actor.congress_id}"
    kind, _colon, key = chain.partition(":")
    if kind == "case" and key.isdecimal() and len(key) < 19:
        case = sa.select(Case.id).where(Case.id == int(key), Case.congress_id == actor.congress_id)
        own = audit.chain_of_case(int(key)) == chain and db.session.scalar(case) is not None
    if not own:
        raise NotFound


def _foreign_chains(actor: Actor, chains: Iterable[str]) -> set[str]:
    """The chains that are surely another congress's; what is nobody's any more is everybody's business."""
    cases, foreign = {}, set()
    for chain in chains:
        kind, _colon, key = chain.partition(":")
        if kind == "congress" and key != str(actor.congress_id):
            foreign.add(chain)
        elif kind == "case" and key.isdecimal() and len(key) < 19:
            cases[int(key)] = chain
    others = sa.select(Case.id).where(Case.id.in_(list(cases)), Case.congress_id != actor.congress_id)
    return foreign | {cases[key] for key in db.session.scalars(others)}


def _as_kept(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in findings]
