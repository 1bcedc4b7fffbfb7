"""The auditor verifies the trail: what was done to it is found, told to whom it concerns, and he is on record."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.auditing import verifications, verifying
from engine.foundation import audit, audit_verification
from engine.foundation.actor import Actor, system_actor
from engine.foundation.audit_checkpoints import UnreadableCheckpoint, export, take_checkpoint, witness_from
from engine.foundation.audit_verification import Fault
from engine.foundation.errors import NotAllowed, NotFound
from models import AuditEvent, db
from tests.foundation.conftest import Tamper
from tests.support.cast import Cast, join
from tests.support.journey import Journey

EVENTS = audit.EVENTS
Found = list[tuple[Fault, str, int | None]]


def verified(auditor: Actor, chain: str = "", witness: bytes = b"") -> verifications.VerificationLine:
    kept = witness_from("checkpoint.json", witness) if witness else None
    begun = verifying.begin_verification(auditor, chain=chain, witness=kept)
    assert begun.anew
    verifying.run_verification(auditor, begun, chain=chain, witness=kept)
    return verifications.verification(auditor, begun.id)


def found(line: verifications.VerificationLine) -> Found:
    return [(each.fault, each.chain, each.position) for each in line.findings]


@pytest.fixture
def chain(cast: Cast) -> str:
    return f"case:{Journey(cast).draft().submit().accept().assign().case_id}"


def test_a_whole_trail_is_said_to_be_whole_by_whom_and_when_and_that_is_on_record(
    auditor: Actor, chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_verification, "PAGE", 3)  # many pages, and progress is kept between them
    told: list[int] = []
    tell = verifying._tell

    def telling(actor: Actor, *, verification_id: int, done: int) -> None:
        tell(actor, verification_id=verification_id, done=done)
        told.append(verifications.verification(actor, verification_id).done)

    monkeypatch.setattr(verifying, "_tell", telling)
    take_checkpoint(system_actor(0))
    assert verifications.last_whole(auditor) is None
    line = verified(auditor)
    assert (line.sound, line.by, line.checkpoints, line.elsewhere) == (True, auditor.name, 1, 0)
    assert told == sorted(told) and told[-1] <= line.done == line.total
    # What was recorded before it, and its own beginning, which is not missed in the pages.
    assert line.done == db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) - 1
    assert verifications.last_whole(auditor) == line
    events = db.session.scalars(
        sa.select(AuditEvent)
        .where(AuditEvent.subject == f"audit_verification:{line.id}")
        .order_by(AuditEvent.id)
    ).all()
    assert [(event.action, event.actor_id) for event in events] == [
        ("trail:verification_begun", auditor.user_id),
        ("trail:verified", auditor.user_id),
    ]
    assert json.loads(events[1].detail)["findings"] == 0


def swap(tamper: Tamper, chain: str) -> None:
    for at, to in ((2, 99), (3, 2), (99, 3)):
        tamper(
            "UPDATE audit_event SET position = :to WHERE chain = :of AND position = :at",
            of=chain,
            at=at,
            to=to,
        )


def insert(tamper: Tamper, chain: str) -> None:
    last = sa.select(EVENTS).where(EVENTS.c.chain == chain).order_by(EVENTS.c.position.desc()).limit(1)
    row = dict(db.session.execute(last).mappings().one())
    del row["id"]
    row |= {"position": row["position"] + 1, "previous_hash": row["hash"]}
    row["hash"] = audit.digest([row[name] for name in audit.HASHED])
    db.session.execute(EVENTS.insert().values(row))
    db.session.commit()


STATEMENTS = {
    Fault.EDITED: "UPDATE audit_event SET actor_name = '别人' WHERE chain = :of AND position = 2",
    Fault.MISSING: "DELETE FROM audit_event WHERE chain = :of AND position = 2",
    Fault.TAIL_CUT: "DELETE FROM audit_event WHERE chain = :of AND position > 2",
    Fault.CHAIN_REMOVED: "DELETE FROM audit_event WHERE chain = :of",
    Fault.HEAD_MISSING: "DELETE FROM audit_head WHERE chain = :of",
}
BY_HAND = {Fault.BEYOND_HEAD: insert, Fault.EDITED: swap}


@pytest.mark.parametrize("fault", STATEMENTS)
def test_what_was_done_to_a_chain_is_found_in_the_whole_and_in_the_chain_alone(
    auditor: Actor, chain: str, tamper: Tamper, fault: Fault
) -> None:
    tamper(STATEMENTS[fault], of=chain)
    alone, whole = verified(auditor, chain), verified(auditor)
    assert found(alone)[0][:2] == (fault, chain)
    assert found(whole) == found(alone)
    assert not alone.sound and not whole.sound


@pytest.mark.parametrize("fault", BY_HAND)
def test_an_event_put_in_or_moved_is_found_too(
    auditor: Actor, chain: str, tamper: Tamper, fault: Fault
) -> None:
    BY_HAND[fault](tamper, chain)
    assert (fault, chain) in {each[:2] for each in found(verified(auditor, chain))}
    assert (fault, chain) in {each[:2] for each in found(verified(auditor))}


def test_a_tail_cut_together_with_its_head_is_found_by_the_checkpoint_and_its_place_by_the_file(
    auditor: Actor, chain: str, tamper: Tamper
) -> None:
    kept = export(take_checkpoint(system_actor(0)))
    tamper("DELETE FROM audit_event WHERE chain = :of AND position > 2", of=chain)
    link = "SELECT hash FROM audit_event WHERE chain = :of AND position = 2"
    tamper(f"UPDATE audit_head SET position = 2, hash = ({link}) WHERE chain = :of", of=chain)
    assert verified(auditor, chain).sound  # the chain by itself tells nothing …
    assert [each[0] for each in found(verified(auditor))] == [Fault.HISTORY_CHANGED]
    cut = (Fault.TAIL_CUT, chain, 3)
    assert cut in found(verified(auditor, witness=kept))
    assert found(verified(auditor, chain, witness=kept)) == [cut]  # … against what was kept outside it does


def test_a_case_whose_chain_and_head_are_gone_is_missed(auditor: Actor, chain: str, tamper: Tamper) -> None:
    for table in ("audit_event", "audit_head"):
        tamper(f"DELETE FROM {table} WHERE chain = :of", of=chain)
    gone = [(Fault.CHAIN_REMOVED, chain, None)]
    assert found(verified(auditor, chain)) == found(verified(auditor)) == gone


def test_nobody_else_verifies_and_no_other_congress_sees_what_was_found(
    cast: Cast, auditor: Actor, foreigner: Actor, chain: str, tamper: Tamper
) -> None:
    line = verified(auditor)
    others = [join(cast, role, "dgw", role) for role in ("system_admin", "security_admin", "process_admin")]
    others += [cast.actor(name) for name in ("assigner", "deputy1")] + [
        dataclasses.replace(auditor, seats=())
    ]
    readings: tuple[Callable[[Actor], object], ...] = (
        verifying.begin_verification,
        lambda actor: verifying.begin_verification(actor, chain=chain),
        verifications.verifications,
        verifications.last_whole,
        lambda actor: verifications.verification(actor, line.id),
        lambda actor: verifications.case_of_number(actor, "1"),
        verifications.newest_checkpoint,
    )
    for other in others:
        for reading in readings:
            with pytest.raises(NotAllowed):
                reading(other)
    with pytest.raises(NotFound):
        verifications.verification(foreigner, line.id)
    for foreign in (
        chain,
        f"congress:{auditor.congress_id}",
        "case:0",
        "case:x",
        "case:٣",
        "case:01",
        "x",
        "case:",
    ):
        with pytest.raises(NotFound):
            verifying.begin_verification(foreigner, chain=foreign)
    tamper(STATEMENTS[Fault.EDITED], of=chain)
    theirs = verified(foreigner)
    assert (theirs.findings, theirs.elsewhere, theirs.sound) == ((), 1, False)
    assert [each.id for each in verifications.verifications(foreigner)] == [theirs.id]
    assert found(verified(auditor)) == [(Fault.EDITED, chain, 2)]


def test_it_runs_once_at_a_time_and_what_was_broken_off_can_be_begun_again(
    auditor: Actor, clock_at: Callable[[dt.datetime], None]
) -> None:
    first = verifying.begin_verification(auditor)
    again = verifying.begin_verification(auditor)
    assert (again.id, again.anew) == (first.id, False)
    clock_at(dt.datetime(2026, 2, 5, 10, 11))
    assert verifications.verification(auditor, first.id).broken_off
    assert verifications.last_whole(auditor) is None
    later = verifying.begin_verification(auditor)
    assert later.anew and later.id != first.id
    verifying.run_verification(auditor, later)
    before = verifications.verification(auditor, later.id)
    verifying.run_verification(auditor, later)  # whoever finishes second changes nothing
    assert verifications.verification(auditor, later.id) == before
    finished = sa.select(sa.func.count()).where(AuditEvent.action == "trail:verified")
    assert db.session.scalar(finished) == 1


@pytest.mark.parametrize(
    "forged",
    [
        b"", b"[]", b"{", b"[" * 100_000, b"\xff\xfe", b'{"format": "duban-audit-checkpoint/1", "heads": {"a": 1}}',
    ],
)  # fmt: skip
def test_a_file_that_is_no_checkpoint_is_refused(forged: bytes) -> None:
    with pytest.raises(UnreadableCheckpoint):
        witness_from("x.json", forged)


def test_a_checkpoint_with_figures_that_are_none_is_refused_though_its_hash_is_right(auditor: Actor) -> None:
    from engine.foundation.audit_checkpoints import FIGURES, Head, seal

    document = json.loads(export(take_checkpoint(system_actor(0))))
    document["heads"] = {"case:1": ["一", "x"]}
    figures = {name: document[name] for name in FIGURES}
    figures["at"] = dt.datetime.fromisoformat(document["at"]).astimezone(dt.UTC)
    document["hash"] = seal(figures, [Head("case:1", "一", "x")])  # type: ignore[arg-type]
    with pytest.raises(UnreadableCheckpoint):
        witness_from("x.json", json.dumps(document).encode())


def test_the_faults_of_another_congress_are_told_to_it_alone_even_its_own_chain(
    auditor: Actor, foreigner: Actor, tamper: Tamper
) -> None:
    verified(foreigner)  # which writes into its congress's chain
    theirs = f"congress:{foreigner.congress_id}"
    tamper("UPDATE audit_event SET actor_name = '别人' WHERE chain = :of AND position = 1", of=theirs)
    ours = verified(auditor)
    assert (ours.findings, ours.elsewhere) == ((), 1)
    assert found(verified(foreigner)) == [(Fault.EDITED, theirs, 1)]
