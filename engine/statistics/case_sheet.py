"""The sheet of the cases themselves: each in a line, as far as this person may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from engine.casework.facts import ASSIGNMENTS, CASES
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.statistics import counting
from engine.statistics.lists import Line, Wish, listed
from engine.statistics.populations import RETURNED
from engine.statistics.reach import Reach
from engine.statistics.scopes import Scope
from engine.statistics.workbook import Sheet
from models import Case, Organization, db

MOST_CASES = 50_000
AT_ONCE = 1_000  # cases that are asked about in one statement
TITLE = Words("案件清单", "Cases")
HIDDEN = Words(
    "另有{count}件计入统计，但您无权查看，未列出。", "{count} more are counted that you may not open."
)
CUT_OFF = Words(
    "只列出前{count}件，请缩小范围。", "Only the first {count} are listed; please narrow the scope."
)
COLUMNS = (
    Words("编号", "Number"),
    Words("标题", "Title"),
    Words("领衔代表", "Lead deputy"),
    Words("承办单位", "Unit"),
    Words("类别", "Category"),
    Words("提出日期", "Received on"),
    Words("状态", "Status"),
    Words("并入", "Merged into"),
)
STATUSES = {
    "open": Words("办理中", "In progress"),
    "closed": Words("已办结", "Closed"),
    "declined": Words("不予受理", "Not accepted"),
    "withdrawn": Words("已撤回", "Withdrawn"),
    "merged": Words("已并案", "Merged"),
}


def case_sheet(actor: Actor, scope: Scope, reach: Reach, notes: Sequence[str]) -> Sheet:
    """Every case of the scope with all its units; for units, what is in their own hands."""
    wish = Wish("received" if reach.whole else "handed")
    found = listed(actor, scope, wish, limit=MOST_CASES)
    said = [*notes]
    if found.hidden:
        said.append(HIDDEN.in_(actor.locale).format(count=found.hidden))
    if found.more:
        said.append(CUT_OFF.in_(actor.locale).format(count=MOST_CASES))
    categories = {
        key: words
        for folder in counting.versions(scope.process_key)
        for key, words in folder.categories.items()
    }
    ids = [line.case_id for line in found.lines] if reach.whole else []
    units, mains = _units_of(ids), _mains_of(ids)
    lines = [
        [
            line.number or "",
            line.title,
            line.lead or "",
            line.unit or units.get(line.case_id, ""),
            *_standing(line, categories, actor.locale),
            mains.get(line.case_id, ""),
        ]
        for line in found.lines
    ]
    return Sheet(TITLE.in_(actor.locale), [each.in_(actor.locale) for each in COLUMNS], lines, said, (26, 48))


def _standing(line: Line, categories: Mapping[str, Words], locale: str) -> list[str]:
    category, status = categories.get(line.category or ""), STATUSES.get(line.status)
    return [
        category.in_(locale) if category else line.category or "",
        clock.day_of(line.received_at).isoformat(),
        status.in_(locale) if status else line.status,
    ]


def _units_of(ids: Sequence[int]) -> dict[int, str]:
    """The units that each case is or was with, in the order of assignment, without those that gave it back."""
    found: dict[int, dict[str, None]] = {}
    statement = (
        sa.select(ASSIGNMENTS.c.case_id, Organization.short_name)
        .join(Organization, Organization.id == ASSIGNMENTS.c.unit_id)
        .where(ASSIGNMENTS.c.status != RETURNED)
        .order_by(ASSIGNMENTS.c.id)
    )
    for some in _portions(ids):
        for case_id, name in db.session.execute(statement.where(ASSIGNMENTS.c.case_id.in_(some))):
            found.setdefault(case_id, {})[name] = None
    return {case_id: "、".join(names) for case_id, names in found.items()}


def _mains_of(ids: Sequence[int]) -> dict[int, str]:
    """The number of the case that each merged one is handled with."""
    main = orm.aliased(Case)
    statement = sa.select(CASES.c.id, main.number).join(main, main.id == CASES.c.merged_into_id)
    rows = (db.session.execute(statement.where(CASES.c.id.in_(some))) for some in _portions(ids))
    return {case_id: number or "" for portion in rows for case_id, number in portion}


def _portions(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
