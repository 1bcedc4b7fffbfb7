"""What is noticed about a reply before it is signed: faults that stop it, and findings that want a written reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.reply_matter import WITHHELD, ReplyMatter
from engine.definitions.folder import Folder
from engine.definitions.promises import ReplyChecks
from engine.definitions.words import Sentence
from engine.foundation.language import _
from engine.people.personal_data import KINDS, kinds_in
from models import Assignment, Case, Reply, ReplyAnswer, db

DISAGREES = "disagree"
NOT_LETTERS = re.compile(r"[\W_]+")
FILLING = re.compile(r"[\s。，、．.,;；:：!！/\\-]+")
HOLLOW = _("第{number}条建议没有真正答复。")
NO_REASON = _("第{number}条定为“{grade}”，须写明暂时不能解决的理由。")
NO_PROMISE = _("第{number}条定为“{grade}”，须至少承诺一件事并写明完成日期。")
NO_PROMISE_AT_ALL = _("定为“{grade}”的答复须至少承诺一件事并写明完成日期。")
PROMISE_PAST = _("承诺的完成日期{day}已经过去，请退回修改。")
BOILERPLATE = _("与本单位对{other}的答复有{share}%的文字相同。")
CONTRADICTION = _("会办单位{unit}不同意，答复却定为“{grade}”。")
UNMENTIONED = _("会办单位{unit}不同意，答复没有提到该单位的意见。")
PERSONAL_FOUND = _("拟公开的文字里有个人信息（{kinds}）：{where}。")
SUPERIOR = _("答复说到上级事权（{word}），却没有写明已向上级报告。请写明报告的文号，或者说明为什么不报告。")
_OTHERS = (
    sa.select(Reply.id, Reply.number, Reply.body, Case.number.label("case_number"), Case.title)
    .join(Assignment, Assignment.id == Reply.assignment_id)
    .join(Case, Case.id == Reply.case_id)
    .where(
        Assignment.unit_id == sa.bindparam("of_unit"),
        Reply.case_id != sa.bindparam("not_this"),
        Reply.signed_at.is_not(None),
    )
    .order_by(Reply.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_ANSWERED = sa.select(ReplyAnswer.reply_id, ReplyAnswer.text).where(
    ReplyAnswer.reply_id.in_(sa.bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed; `key` stays the same while the same thing is noticed."""

    key: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """What it says, in Chinese, and how to say it in another language."""
        return Sentence(self.template, **self.values)


def faults(
    matter: ReplyMatter, folder: Folder, places: Mapping[int, int], today: dt.date
) -> dict[str, list[str]]:
    """What stops the reply, by the place in the form: hollow answers, a grade whose demand is not met, a past date.

    `places` says for each ask where its answer stands in what was sent.
    """
    found: dict[str, list[str]] = {}
    for number, answer in enumerate(matter.answers, start=1):
        said = _faults_of_answer(matter, answer, number, folder)
        if said:
            found[f"answers-{places.get(answer.ask_id, number - 1)}"] = said
    if folder.demands.get(matter.grade) == "commitment" and not matter.promises:
        found["commitments"] = [Sentence(NO_PROMISE_AT_ALL, grade=_title(folder, matter.grade))]
    late = sorted({promise.due_on for promise in matter.promises if promise.due_on < today})
    if late:
        found.setdefault("commitments", []).append(Sentence(PROMISE_PAST, day=late[0].isoformat()))
    return found


def _faults_of_answer(matter: ReplyMatter, answer: Any, number: int, folder: Folder) -> list[str]:
    if FILLING.sub("", answer.text) in folder.reply_checks.hollow:
        return [Sentence(HOLLOW, number=number)]
    grade = matter.grade_of(answer)
    demand = folder.demands.get(grade)
    if demand == "reason" and not answer.reason:
        return [Sentence(NO_REASON, number=number, grade=_title(folder, grade))]
    promised = {promise.ask_id for promise in matter.promises}
    if demand == "commitment" and not promised & {None, answer.ask_id}:
        return [Sentence(NO_PROMISE, number=number, grade=_title(folder, grade))]
    return []


def _title(folder: Folder, grade: str) -> str:
    return folder.grades[grade].zh if grade in folder.grades else grade


