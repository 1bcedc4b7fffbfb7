"""What lists are narrowed to, and the conditions that it makes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.casework.facts import CASES, TASKS
from engine.foundation import clock


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; everything of it stands in the address of the page."""

    process_key: str = ""
    node: str = ""
    due: str = ""  # overdue | today | week | none
    text: str = ""  # part of a number or title
    mine: bool = False  # only what I have claimed

    @property
    def shape(self) -> Filters:
        """Which filters are set, whatever they are set to: what a statement is built from."""
        return replace(
            self,
            process_key="?" if self.process_key else "",
            node="?" if self.node else "",
            text="?" if self.text else "",
        )


def narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Conditions on tasks alone: when due, whose, at which node."""
    today, in_a_week = sa.bindparam("today", type_=sa.Date), sa.bindparam("in_a_week", type_=sa.Date)
    conditions: dict[str, sa.ColumnElement[bool]] = {
        "overdue": TASKS.c.due_on < today,
        "today": TASKS.c.due_on == today,
        "week": TASKS.c.due_on.between(today, in_a_week),
        "none": TASKS.c.due_on == dt.date(9999, 12, 31),
    }
    found = [conditions[filters.due]] if filters.due in conditions else []
    if filters.mine:
        found.append(TASKS.c.assignee_id.is_not(None))
    return [*found, *node_filter(filters)]


def case_filters(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Conditions on cases: the kind of work, a part of the number or title."""
    # A statement that is kept is given its values when it is run, any other has them with it.
    found = (
        [CASES.c.process_key == sa.bindparam("of_kind", filters.process_key)] if filters.process_key else []
    )
    if filters.text:
        like: sa.BindParameter[str] = sa.bindparam("like", f"%{escaped(filters.text)}%")
        found.append(sa.or_(CASES.c.title.like(like, escape="\\"), CASES.c.number.like(like, escape="\\")))
    return found


def escaped(text: str) -> str:
    """Text for LIKE in which %, _ and \\ mean themselves."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def node_filter(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The condition on the node."""
    return [TASKS.c.node == sa.bindparam("at_node", filters.node)] if filters.node else []


def filter_values(filters: Filters) -> dict[str, Any]:
    """What the filters put into a kept statement; it takes of it what it asks for."""
    today = clock.today()
    return {
        "today": today,
        "in_a_week": today + dt.timedelta(days=7),
        "of_kind": filters.process_key,
        "at_node": filters.node,
        "like": f"%{escaped(filters.text)}%",
    }
