"""Votes (表决) as they were counted, and whether they make the majority that the rule pack asks for.

`requires.ballot` of a task: `threshold`; the fields that hold `members` (how many belong to the body) and `present`;
`counts`, choice → field; `carries`, the choice whose votes must reach the threshold; and, for a decision, `carried`,
the values of `decision` that need that majority, and `lost`, those that it rules out.

Of the meeting: nothing is put to the vote before one that has the case on its agenda has begun; `quorum.threshold` says
how many of the members must be there for it to be held. Of a secret ballot (无记名投票): `issued` and `returned`, the
fields with the papers given out and come back. More that come back than were given out make the vote void; each that
came back is one of `counts`, the spoilt ones among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.acts.records import close_part, day_of, keep_entry, node_of, said
from engine.casework.acts.replies import REPLIES
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.sittings import agenda_of, sitting_on
from engine.definitions import rule_packs
from engine.definitions.words import Sentence
from engine.foundation.errors import GuardRefused, InvalidAnswers
from engine.foundation.language import Cited, _
from models import Ballot, Congress, Evaluation, db

BALLOTS: sa.Table = Ballot.__table__  # type: ignore[assignment]
EVALUATIONS: sa.Table = Evaluation.__table__  # type: ignore[assignment]
SATISFIED, BASICALLY, DISSATISFIED = "satisfied", "basically_satisfied", "dissatisfied"
RESULTS: dict[str, dict[str, str]] = {  # in messages, in the words of every language
    SATISFIED: {"zh": "满意", "en": "satisfied"},
    BASICALLY: {"zh": "基本满意", "en": "basically satisfied"},
    DISSATISFIED: {"zh": "不满意", "en": "dissatisfied"},
}

WHOLE = _("请填写不小于0的整数。")
TOO_MANY_PRESENT = _("实到人数不能多于应到人数。")
TOO_MANY_VOTES = _("各项票数合计{sum}，多于实到人数{present}。")
NOT_BEGUN = _("{meeting}{opens_on}开幕，此前不能表决。")
TOO_FEW_PRESENT = _("出席{present}人，不足{needed}人（{title}，{basis}），会议不能举行，表决无效。")
TOO_MANY_ISSUED = _("发出的表决票不能多于实到人数。")
VOID = _("收回的表决票多于发出的表决票，表决无效，须重新投票。")
NOT_ALL_COUNTED = _("各项票数（含废票）合计{sum}，与收回的{returned}张表决票不符。")
CARRIED = _("{count}票已达到{needed}票（{title}，{basis}），应当通过。")
NOT_CARRIED = _("{count}票不足{needed}票（{title}，{basis}），不能作出这一决定。")

_GIVE = EVALUATIONS.insert().returning(EVALUATIONS.c.id)
_SIGNED = (
    sa.select(REPLIES.c.id)
    .where(
        REPLIES.c.assignment_id == sa.bindparam("of_assignment"),
        REPLIES.c.round == sa.bindparam("in_round"),
        REPLIES.c.signed_at.is_not(None),
    )
    .limit(1)
)


class NothingToVoteOn(GuardRefused):
    """No report of this round has been signed."""

    text = _("还没有正式提交的报告，不能表决。")


@dataclass(frozen=True, slots=True)
class Count:
    """Votes as written down, whole and plausible; `needed` make the majority."""

    threshold: str
    members: int
    present: int
    counts: Mapping[str, int]
    needed: int
    refusal: Sentence


def counted(step: Step) -> Count | None:
    """The votes that the step's form holds; None where the process takes none, or none were cast."""
    asked = step.spec.requires.get("ballot")
    if not asked:
        return None
    _require_begun(step)
    if step.answers.get(asked["members"]) is None:
        return None
    counts = {choice: whole(step, field) for choice, field in asked["counts"].items()}
    members, present = whole(step, asked["members"]), whole(step, asked["present"])
    if present > members:
        raise InvalidAnswers({asked["present"]: [TOO_MANY_PRESENT]})
    cast = sum(counts.values())
    if cast > present:
        raise InvalidAnswers({asked["present"]: [Sentence(TOO_MANY_VOTES, sum=cast, present=present)]})
    _require_quorum(step, members, present)
    _require_papers(step, present, cast)
    threshold = rule_packs.pack(step.case.rule_pack_id).threshold(str(asked["threshold"]))
    needed = threshold.needed(_level(step), present if threshold.of == "present" else members)
    carrying = counts.get(str(asked.get("carries", "")), 0)
    about = {"title": threshold.title, "basis": Cited(threshold.basis)}
    refusal = Sentence(CARRIED if carrying >= needed else NOT_CARRIED, count=carrying, needed=needed, **about)
    return Count(threshold.key, members, present, counts, needed, refusal)


def _require_begun(step: Step) -> None:
    """Refuse a day on which every meeting that has the case on its agenda was still ahead."""
    placed, on = agenda_of(step.case.id), day_of(step)
    if placed and all(each.opens_on is not None and each.opens_on > on for each in placed):
        about = {"meeting": placed[0].name, "opens_on": placed[0].opens_on}
        raise InvalidAnswers({str(step.spec.requires.get("on", "")): [Sentence(NOT_BEGUN, **about)]})


def _level(step: Step) -> str:
    return str(db.session.scalar(sa.select(Congress.level).where(Congress.id == step.case.congress_id)))


