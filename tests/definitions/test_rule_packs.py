"""Rule packs as cases pin them: once by content, also when two pin at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from engine.deadlines.decided import shipped
from engine.definitions import rule_packs
from engine.definitions.rule_packs import pack, shipped_pack
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import NotFound
from engine.foundation.transaction import use_case
from models import RulePackVersion, db

SYSTEM = system_actor(0)


@use_case
def pin(actor: Actor, key: str) -> int:
    return rule_packs.pin(shipped(key))


def stored() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(RulePackVersion)) or 0


def test_a_pinned_pack_is_read_back_equal(database: SQLAlchemy) -> None:
    kept = pack(pin(SYSTEM, "shanxi"))
    assert kept == shipped_pack("shanxi")
    assert kept.rule("answer", on=dt.date(2026, 3, 2)).length.quantity == 3


def test_the_same_content_is_kept_once(database: SQLAlchemy) -> None:
    first = pin(SYSTEM, "shanxi")
    assert pin(SYSTEM, "shanxi") == first
    assert pin(SYSTEM, "national") != first
    assert stored() == 2
    assert pack(first) is pack(first)


def test_pinning_belongs_inside_a_use_case(database: SQLAlchemy) -> None:
    with pytest.raises(RuntimeError):
        rule_packs.pin(shipped("shanxi"))


def test_a_pack_that_nobody_pinned_is_not_found(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound):
        pack(999_999)


def test_cases_that_begin_at_once_pin_one_row(fresh_database: Flask) -> None:
    gate = threading.Barrier(8)
    found: list[int | BaseException] = []

    def one() -> None:
        with fresh_database.app_context():
            gate.wait()
            try:
                found.append(pin(SYSTEM, "shanxi"))
            except BaseException as fault:
                found.append(fault)

    threads = [threading.Thread(target=one) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert stored() == 1
