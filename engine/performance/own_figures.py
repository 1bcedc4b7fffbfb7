"""The system's own indicators of a year, computed from its data: use, publication and replies in time, satisfaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from engine.definitions.catalogue import current_all
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.performance.access import BUDGET_REVIEWER, FILLING
from engine.performance.quantities import PERCENT
from engine.performance.report import Line
from engine.performance.scheme import LEVELS, Level
from engine.statistics.counting import of_congress
from engine.statistics.figures import NOTHING, Figure
from engine.statistics.legal_day import legal_day
from engine.statistics.scopes import Scope
from models import Clock, User, UserSession, db

CLOCKS: sa.Table = Clock.__table__  # type: ignore[assignment]
USERS: sa.Table = User.__table__  # type: ignore[assignment]
SESSIONS: sa.Table = UserSession.__table__  # type: ignore[assignment]
PUBLISHING = "publish_reply"  # the rule on publishing replies (D11)
ANSWERED_IN_TIME, CONTENT = "in_time_share", "content_share"


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """An indicator as a report has it, and what it is made of."""

    level: Level
    level2: str
    title: Words
    part: Words
    whole: Words
    figure: Figure

    @property
    def known(self) -> bool:
        """Whether there is anything to divide by: a year without replies has no rate of them."""
        return self.figure.value is not None

    @property
    def line(self) -> Line:
        """As a line of an indicator table, weight and target left to be filled in."""
        actual = self.figure.text if self.known else ""
        return Line(
            "", LEVELS[self.level].zh, self.level2, f"{self.title.zh}（{PERCENT}）", "", "", actual, ""
        )

    @property
    def shown(self) -> str:
        """«98.00%（49/50）», or «—»."""
        if not self.known:
            return NOTHING
        return f"{self.figure.text}（{self.figure.part}/{self.figure.whole}）"


def own_figures(actor: Actor, year: int) -> list[OwnFigure]:
    """The four of them for the congress's year; counts alone, of no unit and no case. Raises NotAllowed."""
    actor.require(BUDGET_REVIEWER, FILLING)
    return list(_figures(actor.congress_id, year))


def _figures(congress_id: int, year: int) -> Iterator[OwnFigure]:
    counted = [of_congress(congress_id, Scope(each.folder.key, year=year)) for each in current_all()]

    def together(key: str) -> Figure:
        found = [figures[key] for figures in counted if key in figures]
        return Figure(sum(each.part for each in found), sum(each.whole or 0 for each in found))

    yield OwnFigure(
        Level.OUTPUT,
        "数量指标",
        Words("信息化平台投入使用率", "Utilisation of the platform"),
        Words("当年登录过的在用账号", "active accounts that signed in that year"),
        Words("在用账号", "active accounts"),
        _used(congress_id, year),
    )
    yield OwnFigure(
        Level.OUTPUT,
        "时效指标",
        Words("答复公开及时率", "Replies published in time"),
        Words("其中到期日或者之前公开的", "those published on or before that day"),
        Words("公开期限在当年届满的答复", "replies to be published by a day of that year"),
        _published_in_time(congress_id, year),
    )
    yield OwnFigure(
        Level.OUTPUT,
        "时效指标",
        Words("按时办复率", "Answered in time"),
        Words("其中到期日或者之前签发答复的件", "those answered on or before that day"),
        Words("当年收到、法定答复期已满的件", "matters of that year whose period to answer is over"),
        together(ANSWERED_IN_TIME),
    )
    yield OwnFigure(
        Level.SATISFACTION,
        "服务对象满意度指标",
        Words("代表满意度", "Satisfaction of deputies"),
        Words("结果为“满意”或者“基本满意”的", "result: satisfied or basically satisfied"),
        Words("当年收到的件的有效测评（未反馈的不计入）", "evaluations given on matters of that year"),
        together(CONTENT),
    )


def _year(year: int) -> tuple[dt.datetime, dt.datetime]:
    begins, ends = (dt.datetime(each, 1, 1, tzinfo=clock.ZONE) for each in (year, year + 1))
    return begins, ends


def _used(congress_id: int, year: int) -> Figure:
    begins, ends = _year(year)
    signed_in = sa.exists().where(
        SESSIONS.c.user_id == USERS.c.id, SESSIONS.c.created_at >= begins, SESSIONS.c.created_at < ends
    )
    active = sa.and_(USERS.c.congress_id == congress_id, USERS.c.active)
    statement = sa.select(sa.func.count().filter(signed_in), sa.func.count()).where(active)
    return Figure(*db.session.execute(statement.select_from(USERS)).one())


def _published_in_time(congress_id: int, year: int) -> Figure:
    """A copy whose day has not come yet counts nowhere, nor does one that need not be published any more."""
    over = min(dt.date(year, 12, 31), clock.today())
    due = sa.and_(
        CLOCKS.c.congress_id == congress_id,
        CLOCKS.c.rule_id == PUBLISHING,
        CLOCKS.c.state != "cancelled",
        CLOCKS.c.due_on.between(dt.date(year, 1, 1), over),
    )
    in_time = sa.and_(CLOCKS.c.state == "satisfied", legal_day(CLOCKS.c.ended_at) <= CLOCKS.c.due_on)
    statement = sa.select(sa.func.count().filter(in_time), sa.func.count()).where(due)
    return Figure(*db.session.execute(statement.select_from(CLOCKS)).one())
