"""Indicators of what units do: signing for, returns, contact, replies in time and their results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.foundation import clock
from engine.statistics.declared_cases import ASSIGNED
from engine.statistics.indicators import Condition, Indicator, Term, acting, declares, filling
from engine.statistics.legal_day import legal_day
from engine.statistics.populations import ANSWERING, FIRST_ROUND, RETURNED

ARTICLE = "代表法第五十一条"


def _kept(unit: Any) -> Condition:
    return unit.status != RETURNED


def _replied(unit: Any) -> Condition:
    return sa.and_(unit.role.in_(ANSWERING), unit.replied_at.is_not(None))


def _due(unit: Any) -> Condition:
    return sa.and_(_kept(unit), unit.role.in_(ANSWERING), unit.due_on < clock.today())


def _in_time(unit: Any) -> Condition:
    return sa.and_(_due(unit), legal_day(unit.replied_at) <= unit.due_on)


def _in_role(role: str) -> Callable[[Any], Condition]:
    return lambda unit: sa.and_(_kept(unit), unit.role == role)


def term(zh: str, en: str, where: Callable[[Any], Condition]) -> Term:
    """A term about assignments of cases to units."""
    return Term("handling", Words(zh, en), where)


HANDED = term(
    "交办给单位的件（一件交给几个单位算几件，退回改办前后都算）",
    "assignments to units (those returned and those that took their place both count)",
    lambda unit: sa.true(),
)
RETURNS = term(
    "经同意退回、改由其他单位承办的件",
    "assignments that went to another unit on an accepted return",
    lambda unit: unit.status == RETURNED,
)
IN_HAND = term("交办给单位且没有退回改办的件", "assignments to units that were not returned", _kept)
SIGNED_FOR = term(
    "其中单位已签收的件",
    "those of them that have been signed for",
    lambda unit: sa.and_(_kept(unit), unit.signed_for_at.is_not(None)),
)
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
REDONE = term(
    "答复后被退回重新办理的件",
    "answered assignments that were ordered to be redone",
    lambda unit: sa.and_(_replied(unit), unit.round > FIRST_ROUND),
)
BY_ROLE = (("lead", "主办", "lead"), ("co", "会办", "co-handling"), ("separate", "分办", "separate"))


@declares
def of_assignments(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How many were handed over, and how many of them were signed for."""
    needs = acting("assign_units")
    yield Indicator("handed", "assignment", Words("交办单位件次", "Assignments"), HANDED, needs=needs)
    for role, zh, en in BY_ROLE:
        part = term(f"{zh}的件（不含已退回的）", f"{en} assignments not returned", _in_role(role))
        yield Indicator(f"as_{role}", "assignment", Words(f"{zh}件数", f"As {en}"), part, needs=needs)
    yield Indicator(
        "signed_for_share",
        "assignment",
        Words("签收率", "Signed for"),
        SIGNED_FOR,
        IN_HAND,
        source=ARTICLE,
        needs=acting("sign_for"),
    )


@declares
def of_replies(folders: Sequence[Folder]) -> Iterable[Indicator]:
    """Contact, replies and their results."""
    hearing = filling("contact")
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
            f"最近一次答复为“{words.zh}”的件", f"assignments last answered with “{words.en}”", _graded(key)
        )
        yield Indicator(
            f"grade_{key}",
            "grade",
            Words(f"{_short(words.zh)}占比", f"Share of {_short(words.en)}"),
            part,
            REPLIED,
            source="青岛市条例第三十一条",
            note=Words("落实率的权重高于满意率。", "What is carried out weighs more than satisfaction."),
            needs=acting("sign_reply"),
        )


def _short(title: str) -> str:
    """«A 类» of «A 类：所提问题已经解决»."""
    return title.replace("：", ":").partition(":")[0]


def _graded(key: str) -> Callable[[Any], Condition]:
    return lambda unit: sa.and_(_replied(unit), unit.grade == key)


@declares
def of_returns(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How often a case goes to the wrong unit first."""
    needs, source = acting("reassign_unit"), "重庆市条例第十六条"
    title = Words("退回率", "Returned")
    yield Indicator("returned_share", "assignment", title, RETURNS, HANDED, source=source, needs=needs)
    yield Indicator(
        "mean_returns",
        "assignment",
        Words("平均退回次数", "Mean number of returns"),
        RETURNS,
        ASSIGNED,
        mean=True,
        source=source,
        note=Words("每件已交办的件平均退回改办几次。", "Returns for each case assigned."),
        needs=needs,
    )


@declares
def of_redoing(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How much had to be handled anew."""
    yield Indicator(
        "redo_share",
        "evaluation",
        Words("重办率", "Redone"),
        REDONE,
        REPLIED,
        source="上海市规定第二十一条",
        needs=acting("decide_redo"),
    )
