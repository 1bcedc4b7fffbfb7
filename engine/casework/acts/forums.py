"""Before which body a paper is put (提出的会议): how many names it needs there, and until when it is taken.

`requires` of the task that hands it in: `forum`, a field of the text; and for each of its values a table of `forums`
with `threshold` (of the rule pack: how many names, the first one's included, or which share of all deputies in office
or of all members of the standing committee), `in_session` (only while a session sits) and `cut_off` (until the time the
presidium has set, 议案截止时间). What an organ puts forward needs no names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.step import Outcome, Step, act
from engine.casework.cases import ORGAN
from engine.casework.facts import CaseFacts
from engine.casework.moving.happenings import Happening
from engine.casework.requests import ACTIONS, pending, settle
from engine.casework.sittings import MEETINGS, meeting_in_session
from engine.casework.texts import COSIGNATURES, present_text
from engine.casework.visibility import STANDING_MEMBER
from engine.definitions import rule_packs
from engine.foundation import clock
from engine.foundation.errors import GuardRefused
from engine.foundation.language import Cited, _
from models import Congress, Deputy, Membership, Organization, db

IN_OFFICE = "in_office"
STANDING = "standing_members"  # what a threshold is `of`
_SEATS = sa.select(Membership.user_id).where(
    Membership.role == STANDING_MEMBER, Membership.ended_at.is_(None)
)


class TooFewNames(GuardRefused):
    """Fewer valid names than the law asks for."""

    text = _("{title}须有{needed}人，现在有效的有{count}人（{basis}）。职务暂停、终止的不计。")


class NoSession(GuardRefused):
    """It can only be put forward while a session sits."""

    text = _("只能在大会会议期间提出。")


class CutOff(GuardRefused):
    """The time until which the presidium takes motions is over."""

    text = _("已过大会主席团决定的截止时间（{until}）。")


def require_forum(step: Step) -> str:
    """The body that the paper is put before, "" where none is asked for. Raises TooFewNames, NoSession, CutOff."""
    forum = _forum_of(step.case, step.spec.requires)
    asked = asked_of(step.case, step.spec.requires)
    if asked.get("in_session") or asked.get("cut_off"):
        _require_in_time(step.case, bool(asked.get("cut_off")))
    if "threshold" in asked and step.case.origin != ORGAN:
        require_names(step.case, str(asked["threshold"]))
    return forum


def asked_of(case: CaseFacts, requires: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the forum that the text names asks for; nothing where none is asked for."""
    asked: Mapping[str, Any] = requires.get("forums", {}).get(_forum_of(case, requires), {})
    return asked


def _forum_of(case: CaseFacts, requires: Mapping[str, Any]) -> str:
    text = present_text(case) if requires.get("forum") else None
    return str((text.body if text else {}).get(str(requires.get("forum"))) or "")


def _require_in_time(case: CaseFacts, cut_off: bool) -> None:
    meeting_id = meeting_in_session(case.congress_id)
    if meeting_id is None:
        raise NoSession
    until = db.session.scalar(sa.select(MEETINGS.c.motions_until).where(MEETINGS.c.id == meeting_id))
    if cut_off and until is not None and clock.now() > until:
        raise CutOff(until=until.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M"))


def require_names(case: CaseFacts, key: str) -> None:
    """Raise TooFewNames where fewer valid names stand under the present text than the threshold asks for."""
    threshold = rule_packs.pack(case.rule_pack_id).threshold(key)
    level = level_of(case)
    standing = threshold.of == STANDING
    count = valid_names(case, standing=standing)
    whole = _whole(case, standing=standing) if threshold.share else 0
    if not threshold.reached(count, level, whole):
        needed = threshold.needed(level, whole)
        raise TooFewNames(title=threshold.title, needed=needed, count=count, basis=Cited(threshold.basis))


def valid_names(case: CaseFacts, *, standing: bool = False) -> int:
    """How many names stand under the present text and count; with `standing`, only those of members."""
    names = names_under(case, standing=standing)
    return db.session.scalar(names.with_only_columns(sa.func.count(Deputy.id))) or 0


def names_under(case: CaseFacts, *, standing: bool = False) -> sa.Select[int]:
    """The deputies whose names stand under the present text and count: in office, confirmed, or the first one's.

    With `standing`, only members of the standing committee.
    """
    confirmed = sa.select(COSIGNATURES.c.deputy_id).where(
        COSIGNATURES.c.case_id == case.id,
        COSIGNATURES.c.text_version == case.text_version,
        COSIGNATURES.c.status == "confirmed",
    )
    signed = sa.or_(Deputy.id == case.lead_deputy_id, Deputy.id.in_(confirmed))
    statement = sa.select(Deputy.id).where(signed, Deputy.status == IN_OFFICE)
    if standing:
        statement = statement.where(Deputy.user_id.in_(_SEATS))
    return statement


def _whole(case: CaseFacts, *, standing: bool) -> int:
    """All deputies in office, or all members of the standing committee, of whom a share must sign."""
    if standing:
        seats = (
            sa.select(sa.func.count(sa.distinct(Membership.user_id)))
            .join(Organization, Organization.id == Membership.organization_id)
            .where(
                Membership.role == STANDING_MEMBER,
                Membership.ended_at.is_(None),
                Organization.congress_id == case.congress_id,
            )
        )
        return db.session.scalar(seats) or 0
    deputies = sa.select(sa.func.count(Deputy.id))
    mine = Deputy.congress_id == case.congress_id, Deputy.status == IN_OFFICE
    return db.session.scalar(deputies.where(*mine)) or 0


@act("gather_support")
def gather_support(step: Step) -> Outcome:
    """Count who stands behind a request of the lead deputy's: him, and the co-signers who have answered that they do.

    Enough of them carry it: it is settled as agreed, and the flow hears `message`. `requires`: `settles` (the request),
    `answers` (the action by which co-signers answer), `threshold`, `among.threshold` (which share of all valid names),
    `happening`, `message`.
    """
    requires, case = step.spec.requires, step.case
    since = pending(case, str(requires["settles"])) or 0
    agreed = {row.done_by for row in _agreeing(case.id, str(requires["answers"]), since)}
    count = 1 + len(agreed - {step.actor.user_id if step.spec.at == "lead_deputy" else None})
    pack, level = rule_packs.pack(case.rule_pack_id), level_of(case)
    enough = pack.threshold(str(requires["threshold"])).reached(count, level)
    if "among" in requires:
        share = pack.threshold(str(requires["among"]["threshold"]))
        enough = enough and share.reached(count, level, valid_names(case))
    if not enough:
        return Outcome([])
    settle(case, str(requires["settles"]), None, "agreed")
    carried = Happening(str(requires["happening"]), detail={"names": count})
    return Outcome([carried], messages=(str(requires["message"]),))


def _agreeing(case_id: int, key: str, since: int) -> list[sa.Row[tuple[int]]]:
    statement = sa.select(ACTIONS.c.done_by).where(
        ACTIONS.c.case_id == case_id,
        ACTIONS.c.key == key,
        ACTIONS.c.id > since,
        ACTIONS.c.answers["decision"].as_string() == "agreed",
    )
    return list(db.session.execute(statement))


def level_of(case: CaseFacts) -> str:
    """The level of the congress that the case belongs to."""
    return str(db.session.scalar(sa.select(Congress.level).where(Congress.id == case.congress_id)))
