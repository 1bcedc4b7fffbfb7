"""The indicators of one kind of work: those of every kind that it shows, and its own of statistics.toml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engine.definitions.folder import Folder
from engine.definitions.kind_statistics import (
    OF_FIELD,
    PERIOD,
    Counted,
    KindIndicator,
    KindStatistics,
    field_of,
)
from engine.definitions.statistics_checks import choices_of
from engine.definitions.words import Words
from engine.statistics.conditions import State, both_days, condition, kept_as, put_on_record
from engine.statistics.indicators import GROUPS, Acting, Causing, Indicator, Term, general

VALUE = "{value}"
FIRST = "amount"  # the group that stands before a kind's own


def all_of(folders: Sequence[Folder]) -> list[Indicator]:
    """The indicators in order of their groups; of several versions the last is in force.

    Without statistics.toml a kind shows each general one whose data it can bring about.
    """
    found, present = general(folders), folders[-1]
    own = present.statistics
    if own is None:
        found = [each for each in found if each.needs(folders)]
    else:
        chosen = (_grounded(each, present) for each in found if each.key in own.general)
        found = [*chosen, *_own(present, own)]
    order = list(groups(folders))
    return sorted(found, key=lambda each: order.index(each.group))


def groups(folders: Sequence[Folder]) -> dict[str, Words]:
    """The headings in order: how many there are, the kind's own, the others."""
    own = folders[-1].statistics if folders else None
    return {FIRST: GROUPS[FIRST], **(own.groups if own else {})} | GROUPS | (dict(own.groups) if own else {})


def _grounded(each: Indicator, folder: Folder) -> Indicator:
    """The indicator with the articles by which this kind of work takes the step it counts."""
    if not each.source:
        return each
    needs = each.needs
    return replace(each, source=needs.basis(folder) if isinstance(needs, Acting | Causing) else "")


def _own(folder: Folder, own: KindStatistics) -> Iterator[Indicator]:
    terms = {key: _term(folder, counted) for key, counted in own.counted.items()}
    for spec in own.indicators:
        part, whole = terms[spec.part], terms.get(spec.whole)
        if spec.each:
            yield from _series(folder, spec, part, whole)
        else:
            yield _indicator(spec, spec.key, spec.title, part, whole)


def _indicator(spec: KindIndicator, key: str, title: Words, part: Term, whole: Term | None) -> Indicator:
    if spec.days:
        part = _narrowed(part, part.words, both_days(spec.days))
    elif whole is not None and whole is not part and whole.of == part.of:
        part = _narrowed(part, part.words, whole.where)  # a share never counts what is not in its whole
    return Indicator(key, spec.group, title, part, whole, days=spec.days, source=spec.basis, note=spec.note)


def _term(folder: Folder, counted: Counted) -> Term:
    of = counted.of
    if of == PERIOD and folder.clock(counted.clocks[0]).per == "case":
        of = "case_period"
    return Term(of, counted.words, condition(counted))


def _series(folder: Folder, spec: KindIndicator, part: Term, whole: Term | None) -> Iterator[Indicator]:
    """The indicator once for every choice of the field that it goes through."""
    node, name = field_of(spec.each)
    for choice in choices_of(folder, spec.each):
        label = choice.label
        has = (
            kept_as(name, choice.value) if f"{node}." == OF_FIELD else put_on_record(node, name, choice.value)
        )
        words = Words(f"{part.words.zh}：{label.zh}", f"{part.words.en}: {label.en}")
        title = Words(spec.title.zh.replace(VALUE, label.zh), spec.title.en.replace(VALUE, label.en))
        yield _indicator(spec, f"{spec.key}_{choice.value}", title, _narrowed(part, words, has), whole)


def _narrowed(term: Term, words: Words, also: State) -> Term:
    """Those of a term that fulfil one condition more."""
    where = term.where
    return Term(term.of, words, lambda things: sa.and_(where(things), also(things)))
