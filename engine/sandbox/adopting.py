"""Making a draft the congress's rules: one process administrator proposes it, another decides (four eyes).

What is confirmed is kept as a version that never changes. New cases pin it from its day on; running cases keep theirs.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.deadlines.decided import CONFIRMED, in_force
from engine.deadlines.lengths import Length
from engine.deadlines.rules import Rule
from engine.deadlines.standing import Source
from engine.definitions import rule_packs
from engine.definitions.rule_packs import shipped_pack
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.people.substitutes import count_as_one
from engine.sandbox.drafts import MAY_TRY, Draft, draft
from engine.sandbox.replay import compare
from models import RuleDecision, db

DECISIONS: sa.Table = RuleDecision.__table__  # type: ignore[assignment]
PROPOSED, REFUSED, WITHDRAWN = "proposed", "refused", "withdrawn"
LONGEST_REASON = 1000  # characters
NO_REASON = _("请说明理由，不超过 1000 字。")
PAST_DAY = _("生效日期不能早于今天。")


class NothingChanged(GuardRefused):
    """The draft is as the rules are."""

    text = _("草案与现行规则相同，没有可以提请的改动。")


class ArticleMissing(GuardRefused):
    """A rule without an article is nobody's law."""

    text = _("规则“{rule}”没有写明依据的文件和条款，不能提请生效。")


class StatuteBinds(GuardRefused):
    """What a statute sets is no congress's to loosen (立法法 art. 99); to try it out harms nobody."""

    text = _("“{rule}”是法律规定的期限（{length}），本级可以更严，不能放宽；换算成别的单位也不行。")


class OneAtATime(GuardRefused):
    """Another proposal waits for its decision."""

    text = _("已有一份规则改动在等另一位流程管理员确认，请等它办完再提请。")


class SameEyes(GuardRefused):
    """Who proposed, or stands in for him, does not decide."""

    text = _("提请人（以及与其互为代理的人）不能自己确认，须由另一位流程管理员确认。")


class RulesMoved(GuardRefused):
    """The rules are no longer those that the proposal was tried out against."""

    text = _("提请以后现行规则又有变动，请由提请人重新试算、重新提请。")


class DayPassed(GuardRefused):
    """It was to hold from a day that is over."""

    text = _("提请的生效日期已过，请由提请人另定日期重新提请。")


@use_case
def propose(
    actor: Actor, *, draft_id: int, since: dt.date, until: dt.date, effective_on: dt.date, reason: str
) -> int:
    """Put a draft forward to hold from a day on, with what a replay of the span found; gives the proposal's id.

    The same proposal sent twice is one. Raises NotAllowed, NotFound, InvalidAnswers, NothingChanged,
    ArticleMissing, StatuteBinds, OneAtATime.
    """
    actor.require(*MAY_TRY)
    _check(effective_on, reason)
    tried = draft(actor, draft_id, effective_on)
    _require_adoptable(tried)
    waiting = _waiting(actor.congress_id)
    if waiting is not None:
        if waiting.draft_id == draft_id and waiting.changes == tried.changes:
            return int(waiting.id)
        raise OneAtATime
    row = {
        "congress_id": actor.congress_id,
        "draft_id": draft_id,
        "pack_key": tried.base.key,
        "name": tried.name,
        "changes": dict(tried.changes),
        "before": {rule_id: _as_it_is(tried.base.rules[rule_id][-1]) for rule_id in tried.changes},
        "base_hash": in_force(actor.congress_id, effective_on).content_hash,
        "effective_on": effective_on,
        "reason": reason.strip(),
        "replayed": _replayed(actor, tried, since, until),
        "state": PROPOSED,
        "proposed_by": actor.user_id,
        "proposed_at": clock.now(),
        "answer": "",
    }
    try:
        id_ = int(db.session.execute(DECISIONS.insert().values(row).returning(DECISIONS.c.id)).scalar_one())
    except IntegrityError as error:  # somebody proposed in the same moment
        raise OneAtATime from error
    detail = {"changes": row["changes"], "effective_on": effective_on, "reason": row["reason"]}
    _record("rules:proposed", actor, id_, draft=draft_id, replayed=row["replayed"], **detail)
    return id_


