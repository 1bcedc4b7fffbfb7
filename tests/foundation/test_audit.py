"""The audit trail is written with the change, grows only, and shows every way of tampering with it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.foundation import audit
from engine.foundation.actor import Actor, system_actor
from engine.foundation.audit_checkpoints import (
    Checkpoint,
    UnreadableCheckpoint,
    Witness,
    export,
    read_witness,
    take_checkpoint,
)
from engine.foundation.audit_verification import Fault, verify
from engine.foundation.transaction import use_case
from models import AuditEvent, AuditHead, db
from tests.foundation.conftest import CLERK, Tamper, note

EVENTS = audit.EVENTS
SYSTEM = system_actor(0)


def faults(*witnesses: Witness) -> list[tuple[Fault, str, int | None]]:
    return [(found.fault, found.chain, found.position) for found in verify(witnesses).findings]


def kept_outside(checkpoint: Checkpoint, folder: Path) -> Witness:
    file = folder / f"{checkpoint.id}.json"
    file.write_bytes(export(checkpoint))
    return read_witness(file)


def rewritten(case_id: int, first: int) -> None:
    """Change an event and hash its chain anew from there to the head, as a thorough forger would."""
    chain = f"case:{case_id}"
    rows = db.session.execute(
        sa.select(EVENTS).where(EVENTS.c.chain == chain, EVENTS.c.position >= first).order_by("position")
    ).mappings()
    previous = ""
    for row in [dict(row) for row in rows]:
        row["detail"] = row["detail"] if previous else '{"words":"新事"}'
        row["previous_hash"] = previous or row["previous_hash"]
        row["hash"] = previous = audit.digest([row[name] for name in audit.HASHED])
        db.session.execute(EVENTS.update().where(EVENTS.c.id == row["id"]).values(row))
    db.session.execute(sa.update(AuditHead).where(AuditHead.chain == chain).values(hash=previous))
    db.session.commit()


def long_trail(chains: int, links: int) -> None:
    """Write a trail in bulk, as it would stand after years."""
    note(CLERK, (1,))
    pattern = dict(db.session.execute(sa.select(EVENTS)).mappings().one())
    del pattern["id"]
    rows, heads = [], []
    for number in range(2, chains + 1):
        previous = audit.EMPTY
        for position in range(1, links + 1):
            row = pattern | {"chain": f"case:{number}", "case_id": number, "position": position}
            row["previous_hash"] = previous
            row["hash"] = previous = audit.digest([row[name] for name in audit.HASHED])
            rows.append(row)
        heads.append({"chain": row["chain"], "position": links, "hash": previous})
    db.session.execute(EVENTS.insert(), rows)
    db.session.execute(audit.HEADS.insert(), heads)
    db.session.commit()


# Written


def test_an_event_says_who_did_what_for_whom_and_when(
    database: SQLAlchemy, clock_at: Callable[[dt.datetime], None]
) -> None:
    clock_at(dt.datetime(2026, 3, 2, 9, 0, 0, 123456))
    note(CLERK, (5,), words="电梯")
    event = db.session.execute(sa.select(AuditEvent)).scalar_one()
    assert (event.chain, event.position, event.action) == ("case:5", 1, "case:noted")
    assert (event.actor_id, event.actor_name, event.actor_organization) == (7, "郝文员", "代表工作室")
    assert event.at == dt.datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=dt.UTC)
    assert json.loads(event.detail) == {"words": "电梯"}
    assert event.previous_hash == audit.EMPTY


def test_all_events_of_an_operation_carry_its_id(database: SQLAlchemy) -> None:
    note(CLERK, (1, 2, None))
    note(CLERK, (1,))
    operations = (
        db.session.execute(sa.select(AuditEvent.operation_id).order_by(AuditEvent.id)).scalars().all()
    )
    assert len(set(operations)) == 2
    assert [operations.count(operation) for operation in dict.fromkeys(operations)] == [3, 1]


def test_a_detail_is_spelled_the_same_in_whatever_order_it_was_given() -> None:
    when = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    assert audit.canonical({"b": when, "a": {"d": 1, "c": None}}) == audit.canonical(
        {"a": {"c": None, "d": 1}, "b": when}
    )


@use_case
def note_foreseeing(actor: Actor, *, head: audit.Head) -> None:
    audit.foresee(1, head)
    audit.record("case:noted", congress_id=1, case_id=1)
    audit.record("case:noted", congress_id=1, case_id=1)


@pytest.mark.parametrize("stale", [False, True])
def test_a_chain_goes_on_where_it_ends_whatever_was_read_of_it_before(
    database: SQLAlchemy, stale: bool
) -> None:
    note(CLERK, (1,))
    head = audit.Head(*db.session.execute(sa.select(AuditHead.position, AuditHead.hash)).one())
    if stale:
        note(CLERK, (1,))
    note_foreseeing(CLERK, head=head)
    positions = db.session.scalars(sa.select(AuditEvent.position).order_by(AuditEvent.id)).all()
    assert positions == list(range(1, 5 if stale else 4))
    assert verify().sound


# Refused


@pytest.mark.parametrize("table", ["audit_event", "audit_checkpoint", "clock_change"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_what_may_only_grow(
    trail: None, changed_clock: None, dialect: str, table: str, statement: str
) -> None:
    take_checkpoint(SYSTEM)
    if dialect == "sqlite" and "TRUNCATE" in statement:
        statement = "DELETE FROM {} WHERE id > 0"
    before = db.session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar()
    with pytest.raises(sa.exc.IntegrityError, match=f"{table} is append-only"):
        db.session.execute(sa.text(statement.format(table)))
    db.session.rollback()
    assert before
    assert db.session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == before


def test_an_event_cannot_be_replaced_by_inserting_over_it(trail: None, dialect: str) -> None:
    row = dict(db.session.execute(sa.select(EVENTS).limit(1)).mappings().one()) | {"detail": "{}"}
    insert = EVENTS.insert().values(row)
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(insert.prefix_with("OR REPLACE") if dialect == "sqlite" else insert)
    db.session.rollback()
    assert verify().sound


# Found


def test_an_untouched_trail_is_sound(trail: None) -> None:
    take_checkpoint(SYSTEM)
    note(CLERK, (1, 9))
    take_checkpoint(SYSTEM)
    verification = verify()
    assert verification.sound
    assert (verification.events, verification.chains, verification.checkpoints) == (34, 5, 2)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-01-01 00:00:00+00:00"),
        ("action", "case:closed"),
        ("actor_id", "8"),
        ("actor_id", None),
        ("actor_name", "别人"),
        ("on_behalf_of", "别人"),
        ("case_id", "3"),
        ("congress_id", None),
        ("detail", "{}"),
        ("subject", ""),
        ("algorithm", "md5"),
    ],
)
def test_an_edit_is_found_at_its_row(trail: None, tamper: Tamper, column: str, value: str | None) -> None:
    shown = "NULL" if value is None else f"'{value}'"
    tamper(f"UPDATE audit_event SET {column} = {shown} WHERE chain = 'case:2' AND position = 4")
    assert faults() == [(Fault.EDITED, "case:2", 4)]


def test_an_edit_with_its_own_hash_made_anew_is_found_at_the_next_link(trail: None, tamper: Tamper) -> None:
    row = dict(db.session.execute(sa.select(EVENTS).filter_by(chain="case:2", position=4)).mappings().one())
    row["detail"] = "{}"
    forged = audit.digest([row[name] for name in audit.HASHED])
    tamper("UPDATE audit_event SET detail = '{}', hash = :forged WHERE id = :id", forged=forged, id=row["id"])
    assert faults() == [(Fault.UNLINKED, "case:2", 5)]


@pytest.mark.parametrize("position", [1, 4])
def test_a_deletion_is_found_at_its_place(trail: None, tamper: Tamper, position: int) -> None:
    tamper("DELETE FROM audit_event WHERE chain = 'case:2' AND position = :position", position=position)
    assert faults() == [(Fault.MISSING, "case:2", position)]


def test_an_insertion_is_found(trail: None, tamper: Tamper) -> None:
    row = dict(db.session.execute(sa.select(EVENTS).filter_by(chain="case:2", position=10)).mappings().one())
    row |= {"position": 11, "previous_hash": row["hash"]}
    row["hash"] = audit.digest([row[name] for name in audit.HASHED])
    del row["id"]
    db.session.execute(EVENTS.insert().values(row))
    db.session.commit()
    assert faults() == [(Fault.BEYOND_HEAD, "case:2", 11)]


def test_events_that_changed_places_are_found(trail: None, tamper: Tamper) -> None:
    swap = "UPDATE audit_event SET position = :to WHERE chain = 'case:2' AND position = :at"
    for at, to in ((4, 99), (5, 4), (99, 5)):
        tamper(swap, at=at, to=to)
    assert {(Fault.EDITED, "case:2", 4), (Fault.EDITED, "case:2", 5)} <= set(faults())


def test_events_that_changed_ids_are_found(trail: None, tamper: Tamper) -> None:
    first, second = db.session.execute(
        sa.select(EVENTS.c.id).where(EVENTS.c.chain == "case:2", EVENTS.c.position.in_([4, 5])).order_by("id")
    ).scalars()
    for at, to in ((first, 9999), (second, first), (9999, second)):
        tamper("UPDATE audit_event SET id = :to WHERE id = :at", at=at, to=to)
    assert faults() == [(Fault.MISORDERED, "case:2", 5)]


def test_a_cut_tail_is_found_by_the_head(trail: None, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_event WHERE chain = 'case:2' AND position > 7")
    assert faults() == [(Fault.TAIL_CUT, "case:2", 8)]


def test_a_removed_chain_is_found_by_its_head(trail: None, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_event WHERE chain = 'case:2'")
    assert faults() == [(Fault.CHAIN_REMOVED, "case:2", None)]


def test_a_removed_or_changed_head_is_found(trail: None, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_head WHERE chain = 'case:1'")
    tamper("UPDATE audit_head SET hash = '0' WHERE chain = 'case:3'")
    assert faults() == [(Fault.HEAD_MISSING, "case:1", None), (Fault.HEAD_DIFFERS, "case:3", 10)]


# Found against checkpoints


def cut(tamper: Tamper) -> None:
    """Cut a tail and mend the head, so that the chain by itself is sound."""
    tamper("DELETE FROM audit_event WHERE chain = 'case:2' AND position > 7")
    link = "SELECT hash FROM audit_event WHERE chain = 'case:2' AND position = 7"
    tamper(f"UPDATE audit_head SET position = 7, hash = ({link}) WHERE chain = 'case:2'")


def remove(tamper: Tamper) -> None:
    tamper("DELETE FROM audit_event WHERE chain = 'case:2'")
    tamper("DELETE FROM audit_head WHERE chain = 'case:2'")


def rewrite(tamper: Tamper) -> None:
    rewritten(2, first=3)


@pytest.mark.parametrize(
    ("forge", "found"),
    [
        (cut, (Fault.TAIL_CUT, "case:2", 8)),
        (remove, (Fault.CHAIN_REMOVED, "case:2", None)),
        (rewrite, (Fault.REWRITTEN, "case:2", 10)),
    ],
)
def test_a_thorough_forgery_is_found_against_a_checkpoint(
    trail: None,
    tamper: Tamper,
    tmp_path: Path,
    forge: Callable[[Tamper], None],
    found: tuple[Fault, str, int | None],
) -> None:
    checkpoint = take_checkpoint(SYSTEM)
    witness = kept_outside(checkpoint, tmp_path)
    forge(tamper)
    assert faults() == [(Fault.HISTORY_CHANGED, "", None)]
    assert faults(witness) == [(Fault.HISTORY_CHANGED, "", None), found]
    tamper("DELETE FROM audit_checkpoint")
    assert faults() == []  # nothing inside the database tells any more …
    assert faults(witness) == [(Fault.CHECKPOINT_MISSING, "", None), found]  # … but the file does


def test_a_rewritten_history_breaks_the_first_checkpoint_that_covers_it(trail: None, tamper: Tamper) -> None:
    checkpoints = []
    for _ in range(4):
        checkpoints.append(take_checkpoint(SYSTEM))
        note(CLERK, (2,))
    rewritten(2, first=12)
    broken = [found.checkpoint for found in verify().findings]
    assert broken == [checkpoints[2].id]


def test_a_chain_slipped_in_before_a_checkpoint_is_found(trail: None, tamper: Tamper, tmp_path: Path) -> None:
    witness = kept_outside(take_checkpoint(SYSTEM), tmp_path)
    note(CLERK, (77,))
    tamper("UPDATE audit_event SET id = 0 WHERE chain = 'case:77'")
    tamper("UPDATE audit_event SET id = -1 WHERE chain = 'case:77'")
    assert (Fault.INSERTED, "case:77", 1) in faults(witness)


def test_a_checkpoint_that_is_gone_is_missed_by_the_next(trail: None, tamper: Tamper) -> None:
    first, second = take_checkpoint(SYSTEM), take_checkpoint(SYSTEM)
    assert second.previous_hash == first.hash
    tamper("DELETE FROM audit_checkpoint WHERE id = :id", id=first.id)
    assert [(found.fault, found.checkpoint) for found in verify().findings] == [
        (Fault.CHECKPOINT_MISSING, second.id - 1)
    ]


def test_a_checkpoint_covers_no_later_event(trail: None, tmp_path: Path) -> None:
    checkpoint = take_checkpoint(SYSTEM)
    note(CLERK, (2, 40))
    witness = kept_outside(checkpoint, tmp_path)  # exported afterwards, it is the same
    assert witness.heads["case:2"][0] == 10
    assert "case:40" not in witness.heads
    assert verify([witness]).sound


def test_a_file_that_was_tampered_with_is_refused(trail: None, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    document = json.loads(export(take_checkpoint(SYSTEM)))
    document["heads"]["case:2"][0] = 9
    file.write_text(json.dumps(document))
    with pytest.raises(UnreadableCheckpoint):
        read_witness(file)
    file.write_text("{")
    with pytest.raises(UnreadableCheckpoint):
        read_witness(file)


def test_checkpoints_taken_while_others_write_hold_afterwards(fresh_database: Flask, tmp_path: Path) -> None:
    import threading

    def write(number: int) -> None:
        with fresh_database.app_context():
            for turn in range(15):
                note(CLERK, (number, turn % 3, None))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(10, 16)]
    note(CLERK, (9, 0, None))
    witnesses = [kept_outside(take_checkpoint(SYSTEM), tmp_path)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        witnesses.append(kept_outside(take_checkpoint(SYSTEM), tmp_path))
        assert verify().sound  # nor does reading meet half of somebody's change
    for writer in writers:
        writer.join()
    assert len(witnesses) > 1
    assert faults(*witnesses) == []


@pytest.mark.slow
def test_a_long_trail_is_verified_whole(database: SQLAlchemy) -> None:
    long_trail(chains=10_000, links=10)
    take_checkpoint(SYSTEM)
    verification = verify()
    written = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent))
    assert (verification.sound, verification.events, verification.chains) == (True, written, 10_000)
