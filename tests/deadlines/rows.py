"""Bare rows for tests of clocks: congresses, a case with its pinned pack, assignments."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.deadlines.packs import load_pack
from engine.deadlines.rules import RulePack
from engine.foundation.actor import Actor, Seat, system_actor
from engine.foundation.clock import now
from engine.foundation.transaction import use_case
from models import Assignment, Base, Case, Congress, Organization, ProcessDefinition, RulePackVersion, db


@cache
def shanxi() -> RulePack:
    return load_pack("shanxi")


@use_case
def _add(actor: Actor, row: Base) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)  # type: ignore[attr-defined]


def add(row: Base) -> int:
    return _add(system_actor(0), row)


def congress(code: str, parent: int | None = None) -> int:
    names = {"name": code, "short_name": code, "level": "province", "contact_phone": ""}
    return add(Congress(code=code, parent_id=parent, rule_pack="shanxi", **names))


def pack_version(pack: RulePack | None = None, **changes: Any) -> int:
    pack = pack or shanxi()
    found = db.session.scalar(sa.select(RulePackVersion.id))
    if found and not changes:
        return found
    record = {**pack.as_record(), **changes}
    head = {"key": pack.key, "version": pack.version, "stored_at": now()}
    return add(RulePackVersion(content_hash=str(changes or pack.content_hash)[:64], rules=record, **head))


def definition() -> int:
    found = db.session.scalar(sa.select(ProcessDefinition.id).order_by(ProcessDefinition.id))
    return found or add(
        ProcessDefinition(key="errand", version=1, content_hash="", files={}, active=True, deployed_at=now())
    )


def case(congress_id: int, *, pack_id: int | None = None, title: str = "路灯") -> int:
    return add(
        Case(
            congress_id=congress_id,
            process_key="errand",
            definition_id=definition(),
            rule_pack_id=pack_id or pack_version(),
            title=title,
            stage="handling",
            status="open",
            confidentiality="public",
            round=1,
            fields={},
            text_version=1,
            created_at=now(),
        )
    )


def assignment(case_id: int, congress_id: int, code: str) -> int:
    names = {"name": code, "short_name": code, "kind": "department", "position": 1, "duties": ""}
    unit = add(Organization(congress_id=congress_id, code=code, active=True, **names))
    return add(
        Assignment(
            case_id=case_id,
            unit_id=unit,
            role="separate",
            scope="",
            instruction="",
            assigned_at=now(),
            round=1,
            status="assigned",
        )
    )


def officer(congress_id: int, role: str = "process_admin") -> Actor:
    return Actor(
        user_id=None, name="王管理", congress_id=congress_id, seats=(Seat(role, 1, "代表工作委员会"),)
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
