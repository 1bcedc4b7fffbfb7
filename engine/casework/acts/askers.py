"""What those who put a paper forward think of the answer, and whether enough of them may ask for another one.

Each of them says so himself by an action of the process; what was told on paper is added by whoever counts. Counted are
the valid names under the text alone, as when it was handed in.

`requires` of the task that counts: `answers` (the action by which they say it; its form has `decision`), `forum` (the
field of the text that names the body it was put before) with `thresholds` and `names` (for each of its values the
threshold of dissatisfaction, and the one that counted the names), `rounds` (how many answers there may be),
`happening`, `on`. The form has `satisfied` and `dissatisfied` (numbers told on paper) and `demand` (yes, no).
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.casework.acts.forums import level_of, names_under
from engine.casework.acts.records import close_part, keep_entry, node_of, said
from engine.casework.acts.step import Outcome, Step, act
from engine.casework.acts.votes import BALLOTS, DISSATISFIED, SATISFIED, Count, keep_ballot, whole
from engine.casework.requests import ACTIONS
from engine.casework.texts import present_text
from engine.definitions import rule_packs
from engine.definitions.words import Sentence
from engine.foundation.errors import InvalidAnswers
from engine.foundation.language import Cited, _
from models import Deputy, db

YES = "yes"
TOO_MANY = _("合计{sum}人，多于有效联名的{names}人。")
TOO_FEW = _("不满意的{count}人，不足{needed}人（{title}，{basis}），不能要求再作答复。")
ANSWERED_AGAIN = _("已经再次答复，不再要求答复。")


@act("count_askers", gives={"demanded": "truth"})
def count_askers(step: Step) -> Outcome:
    """Count the askers' opinions of this round's answer; enough of them dissatisfied may demand another answer."""
    count = _counted(step)
    demanded = step.answers.get("demand") == YES
    if demanded:
        _require_enough(step, count)
    keep_entry(step)
    keep_ballot(step, count, DISSATISFIED if _enough(count) else SATISFIED)
    if not demanded:
        close_part(step)
    detail = {"votes": dict(count.counts), "members": count.members, "demanded": demanded}
    happening = said(step, f"assignment:{step.assignment.id}", str(step.spec.requires["happening"]), **detail)
    return Outcome([happening], {"demanded": demanded})


def _require_enough(step: Step, count: Count) -> None:
    rounds = int(step.spec.requires.get("rounds", 0))
    if 0 < rounds <= step.assignment.round:
        raise InvalidAnswers({"demand": [ANSWERED_AGAIN]})
    if not _enough(count):
        raise InvalidAnswers({"demand": [count.refusal]})


def _enough(count: Count) -> bool:
    return count.counts[DISSATISFIED] >= count.needed


def _counted(step: Step) -> Count:
    """The opinions on the platform and on paper, against the valid names under the text."""
    requires, case = step.spec.requires, step.case
    text = present_text(case)
    forum = str((text.body if text else {}).get(str(requires["forum"])) or "")
    pack = rule_packs.pack(case.rule_pack_id)
    threshold = pack.threshold(str(requires["thresholds"][forum]))
    users = _askers(step, forum)
    said_so = _latest(step, users)
    counts = {
        choice: whole(step, choice) + sum(word == choice for word in said_so.values())
        for choice in (SATISFIED, DISSATISFIED)
    }
    given = sum(counts.values())
    if given > len(users):
        raise InvalidAnswers({DISSATISFIED: [Sentence(TOO_MANY, sum=given, names=len(users))]})
    needed = threshold.needed(level_of(case), len(users))
    refusal = Sentence(
        TOO_FEW,
        count=counts[DISSATISFIED],
        needed=needed,
        title=threshold.title,
        basis=Cited(threshold.basis),
    )
    return Count(threshold.key, len(users), given, counts, needed, refusal)


def _askers(step: Step, forum: str) -> list[int | None]:
    """The accounts of the valid askers, None for each that has none; of members where only theirs counted."""
    named = step.spec.requires["names"][forum]
    threshold = rule_packs.pack(step.case.rule_pack_id).threshold(str(named))
    names = names_under(step.case, standing=threshold.of == "standing_members")
    return list(db.session.scalars(names.with_only_columns(Deputy.user_id)))


def _latest(step: Step, users: list[int | None]) -> dict[int, str]:
    """What each of them said last about this round's answer."""
    counted_before = (
        sa.select(sa.func.max(BALLOTS.c.recorded_at))
        .where(BALLOTS.c.case_id == step.case.id, BALLOTS.c.node == node_of(step))
        .scalar_subquery()
    )
    statement = (
        sa.select(ACTIONS.c.done_by, ACTIONS.c.answers)
        .where(
            ACTIONS.c.case_id == step.case.id,
            ACTIONS.c.key == str(step.spec.requires["answers"]),
            ACTIONS.c.done_by.in_([user for user in users if user is not None]),
            sa.or_(counted_before.is_(None), ACTIONS.c.done_at > counted_before),
        )
        .order_by(ACTIONS.c.id)
    )
    return {user: str(answers["decision"]) for user, answers in db.session.execute(statement)}
