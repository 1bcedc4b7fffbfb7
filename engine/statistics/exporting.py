"""What goes into the workbook: the summary, every table, the cases, and the denominator of each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.statistics import counting
from engine.statistics.case_sheet import case_sheet
from engine.statistics.cuts import OF_HANDLINGS_ONLY
from engine.statistics.figures import Figure
from engine.statistics.indicators import Indicator
from engine.statistics.labels import labels, titles
from engine.statistics.reach import Reach, reach_of
from engine.statistics.scopes import Scope
from engine.statistics.workbook import Sheet, workbook

SUMMARY = Words("汇总", "Summary")
DEFINITIONS = Words("口径", "Definitions")
TAKEN = Words("数据截至{day}。范围：{scope}。", "As of {day}. Scope: {scope}.")
SUMMARY_COLUMNS = (
    Words("指标", "Indicator"),
    Words("数值", "Value"),
    Words("分子", "Numerator"),
    Words("分母", "Denominator"),
    Words("上期", "Before"),
    Words("本人可看单位", "Own units"),
)
DEFINITION_COLUMNS = (
    Words("指标", "Indicator"),
    Words("分子", "Numerator"),
    Words("分母", "Denominator"),
    Words("依据", "Source"),
    Words("说明", "Note"),
)


def exported(actor: Actor, scope: Scope, scope_name: str) -> bytes:
    """The workbook of a scope, as far as this person may see it, in his language."""
    reach, locale = reach_of(actor), actor.locale
    known = counting.known(scope.process_key)
    notes = [TAKEN.in_(locale).format(day=clock.today().isoformat(), scope=scope_name)]
    sheets = [_summary(actor, scope, known, notes)]
    sheets += [_table(actor, scope, cut, known, notes) for cut in _cuts(scope, reach)]
    if reach.lists:
        sheets.append(case_sheet(actor, scope, reach, notes))
    sheets.append(_definitions(known, locale))
    return workbook(sheets)


def _cuts(scope: Scope, reach: Reach) -> list[str]:
    return [
        cut
        for cut in titles(counting.versions(scope.process_key))
        if reach.lists or cut not in OF_HANDLINGS_ONLY
    ]


def _summary(actor: Actor, scope: Scope, known: Sequence[Indicator], notes: Sequence[str]) -> Sheet:
    now, mine = counting.totals(actor, scope), {}
    if not reach_of(actor).whole:
        mine = counting.own(actor, scope)
    then = counting.before(actor, scope)
    lines = [
        [
            each.title.in_(actor.locale),
            now[each.key],
            now[each.key].part,
            _whole(now[each.key]),
            then.get(each.key, ""),
            mine.get(each.key, ""),
        ]
        for each in known
    ]
    columns = [words.in_(actor.locale) for words in SUMMARY_COLUMNS]
    return Sheet(SUMMARY.in_(actor.locale), columns, lines, notes, (36,))


def _whole(figure: Figure) -> Any:
    return "" if figure.whole is None else figure.whole


def _table(actor: Actor, scope: Scope, cut: str, known: Sequence[Indicator], notes: Sequence[str]) -> Sheet:
    shown = counting.cuttable(known, cut)
    rows = counting.table(actor, scope, cut)
    folders = counting.versions(scope.process_key)
    named = labels(cut, [row.value for row in rows], folders)
    rows.sort(key=lambda row: (named[row.value][1], str(row.value)))
    title = titles(folders)[cut].in_(actor.locale)
    columns = [title]
    for each in shown:
        name = each.title.in_(actor.locale)
        columns += [name] if each.whole is None else [name, *_parts(name, actor.locale)]
    lines = [[named[row.value][0].in_(actor.locale), *_cells(row.figures, shown)] for row in rows]
    return Sheet(title, columns, lines, notes, (24,))


def _parts(name: str, locale: str) -> tuple[str, str]:
    numerator, denominator = (words.in_(locale) for words in SUMMARY_COLUMNS[2:4])
    return f"{name} {numerator}", f"{name} {denominator}"


def _cells(figures: Mapping[str, Figure], shown: Sequence[Indicator]) -> list[Any]:
    cells: list[Any] = []
    for each in shown:
        figure = figures[each.key]
        cells += [figure] if figure.whole is None else [figure, figure.part, figure.whole]
    return cells


def _definitions(known: Sequence[Indicator], locale: str) -> Sheet:
    lines = [
        [
            each.title.in_(locale),
            each.part.words.in_(locale),
            each.whole.words.in_(locale) if each.whole else "",
            each.source,
            each.note.in_(locale),
        ]
        for each in known
    ]
    columns = [words.in_(locale) for words in DEFINITION_COLUMNS]
    return Sheet(DEFINITIONS.in_(locale), columns, lines, (), (28, 60, 60, 24, 48))
