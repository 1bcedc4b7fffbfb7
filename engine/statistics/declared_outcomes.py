"""Indicators of what came of replies: what deputies say of them, promises kept, and what the public may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.words import Words
from engine.foundation import clock
from engine.statistics.indicators import NO_NOTE, Causing, Condition, Indicator, Term, acting, declares

SATISFIED, CONTENT = ("satisfied",), ("satisfied", "basically_satisfied")
DISSATISFIED = "dissatisfied"
FULFILLED, NOT_FULFILLED = "fulfilled", "not_fulfilled"
NOT_OWED = (
    "superseded",
    "withdrawn",
)  # a later reply promises anew, or the congress has agreed to give it up
TO_BE_READ = ("full", "summary")


def _among(column: str, values: Sequence[str]) -> Callable[[Any], Condition]:
    return lambda said: getattr(said, column).in_(values)


def _improved(said: Any) -> Condition:
    return sa.and_(said.again, said.attitude != DISSATISFIED, said.result != DISSATISFIED)


def _said(zh: str, en: str, where: Callable[[Any], Condition]) -> Term:
    return Term("evaluation", Words(zh, en), where)


SAID = _said(
    "有效测评（每件每个单位以最近一次为准；未反馈的不计入）",
    "evaluations given (the latest for each case and unit; those not returned are left out)",
    lambda said: sa.true(),
)
SAID_AGAIN = _said(
    "重新办理后代表再次作出的测评（未反馈的不计入）",
    "evaluations given after a redo (those not returned are left out)",
    lambda said: said.again,
)
IMPROVED = _said(
    "其中态度、结果都不再是不满意的", "those no longer dissatisfied with attitude or result", _improved
)
# key, title, what is counted of the evaluations given
RATINGS = (
    (
        "satisfied_share",
        Words("满意率", "Satisfied"),
        _said("结果为“满意”的", "result: satisfied", _among("result", SATISFIED)),
    ),
    (
        "content_share",
        Words("满意和基本满意率", "Satisfied or basically satisfied"),
        _said(
            "结果为“满意”或者“基本满意”的",
            "result: satisfied or basically satisfied",
            _among("result", CONTENT),
        ),
    ),
    (
        "attitude_share",
        Words("态度满意率", "Satisfied with the attitude"),
        _said("态度为“满意”的", "attitude: satisfied", _among("attitude", SATISFIED)),
    ),
)
LEFT_OUT = Words(
    "未反馈的不计入分母：催要评价并不能提高满意率。",
    "Those not returned are left out, so that pressing for them gains nothing.",
)


@declares
def of_evaluations(folders: Sequence[Folder]) -> Iterable[Indicator]:
    """What the deputies say, in both forms and on both axes, and what a redo changed."""
    source, needs = "重庆市条例第二十九条", acting("evaluate", "satisfaction_vote")
    of_both_axes = acting("evaluate")  # a body votes on the result alone
    note = LEFT_OUT if of_both_axes(folders) else NO_NOTE  # nobody is pressed for the vote of a body
    yield Indicator("evaluated", "evaluation", Words("有效测评", "Evaluations"), SAID, needs=needs)
    for key, title, part in RATINGS:
        wanted = of_both_axes if key == "attitude_share" else needs
        yield Indicator(key, "evaluation", title, part, SAID, source=source, note=note, needs=wanted)
    yield Indicator(
        "improved_share",
        "evaluation",
        Words("重办后转满意率", "Improved after redo"),
        IMPROVED,
        SAID_AGAIN,
        source="上海市规定第二十一条",
        note=LEFT_OUT,
        needs=acting("decide_redo"),
    )


def _owed(column: str) -> Callable[[Any], Condition]:
    return lambda promise: sa.and_(promise.status.not_in(NOT_OWED), getattr(promise, column) < clock.today())


def _kept(column: str) -> Callable[[Any], Condition]:
    def kept(promise: Any) -> Condition:
        believed = sa.or_(promise.rating.is_(None), promise.rating != NOT_FULFILLED)
        in_time = promise.fulfilled_on <= getattr(promise, column)
        return sa.and_(_owed(column)(promise), promise.status == FULFILLED, in_time, believed)

    return kept


# key, title, the date a promise is held to
PROMISES = (
    (
        "kept_share",
        Words("承诺兑现率", "Promises kept"),
        "due_on",
        Words("到期的承诺（按批准变更后的日期）", "promises due (by the date as changed with consent)"),
    ),
    (
        "kept_first_share",
        Words("承诺按原定日期兑现率", "Promises kept by the first date"),
        "first_due_on",
        Words("按答复中最初日期到期的承诺", "promises due by the date of the reply"),
    ),
)
DUE_FULFILLED = Words(
    "其中到期日或者之前兑现、代表没有认为未兑现的",
    "those fulfilled on or before it, and not rated otherwise by the deputy",
)


@declares
def of_promises(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """Whether what was promised was done in time."""
    for key, title, column, due in PROMISES:
        yield Indicator(
            key,
            "after",
            title,
            Term("commitment", DUE_FULFILLED, _kept(column)),
            Term("commitment", due, _owed(column)),
            source="重庆市条例第二十四条、第二十八条",
            note=Words(
                "后一次答复已取代的、经同意不再兑现的不计入。",
                "Those superseded by a later reply or given up with consent are left out.",
            ),
            needs=lambda folders: any(folder.commitments is not None for folder in folders),
        )


def _released(zh: str, en: str, where: Callable[[Any], Condition]) -> Term:
    return Term("release", Words(zh, en), where)


def _publishable(reply: Any) -> Condition:
    """Neither the unit nor the office has decided that it is kept back."""
    return sa.and_(reply.extent.in_(TO_BE_READ), reply.state != "withheld")


PUBLISHABLE = _released(
    "应公开的答复（全文或者摘要公开；不公开的不计入）",
    "replies to be published in full or as a summary (those withheld are left out)",
    _publishable,
)
PUBLIC = _released(
    "其中已公开的",
    "those that are published",
    lambda reply: sa.and_(_publishable(reply), reply.read),
)
PUBLIC_IN_FULL = _released(
    "其中已全文公开的",
    "those published in full",
    lambda reply: sa.and_(reply.extent == "full", _publishable(reply), reply.read),
)


@declares
def of_publication(_folders: Sequence[Folder]) -> Iterable[Indicator]:
    """How much of what may be published the public can read."""
    source, needs = "政府信息公开条例第二十六条", Causing("await_publication", "publication")
    title = Words("公开率", "Published")
    yield Indicator("public_share", "after", title, PUBLIC, PUBLISHABLE, source=source, needs=needs)
    title = Words("全文公开率", "Published in full")
    yield Indicator(
        "public_full_share", "after", title, PUBLIC_IN_FULL, PUBLISHABLE, source=source, needs=needs
    )
