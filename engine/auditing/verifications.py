"""What was verified, when and by whom, and what was found: for the auditors of the congress."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from engine.auditing.verifying import SILENCE
from engine.casework.visibility import RESTRICTED
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.audit_checkpoints import Checkpoint, latest_checkpoint
from engine.foundation.audit_verification import KEPT_FINDINGS, Fault, Finding
from engine.foundation.errors import NotFound
from engine.people.roles import AUDITOR
from models import AuditVerification, Case, User, db

SHOWN = 20


@dataclass(frozen=True, slots=True)
class VerificationLine:
    """One verification as it stands."""

    id: int
    chain: str  # "" for the whole trail
    number: str | None  # of the case whose chain it is
    by: str
    begun_at: dt.datetime
    finished_at: dt.datetime | None
    broken_off: bool
    total: int
    done: int
    chains: int
    checkpoints: int
    witness: str | None
    findings: tuple[Finding, ...]
    elsewhere: int

    @property
    def sound(self) -> bool:
        """Whether it was brought to its end and nothing was wrong, here or elsewhere."""
        return self.finished_at is not None and not self.findings and not self.elsewhere

    @property
    def is_cut(self) -> bool:
        """Whether there may be more wrong than is kept."""
        return len(self.findings) + self.elsewhere >= KEPT_FINDINGS


def verifications(actor: Actor) -> list[VerificationLine]:
    """The last verifications in the actor's congress, the latest first."""
    actor.require(AUDITOR)
    return _lines(actor, _of_congress(actor).order_by(AuditVerification.id.desc()).limit(SHOWN))


def last_whole(actor: Actor) -> VerificationLine | None:
    """The last verification of the whole trail that came to its end."""
    actor.require(AUDITOR)
    whole = _of_congress(actor).where(
        AuditVerification.chain == "", AuditVerification.finished_at.is_not(None)
    )
    return next(iter(_lines(actor, whole.order_by(AuditVerification.id.desc()).limit(1))), None)


def verification(actor: Actor, verification_id: int) -> VerificationLine:
    """One verification; NotFound for another congress's."""
    actor.require(AUDITOR)
    found = _lines(actor, _of_congress(actor).where(AuditVerification.id == verification_id))
    if not found:
        raise NotFound
    return found[0]


def newest_checkpoint(actor: Actor) -> Checkpoint | None:
    """The newest checkpoint: whoever notes its hash elsewhere can tell later whether it is still the same."""
    actor.require(AUDITOR)
    return latest_checkpoint()


def case_of_number(actor: Actor, number: str) -> int:
    """The case that has this number, or of several kinds the latest; raises NotFound."""
    actor.require(AUDITOR)
    wanted = sa.select(Case.id).where(named(actor), Case.number == number.strip())
    found = db.session.scalar(wanted.order_by(Case.id.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


def numbers(actor: Actor, case_ids: set[int]) -> dict[int, str]:
    """The official numbers of those of these cases that may be named and have one."""
    actor.require(AUDITOR)
    own = sa.select(Case.id, Case.number).where(Case.id.in_(case_ids), named(actor))
    return {id_: number for id_, number in db.session.execute(own) if number}


def named(actor: Actor) -> sa.ColumnElement[bool]:
    """The cases of the congress whose number the auditor is told: of a restricted one he knows the chain alone."""
    return sa.and_(Case.congress_id == actor.congress_id, Case.confidentiality != RESTRICTED)


def case_in(chain: str) -> int | None:
    """The case whose chain it is."""
    kind, _colon, key = chain.partition(":")
    return int(key) if kind == "case" and key.isdecimal() and len(key) < 19 else None


def _of_congress(actor: Actor) -> sa.Select[AuditVerification, str]:
    return (
        sa.select(AuditVerification, User.name)
        .join(User, User.id == AuditVerification.begun_by)
        .where(AuditVerification.congress_id == actor.congress_id)
    )


def _lines(actor: Actor, statement: sa.Select[AuditVerification, str]) -> list[VerificationLine]:
    silent_since = clock.now() - SILENCE
    rows = db.session.execute(statement).all()
    known = numbers(actor, {case_in(row.chain) or 0 for row, _name in rows})
    return [
        VerificationLine(
            id=row.id,
            chain=row.chain,
            number=known.get(case_in(row.chain) or 0),
            by=name,
            begun_at=row.begun_at,
            finished_at=row.finished_at,
            broken_off=row.finished_at is None and row.seen_at <= silent_since,
            total=row.total,
            done=row.done,
            chains=row.chains,
            checkpoints=row.checkpoints,
            witness=row.witness,
            findings=tuple(Finding(**{**found, "fault": Fault(found["fault"])}) for found in row.findings),
            elsewhere=row.elsewhere,
        )
        for row, name in rows
    ]