def _require_quorum(step: Step, members: int, present: int) -> None:
    """Refuse the votes of a meeting that may not be held for want of members (组织法 art. 51)."""
    asked = step.spec.requires["ballot"]
    if "quorum" not in asked:
        return
    quorum = rule_packs.pack(step.case.rule_pack_id).threshold(str(asked["quorum"]["threshold"]))
    needed = quorum.needed(_level(step), members)
    if present < needed:
        about = {"title": quorum.title, "basis": Cited(quorum.basis)}
        refusal = Sentence(TOO_FEW_PRESENT, present=present, needed=needed, **about)
        raise InvalidAnswers({asked["present"]: [refusal]})


def _require_papers(step: Step, present: int, cast: int) -> None:
    """Refuse a secret ballot whose papers do not add up."""
    asked = step.spec.requires["ballot"]
    if "issued" not in asked:
        return
    issued, returned = whole(step, asked["issued"]), whole(step, asked["returned"])
    if issued > present:
        raise InvalidAnswers({asked["issued"]: [TOO_MANY_ISSUED]})
    if returned > issued:
        raise InvalidAnswers({asked["returned"]: [VOID]})
    if cast != returned:
        raise InvalidAnswers({asked["returned"]: [Sentence(NOT_ALL_COUNTED, sum=cast, returned=returned)]})


def whole(step: Step, field: str) -> int:
    """A number of votes as it was written, 0 where nothing was. Raises InvalidAnswers."""
    value = step.answers.get(field)
    if value is None:
        return 0
    if not isinstance(value, int) or value < 0:
        raise InvalidAnswers({field: [WHOLE]})
    return value


def require_carried(step: Step, count: Count | None) -> None:
    """Refuse a decision that the votes do not bear out."""
    asked = step.spec.requires.get("ballot", {})
    decision = step.answers.get("decision")
    carried, lost = decision in asked.get("carried", ()), decision in asked.get("lost", ())
    if not carried and not lost:
        return
    if count is None:
        raise InvalidAnswers({asked["members"]: [_("这一决定须经表决，请填写表决情况。")]})
    reached = count.counts.get(asked["carries"], 0) >= count.needed
    if reached != carried:
        raise InvalidAnswers({asked["counts"][asked["carries"]]: [count.refusal]})


def keep_ballot(step: Step, count: Count, result: str, **of: int) -> None:
    """Write the votes beside what they decided, `decision_id` or `evaluation_id`."""
    row: dict[str, Any] = {
        "case_id": step.case.id,
        "meeting_id": sitting_on(step.case.congress_id, step.case.id, day_of(step)),
        "node": node_of(step),
        "threshold": count.threshold,
        "members": count.members,
        "present": count.present,
        "counts": dict(count.counts),
        "result": result,
        "recorded_by": step.actor.user_id,
        "recorded_at": step.now,
        **of,
    }
    db.session.execute(BALLOTS.insert().values(row))


@act("satisfaction_vote", gives={"dissatisfied": "truth", "last_round": "truth"})
def satisfaction_vote(step: Step) -> Outcome:
    """Count a body's vote on a signed report (满意度测评): satisfied, basically satisfied or not, each a number.

    Satisfied where the votes for that alone make the majority, basically where both together do; else dissatisfied.
    `requires`: `ballot`, and `rounds` as for the act evaluate. Without votes (the body chose to hold none) the part is
    closed all the same.
    """
    assignment, count = step.assignment, counted(step)
    keep_entry(step)
    if count is None:
        close_part(step)
        happening = said(step, f"assignment:{assignment.id}", "satisfaction:not_held")
        return Outcome([happening], {"dissatisfied": False, "last_round": False})
    result = _result(count)
    evaluation_id = _evaluation(step, result)
    keep_ballot(step, count, result, evaluation_id=evaluation_id)
    dissatisfied = result == DISSATISFIED
    detail = {"result": result, "votes": dict(count.counts), "members": count.members}
    voted = said(step, f"evaluation:{evaluation_id}", "satisfaction:voted", **detail)
    voted.told |= {"result": RESULTS[result]}
    happenings = [voted]
    if dissatisfied:
        happenings.append(said(step, f"evaluation:{evaluation_id}", "evaluation:dissatisfied"))
    else:
        close_part(step)
    rounds = int(step.spec.requires.get("rounds", 0))
    last_round = 0 < rounds <= assignment.round
    return Outcome(happenings, {"dissatisfied": dissatisfied, "last_round": last_round})


def _result(count: Count) -> str:
    satisfied, basically = count.counts.get(SATISFIED, 0), count.counts.get(BASICALLY, 0)
    if satisfied >= count.needed:
        return SATISFIED
    return BASICALLY if satisfied + basically >= count.needed else DISSATISFIED


def _evaluation(step: Step, result: str) -> int:
    assignment = step.assignment
    about = {"of_assignment": assignment.id, "in_round": assignment.round}
    reply_id = db.session.scalar(_SIGNED, about)
    if reply_id is None:
        raise NothingToVoteOn
    row = {
        "case_id": step.case.id,
        "assignment_id": assignment.id,
        "reply_id": reply_id,
        "round": assignment.round,
        "deputy_id": None,
        "attitude": "",  # a body votes on what came of it, not on manners
        "result": result,
        "reasons": str(step.answers.get("reason") or ""),
        "channel": "vote",
        "given_by": step.actor.user_id,
        "given_at": step.now,
    }
    return int(db.session.scalar(_GIVE, row) or 0)