def findings(matter: ReplyMatter, folder: Folder) -> list[Finding]:
    """What wants a written reason, in the order in which it is shown."""
    checks = folder.reply_checks
    return [
        *_contradictions(matter, folder),
        *_boilerplate(matter, checks),
        *_personal(matter, checks),
        *_superior(matter, checks),
    ]


def _contradictions(matter: ReplyMatter, folder: Folder) -> list[Finding]:
    """Co-handling units whose latest opinion disagrees, where the reply says that all is settled or passes it over."""
    agreeing = folder.reply_checks.agreeing_grades
    found = []
    for opinion in matter.opinions if agreeing else ():
        if opinion.position != DISAGREES:
            continue
        if matter.grade in agreeing:
            values = {"unit": opinion.unit, "grade": _title(folder, matter.grade)}
            found.append(Finding(f"contradiction:{opinion.assignment_id}", CONTRADICTION, values))
        elif opinion.unit not in matter.text and opinion.short_name not in matter.text:
            found.append(Finding(f"unmentioned:{opinion.assignment_id}", UNMENTIONED, {"unit": opinion.unit}))
    return found


def _boilerplate(matter: ReplyMatter, checks: ReplyChecks) -> list[Finding]:
    """The unit's other signed reply that shares most with this one, if it shares too much."""
    if not checks.boilerplate_share or len(matter.text) < checks.boilerplate_from:
        return []
    own = _runs(matter.text, checks.run)
    if not own:
        return []
    shares = {
        name: 100 * len(own & _runs(text, checks.run)) // len(own)
        for name, text in _other_replies(matter, checks.compared_with).items()
    }
    other = max(shares, key=lambda name: shares[name], default=None)
    if other is None or shares[other] < checks.boilerplate_share:
        return []
    return [Finding("boilerplate", BOILERPLATE, {"other": other, "share": shares[other]})]


def _runs(text: str, length: int) -> set[str]:
    """Every run of `length` letters, marks and spaces left out."""
    letters = NOT_LETTERS.sub("", text)
    return {letters[start : start + length] for start in range(len(letters) - length + 1)}


def _other_replies(matter: ReplyMatter, most: int) -> dict[str, str]:
    """The unit's latest signed replies in other cases: how each is called → all that it says."""
    about = {"of_unit": matter.unit_id, "not_this": matter.case_id, "most": most}
    replies = {row.id: row for row in db.session.execute(_OTHERS, about)}
    texts: dict[int, list[str]] = {id_: [row.body] for id_, row in replies.items()}
    for row in db.session.execute(_ANSWERED, {"ids": list(replies)}):
        texts[row.reply_id].append(row.text)
    return {_called(replies[id_]): "\n".join(parts) for id_, parts in texts.items()}


def _called(row: Any) -> str:
    case = f"{row.case_number or ''}《{row.title}》"
    return f"{case}（{row.number}）" if row.number else case


def _personal(matter: ReplyMatter, checks: ReplyChecks) -> list[Finding]:
    """What must not be published, in a text that is to be published (代表的联系方式和公民个人信息)."""
    if matter.publicity == WITHHELD:
        return []
    parts = {
        f"ask_{answer.ask_id}": (f"第{number}条", f"{answer.text}\n{answer.reason}")
        for number, answer in enumerate(matter.answers, 1)
    }
    parts["body"] = ("正文", matter.body)
    parts["promises"] = ("承诺事项", matter.promised)
    return [
        Finding(f"personal:{part}", PERSONAL_FOUND, {"kinds": kinds, "where": where})
        for part, (where, text) in parts.items()
        if (kinds := _kinds(text, checks.personal))
    ]


def _kinds(text: str, looked_for: Collection[str]) -> str:
    """Of the kinds that are looked for those in the text, by name; what only looks like one is noticed as well."""
    found = {kind.removesuffix("_like") for kind in kinds_in(text)}
    return "、".join(KINDS[kind][0] for kind in looked_for if kind in found)


def _superior(matter: ReplyMatter, checks: ReplyChecks) -> list[Finding]:
    """A matter of a higher level that the reply does not say was reported there (domain of a higher level)."""
    word = next((word for word in checks.superior if word in matter.text), "")
    if not word or any(said in matter.text for said in checks.reported):
        return []
    return [Finding("superior", SUPERIOR, {"word": word})]


def unanswered(found: Sequence[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """The findings for which no reason is given."""
    return [finding for finding in found if not reasons.get(finding.key)]
