"""Draft packs: a congress's rule pack with some lengths and warnings changed, to be tried out and never in force."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.deadlines.calendars import pack_of
from engine.deadlines.lengths import Length, LengthNotUnderstood, parse_length
from engine.deadlines.rules import Rule, RulePack
from engine.deadlines.words import RuleFault
from engine.definitions.rule_packs import shipped_pack
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import DraftPack, db

DRAFTS: sa.Table = DraftPack.__table__  # type: ignore[assignment]
MAY_TRY = ("process_admin",)
LONGEST_NAME = 100  # characters

Change = Mapping[str, Any]  # {"length": "4m", "warn": ["15d", "7d"]}


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A draft beside the pack it changes; `changed` are the rules in which they differ, as the draft has them."""

    id: int
    name: str
    base: RulePack
    pack: RulePack
    changed: tuple[Rule, ...]
    changed_at: dt.datetime


def rules_of(pack: RulePack, on: dt.date) -> list[Rule]:
    """The rules in force on that day, by number, then id."""
    found = [rule for versions in pack.rules.values() for rule in versions if rule.in_force(on)]
    return sorted(found, key=lambda rule: (not rule.number, len(rule.number), rule.number, rule.id))


def active_pack(actor: Actor) -> RulePack:
    """The pack that new cases of the actor's congress pin. Raises NotAllowed."""
    actor.require(*MAY_TRY)
    return shipped_pack(pack_of(actor.congress_id))


def drafts(actor: Actor) -> list[Draft]:
    """The congress's drafts, the latest first. Raises NotAllowed."""
    actor.require(*MAY_TRY)
    mine = sa.select(DRAFTS).where(DRAFTS.c.congress_id == actor.congress_id)
    return [_draft(row) for row in db.session.execute(mine.order_by(DRAFTS.c.id.desc()))]


def draft(actor: Actor, draft_id: int) -> Draft:
    """One draft. Raises NotAllowed, NotFound."""
    actor.require(*MAY_TRY)
    return _draft(_row(actor, draft_id))


@use_case
def make_draft(actor: Actor, *, name: str) -> int:
    """Begin a draft that is as the active pack is; gives its id. Raises NotAllowed, InvalidAnswers."""
    actor.require(*MAY_TRY)
    said = name.strip()
    if not 0 < len(said) <= LONGEST_NAME:
        raise InvalidAnswers({"name": [_("请填写名称，不超过 100 字。")]})
    now = clock.now()
    row = {
        "congress_id": actor.congress_id,
        "pack_key": pack_of(actor.congress_id),
        "name": said,
        "changes": {},
        "made_by": actor.user_id,
        "made_at": now,
        "changed_at": now,
    }
    id_ = int(db.session.execute(DRAFTS.insert().values(row).returning(DRAFTS.c.id)).scalar_one())
    audit.record("draft_pack:made", congress_id=actor.congress_id, subject=f"draft_pack:{id_}", name=said)
    return id_


@use_case
def change_rule(actor: Actor, *, draft_id: int, rule_id: str, length: str, warn: Sequence[str]) -> None:
    """Give a rule of a draft another length and other warnings; those of the active pack take the change back.

    Without warnings it keeps those of the active pack.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    actor.require(*MAY_TRY)
    row = _row(actor, draft_id, lock=True)
    base = shipped_pack(row.pack_key)
    versions = base.rules.get(rule_id)
    if not versions:
        raise InvalidAnswers({"rule": [_("没有这条期限规则。")]})
    told = [each.strip() for each in warn if each.strip()] or list(versions[-1].warn)
    change = {"length": length.strip(), "warn": told}
    same = all(_changed(rule, change) == rule for rule in versions)
    changes = {key: value for key, value in row.changes.items() if key != rule_id}
    changes |= {} if same else {rule_id: change}
    if changes == row.changes:
        return
    db.session.execute(
        DRAFTS.update().where(DRAFTS.c.id == draft_id).values(changes=changes, changed_at=clock.now())
    )
    old = row.changes.get(rule_id)
    audit.record(
        "draft_pack:changed",
        congress_id=actor.congress_id,
        subject=f"draft_pack:{draft_id}",
        rule=rule_id,
        old=old,
        new=changes.get(rule_id),
    )


def _row(actor: Actor, draft_id: int, *, lock: bool = False) -> sa.Row[Any]:
    one = sa.select(DRAFTS).where(DRAFTS.c.id == draft_id, DRAFTS.c.congress_id == actor.congress_id)
    row = db.session.execute(one.with_for_update() if lock else one).one_or_none()
    if row is None:
        raise NotFound
    return row


def _draft(row: sa.Row[Any]) -> Draft:
    base = shipped_pack(row.pack_key)
    changes = {key: change for key, change in row.changes.items() if key in base.rules}
    new = {key: tuple(_changed(rule, changes[key]) for rule in base.rules[key]) for key in changes}
    pack = dataclasses.replace(base, rules={**base.rules, **new})
    changed = tuple(versions[-1] for versions in new.values())
    return Draft(row.id, row.name, base, pack, changed, row.changed_at)


def _changed(rule: Rule, change: Change) -> Rule:
    """The rule with the change, checked as every rule is. Raises InvalidAnswers."""
    length = _length(rule, change["length"])
    try:
        return dataclasses.replace(
            rule, quantity=length.quantity, unit=length.unit, warn=tuple(change["warn"])
        )
    except RuleFault as fault:
        raise InvalidAnswers({"warn": [_("看不懂提醒：请写成“15d 3wd”的样子，用空格隔开。")]}) from fault


def _length(rule: Rule, written: str) -> Length:
    try:
        length = parse_length(written)
    except LengthNotUnderstood as fault:
        sentence = _("看不懂期限：请写成 3m（月）、10wd（工作日）、20d（日）的样子。")
        raise InvalidAnswers({"length": [sentence]}) from fault
    if length.backward != rule.length.backward:
        raise InvalidAnswers({"length": [_("向后数的期限不能改成会前倒数的，反过来也一样。")]})
    return length
