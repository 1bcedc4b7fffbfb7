"""Indicators of what units do: signing for, contact, replies in time, results, and what deputies say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.foundation import clock
from engine.statistics.indicators import Condition, Indicator, Term, acting, declares
from engine.statistics.legal_day import legal_day
from engine.statistics.populations import ANSWERING, FIRST_ROUND

ARTICLE = "代表法第五十一条"
SATISFIED, CONTENT = ("satisfied",), ("satisfied", "basically_satisfied")
DISSATISFIED = "dissatisfied"


def _replied(unit: Any) -> Condition:
    return sa.and_(unit.role.in_(ANSWERING), unit.replied_at.is_not(None))


def _due(unit: Any) -> Condition:
    return sa.and_(unit.role.in_(ANSWERING), unit.due_on <= clock.today())


def _in_time(unit: Any) -> Condition:
    return sa.and_(_due(unit), legal_day(unit.replied_at) <= unit.due_on)


def _said_again(unit: Any) -> Condition:
    return sa.and_(unit.round > FIRST_ROUND, unit.said_in_round > FIRST_ROUND)


def _improved(unit: Any) -> Condition:
    return sa.and_(_said_again(unit), unit.attitude != DISSATISFIED, unit.result != DISSATISFIED)


def _among(column: str, values: Sequence[str]) -> Callable[[Any], Condition]:
    return lambda unit: getattr(unit, column).in_(values)


def term(zh: str, en: str, where: Callable[[Any], Condition]) -> Term:
    """A term about assignments of cases to units."""
    return Term("handling", Words(zh, en), where)


HANDED = term("交办给单位的件（一件交给几个单位算几件）", "assignments to units", lambda unit: sa.true())
SIGNED_FOR = term("单位已签收的件", "assignments signed for", lambda unit: unit.signed_for_at.is_not(None))
REPLIED = term("主办、分办单位已签发答复的件", "assignments that have been answered", _replied)
DUE = term(
    "法定答复期（含批准的延期）已满的件",
    "assignments whose period to answer, approved extensions included, is over",
    _due,
)
DUE_REPLIED = term(
    "其中已签发答复的件",
    "those of them that have been answered",
    lambda unit: sa.and_(_due(unit), unit.replied_at.is_not(None)),
)
DUE_IN_TIME = term("其中到期日或者之前签发答复的件", "those answered on or before the due date", _in_time)
HEARD = term(
    "已答复的件中签发前有沟通记录的件",
    "answered assignments with a contact recorded before the reply",
    lambda unit: sa.and_(_replied(unit), unit.heard.is_not(None)),
)
MET = term(
    "已答复的件中签发前有面商（走访、座谈、邀请调研）记录的件",
    "answered assignments with a face-to-face contact before the reply",
    lambda unit: sa.and_(_replied(unit), unit.heard == 1),
)
SAID = term(
    "有效测评（每件以最近一次为准；未反馈的不计入）",
    "evaluations given (the latest of each assignment; those not returned are left out)",
    lambda unit: unit.result.is_not(None),
)
REDONE = term(
    "答复后被退回重新办理的件",
    "answered assignments that were ordered to be redone",
    lambda unit: sa.and_(_replied(unit), unit.round > FIRST_ROUND),
)
SAID_AGAIN = term(
    "重新办理后代表再次测评的件（未反馈的不计入）",
    "redone assignments evaluated again (those not returned are left out)",
    _said_again,
)
IMPROVED = term(
    "再次测评态度、结果都不再是不满意的件",
    "those no longer dissatisfied with attitude or result",
    _improved,
)

BY_ROLE = (("lead", "主办", "lead"), ("co", "会办", "co-handling"), ("separate", "分办", "separate"))


@declares
def of_assignments(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How many were handed over, and how many of them were signed for."""
    needs = acting("assign_units")
    yield Indicator("handed", "assignment", Words("交办单位件次", "Assignments"), HANDED, needs=needs)
    for role, zh, en in BY_ROLE:
        part = term(f"{zh}的件", f"{en} assignments", _among("role", (role,)))
        yield Indicator(f"as_{role}", "assignment", Words(f"{zh}件数", f"As {en}"), part, needs=needs)
    yield Indicator(
        "signed_for_share",
        "assignment",
        Words("签收率", "Signed for"),
        SIGNED_FOR,
        HANDED,
        source=ARTICLE,
        needs=acting("sign_for"),
    )