@use_case
def confirm(actor: Actor, decision_id: int) -> int:
    """Let a proposal hold from its day on; gives the id of the stored version. Confirming twice does no harm.

    Raises NotAllowed, NotFound, SameEyes, RulesMoved, DayPassed.
    """
    actor.require(*MAY_TRY)
    row = _row(actor, decision_id)
    if row.state == CONFIRMED:
        return int(row.rule_pack_id)
    _require_waiting(row)
    if count_as_one(actor.user_id, row.proposed_by):
        raise SameEyes
    if row.effective_on < clock.today():
        raise DayPassed
    before = in_force(actor.congress_id, row.effective_on)
    if before.content_hash != row.base_hash:
        raise RulesMoved
    kept = {"state": CONFIRMED, "decided_by": actor.user_id, "decided_at": clock.now()}
    db.session.execute(DECISIONS.update().where(DECISIONS.c.id == decision_id).values(kept))
    after = in_force(actor.congress_id, row.effective_on)
    version = rule_packs.pin(after)
    db.session.execute(DECISIONS.update().where(DECISIONS.c.id == decision_id).values(rule_pack_id=version))
    _record(
        "rules:confirmed",
        actor,
        decision_id,
        old=before.pack.version,
        new=after.pack.version,
        effective_on=row.effective_on,
        content_hash=after.content_hash,
    )
    return version


@use_case
def refuse(actor: Actor, decision_id: int, *, answer: str) -> None:
    """Turn a proposal down, with the reason. Raises NotAllowed, NotFound, SameEyes, InvalidAnswers."""
    actor.require(*MAY_TRY)
    row = _row(actor, decision_id)
    if row.state == REFUSED:
        return
    _require_waiting(row)
    if count_as_one(actor.user_id, row.proposed_by):
        raise SameEyes
    if not 0 < len(answer.strip()) <= LONGEST_REASON:
        raise InvalidAnswers({"answer": [NO_REASON]})
    _over(actor, decision_id, REFUSED, answer.strip())
    _record("rules:refused", actor, decision_id, answer=answer.strip())


@use_case
def withdraw(actor: Actor, decision_id: int) -> None:
    """Take one's own proposal back before it is decided. Raises NotAllowed, NotFound."""
    actor.require(*MAY_TRY)
    row = _row(actor, decision_id)
    if row.state == WITHDRAWN:
        return
    _require_waiting(row)
    if row.proposed_by != actor.user_id:
        raise NotFound
    _over(actor, decision_id, WITHDRAWN, "")
    _record("rules:withdrawn", actor, decision_id)


def _check(effective_on: dt.date, reason: str) -> None:
    errors: dict[str, list[str]] = {}
    if effective_on < clock.today():
        errors["effective_on"] = [PAST_DAY]
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        errors["reason"] = [NO_REASON]
    if errors:
        raise InvalidAnswers(errors)


def _require_adoptable(tried: Draft) -> None:
    if not tried.changes:
        raise NothingChanged
    if tried.without_article:
        raise ArticleMissing(rule=tried.without_article[0].title)
    shipped = shipped_pack(tried.base.key).rules
    for rule in tried.changed:
        # What was decided here before lies over the statute and does not unbind from it.
        bound = [
            each for each in shipped.get(rule.id, ()) if each.source is Source.STATUTE and not each.lapses
        ]
        if bound and _looser(rule.length, bound[-1].length):
            raise StatuteBinds(rule=rule.title, length=str(bound[-1].length))


def _looser(wanted: Length, statute: Length) -> bool:
    """Whether it leaves more time than the statute, or cannot be compared with it."""
    if wanted.unit is not statute.unit:
        return True
    longer = wanted.quantity > statute.quantity
    return wanted.quantity < statute.quantity if statute.backward else longer


def _as_it_is(rule: Rule) -> dict[str, Any]:
    return {
        "title": {"zh": rule.title.zh, "en": rule.title.en},
        "length": str(rule.length),
        "warn": list(rule.warn),
        "basis": {"text": rule.legal_basis.text, "article": rule.legal_basis.article},
    }


def _replayed(actor: Actor, tried: Draft, since: dt.date, until: dt.date) -> dict[str, Any]:
    found = compare(actor, tried, since=since, until=until)
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "periods": found.periods,
        "moved": found.moved,
        "late_before": found.late_before,
        "late_after": found.late_after,
    }


def _waiting(congress_id: int) -> sa.Row[Any] | None:
    one = sa.select(DECISIONS).where(DECISIONS.c.congress_id == congress_id, DECISIONS.c.state == PROPOSED)
    return db.session.execute(one).one_or_none()


def _row(actor: Actor, decision_id: int) -> sa.Row[Any]:
    mine = DECISIONS.c.id == decision_id, DECISIONS.c.congress_id == actor.congress_id
    row = db.session.execute(sa.select(DECISIONS).where(*mine).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _require_waiting(row: sa.Row[Any]) -> None:
    if row.state != PROPOSED:
        raise NotFound


def _over(actor: Actor, decision_id: int, state: str, answer: str) -> None:
    values = {"state": state, "answer": answer, "decided_by": actor.user_id, "decided_at": clock.now()}
    db.session.execute(DECISIONS.update().where(DECISIONS.c.id == decision_id).values(values))


def _record(action: str, actor: Actor, decision_id: int, **detail: Any) -> None:
    audit.record(action, congress_id=actor.congress_id, subject=f"rule_decision:{decision_id}", **detail)
