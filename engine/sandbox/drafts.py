"""Draft packs: a congress's rules with some of them changed, to be tried out, and by `adopting` made law."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.deadlines.amending import Change, amended, changed
from engine.deadlines.decided import in_force
from engine.deadlines.rules import Rule, RulePack
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import DraftPack, db

DRAFTS: sa.Table = DraftPack.__table__  # type: ignore[assignment]
MAY_TRY = ("process_admin",)
LONGEST_NAME = 100  # characters
LONGEST_TITLE = 200  # of an act, in characters
LONGEST_ARTICLE = 50
DRAFT = "draft"  # the version of a pack that is nobody's yet


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A draft beside the pack it changes; `changed` are the rules in which they differ, as the draft has them."""

    id: int
    name: str
    base: RulePack
    pack: RulePack
    changed: tuple[Rule, ...]
    changes: Mapping[str, Change]
    changed_at: dt.datetime

    @property
    def without_article(self) -> list[Rule]:
        """The changed rules that name no article of their own, and therefore could not be adopted."""
        return [rule for rule in self.changed if not self.changes[rule.id].get("basis")]


def active_pack(actor: Actor) -> RulePack:
    """The pack that new cases of the actor's congress pin. Raises NotAllowed."""
    actor.require(*MAY_TRY)
    return in_force(actor.congress_id).pack


def drafts(actor: Actor) -> list[Draft]:
    """The congress's drafts, the latest first. Raises NotAllowed."""
    actor.require(*MAY_TRY)
    mine = sa.select(DRAFTS).where(DRAFTS.c.congress_id == actor.congress_id)
    return [_draft(row) for row in db.session.execute(mine.order_by(DRAFTS.c.id.desc()))]


def draft(actor: Actor, draft_id: int, on: dt.date | None = None) -> Draft:
    """One draft beside the rules of that day (today). Raises NotAllowed, NotFound."""
    actor.require(*MAY_TRY)
    return _draft(_row(actor, draft_id), on)


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
        "pack_key": in_force(actor.congress_id).pack.key,
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
def change_rule(
    actor: Actor,
    *,
    draft_id: int,
    rule_id: str,
    length: str,
    warn: Sequence[str],
    act: str = "",
    article: str = "",
) -> None:
    """Give a rule of a draft another length, other warnings, another article; those of the active pack undo it.

    Without warnings it keeps those of the active pack; without act and article it can be tried out, not adopted.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    actor.require(*MAY_TRY)
    row = _row(actor, draft_id, lock=True)
    base = in_force(actor.congress_id).pack
    versions = base.rules.get(rule_id)
    if not versions:
        raise InvalidAnswers({"rule": [_("没有这条期限规则。")]})
    told = [each.strip() for each in warn if each.strip()] or list(versions[-1].warn)
    change = {"length": length.strip(), "warn": told, **_basis(act.strip(), article.strip())}
    changes = {key: value for key, value in row.changes.items() if key != rule_id}
    changes |= {rule_id: change} if _changes(base, rule_id, change) else {}
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


def _basis(act: str, article: str) -> dict[str, Any]:
    """Act and article of a change: both, or none."""
    errors: dict[str, list[str]] = {}
    if bool(act) != bool(article):
        errors["act" if not act else "article"] = [_("文件和条款要一并填写。")]
    if len(act) > LONGEST_TITLE:
        errors["act"] = [_("文件名不能超过 200 字。")]
    if len(article) > LONGEST_ARTICLE:
        errors["article"] = [_("条款不能超过 50 字。")]
    if errors:
        raise InvalidAnswers(errors)
    return {"basis": {"text": act, "article": article}} if act else {}


def _row(actor: Actor, draft_id: int, *, lock: bool = False) -> sa.Row[Any]:
    one = sa.select(DRAFTS).where(DRAFTS.c.id == draft_id, DRAFTS.c.congress_id == actor.congress_id)
    row = db.session.execute(one.with_for_update() if lock else one).one_or_none()
    if row is None:
        raise NotFound
    return row


def _draft(row: sa.Row[Any], on: dt.date | None = None) -> Draft:
    base = in_force(row.congress_id, on).pack
    changes = {key: change for key, change in row.changes.items() if _changes(base, key, change)}
    pack = amended(base, changes, jurisdiction=base.jurisdiction, version=DRAFT)
    made = tuple(pack.rules[key][-1] for key in changes)
    return Draft(row.id, row.name, base, pack, made, changes, row.changed_at)


def _changes(base: RulePack, rule_id: str, change: Change) -> bool:
    """Whether it still changes something: the rule may be gone by now, or be so already."""
    return any(changed(rule, change) != rule for rule in base.rules.get(rule_id, ()))