@declares
def of_replies(folders: Sequence[Folder]) -> Iterable[Indicator]:
    """Contact, replies and their results."""
    hearing = acting("draft_reply")
    yield Indicator(
        "contact_share",
        "contact",
        Words("沟通率", "Contact"),
        HEARD,
        REPLIED,
        source=ARTICLE,
        needs=hearing,
    )
    yield Indicator(
        "met_share", "contact", Words("面商率", "Face to face"), MET, REPLIED, source=ARTICLE, needs=hearing
    )
    signing = acting("sign_reply")
    yield Indicator("replied", "reply", Words("已答复件数", "Answered"), REPLIED, needs=signing)
    not_yet = Words("答复期未满的件不计入分母。", "Assignments still within their period are left out.")
    yield Indicator(
        "replied_share",
        "reply",
        Words("办复率", "Answered when due"),
        DUE_REPLIED,
        DUE,
        source=ARTICLE,
        note=not_yet,
        needs=signing,
    )
    yield Indicator(
        "in_time_share",
        "reply",
        Words("按时办复率", "Answered in time"),
        DUE_IN_TIME,
        DUE,
        source=ARTICLE,
        note=not_yet,
        needs=signing,
    )
    yield from _of_grades(folders)


def _of_grades(folders: Sequence[Folder]) -> Iterable[Indicator]:
    """The share of each grade that the kind of work knows, in the latest version that names it."""
    grades = {key: words for folder in folders for key, words in folder.grades.items()}
    for key, words in grades.items():
        part = term(
            f"最近一次答复为{words.zh}的件", f"assignments last answered with {words.en}", _graded(key)
        )
        yield Indicator(
            f"grade_{key}",
            "grade",
            Words(f"{words.zh}占比", f"Share of {words.en}"),
            part,
            REPLIED,
            source="青岛市条例第三十一条",
            note=Words("落实率的权重高于满意率。", "What is carried out weighs more than satisfaction."),
            needs=acting("sign_reply"),
        )


def _graded(key: str) -> Callable[[Any], Condition]:
    return lambda unit: sa.and_(_replied(unit), unit.grade == key)


# key, title, what is counted of the evaluations given, and in which of their two columns
RATINGS = (
    (
        "satisfied_share",
        Words("满意率", "Satisfied"),
        term("结果为“满意”的件", "result: satisfied", _among("result", SATISFIED)),
    ),
    (
        "content_share",
        Words("满意和基本满意率", "Satisfied or basically satisfied"),
        term(
            "结果为“满意”或者“基本满意”的件",
            "result: satisfied or basically satisfied",
            _among("result", CONTENT),
        ),
    ),
    (
        "attitude_share",
        Words("态度满意率", "Satisfied with the attitude"),
        term("态度为“满意”的件", "attitude: satisfied", _among("attitude", SATISFIED)),
    ),
)
LEFT_OUT = Words(
    "未反馈的不计入分母：催要评价并不能提高满意率。",
    "Those not returned are left out, so that pressing for them gains nothing.",
)


@declares
def of_evaluations(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """What the deputies say, in both forms and on both axes."""
    for key, title, part in RATINGS:
        yield Indicator(
            key,
            "evaluation",
            title,
            part,
            SAID,
            source="重庆市条例第二十九条",
            note=LEFT_OUT,
            needs=acting("evaluate"),
        )


@declares
def of_redoing(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How much had to be handled anew, and what that changed."""
    needs, source = acting("decide_redo"), "上海市规定第二十一条"
    title = Words("重办率", "Redone")
    yield Indicator("redo_share", "evaluation", title, REDONE, REPLIED, source=source, needs=needs)
    title = Words("重办后转满意率", "Improved after redo")
    yield Indicator("improved_share", "evaluation", title, IMPROVED, SAID_AGAIN, source=source, needs=needs)
