"""Counting: every figure of a page in one statement for each population, whatever the number of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

import sqlalchemy as sa

from engine.definitions.catalogue import current, definition
from engine.definitions.folder import Folder
from engine.definitions.kind_statistics import Span
from engine.foundation.actor import Actor
from engine.foundation.errors import NotAllowed, NotFound
from engine.statistics import declared_cases, declared_handlings, declared_outcomes
from engine.statistics.conditions import days_of
from engine.statistics.cuts import CUTS, OF_HANDLINGS_ONLY
from engine.statistics.figures import Figure
from engine.statistics.indicators import Indicator, Term
from engine.statistics.labels import titles
from engine.statistics.of_kind import all_of
from engine.statistics.outcomes import POPULATIONS
from engine.statistics.populations import Asked
from engine.statistics.reach import reach_of
from engine.statistics.scopes import Scope, earlier
from models import ProcessDefinition, db

__all__ = ["Row", "declared_cases", "declared_handlings", "declared_outcomes", "known", "table", "totals"]

Figures = dict[str, Figure]
Medians = Mapping[str, Mapping[Any, Decimal]]  # of an indicator, by the value of the cut


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the value it is cut by (None: nothing is known of it), and its figures by indicator."""

    value: Any
    figures: Figures


def versions(process_key: str) -> tuple[Folder, ...]:
    """Every deployed version of a kind of work, the present one last; NotFound where there is none."""
    present = current(process_key)
    ids = sa.select(ProcessDefinition.id).where(
        ProcessDefinition.key == process_key, ProcessDefinition.id != present.id
    )
    older = [definition(id_) for id_ in db.session.scalars(ids.order_by(ProcessDefinition.version))]
    return (*older, present.folder)


def known(process_key: str) -> list[Indicator]:
    """The indicators of a kind of work."""
    return all_of(versions(process_key))


def require_cut(process_key: str, cut: str) -> None:
    """NotFound for what the kind of work is not cut by."""
    if cut not in CUTS and cut not in titles(versions(process_key)):
        raise NotFound


def indicator(process_key: str, key: str) -> Indicator:
    """One of them; NotFound for another key."""
    for each in known(process_key):
        if each.key == key:
            return each
    raise NotFound


def asked(actor: Actor, scope: Scope, *, units: frozenset[int] | None = None) -> Asked:
    """The question as the queries take it."""
    clocks = {spec.key for folder in versions(scope.process_key) for spec in folder.clocks if spec.main}
    return Asked(actor.congress_id, scope, frozenset(clocks), units)


def totals(actor: Actor, scope: Scope) -> Figures:
    """Every indicator over all cases of the scope: what everybody who sees statistics may see."""
    if scope.unit_id is not None:
        reach_of(actor).require_unit(scope.unit_id)
    else:
        reach_of(actor)
    return _figures(known(scope.process_key), asked(actor, scope))


def of_congress(congress_id: int, scope: Scope) -> Figures:
    """Every indicator over all cases of the scope, for a report of the congress itself: no unit, no case is named."""
    clocks = {spec.key for folder in versions(scope.process_key) for spec in folder.clocks if spec.main}
    return _figures(known(scope.process_key), Asked(congress_id, scope, frozenset(clocks), None))


def before(actor: Actor, scope: Scope) -> Figures:
    """The totals one period before; nothing where no such period is known or nothing was kept of it."""
    then = earlier(scope, actor.congress_id)
    figures = totals(actor, then) if then is not None else {}
    return figures if any(figure.part for figure in figures.values()) else {}


def own(actor: Actor, scope: Scope) -> Figures:
    """The indicators that can be said of units, over the units whose figures are this person's to see."""
    units = reach_of(actor).units
    if not units:
        return {}
    sayable = [each for each in known(scope.process_key) if each.of_units]
    return _figures(sayable, asked(actor, scope, units=units))


def _figures(wanted: Sequence[Indicator], question: Asked) -> Figures:
    rows = _rows(wanted, question, "")
    return rows[0].figures if rows else {}


def table(actor: Actor, scope: Scope, cut: str) -> list[Row]:
    """A line for each value of the cut; of units, those this person may see. Raises NotFound for an unknown cut."""
    reach = reach_of(actor)
    require_cut(scope.process_key, cut)
    if not reach.lists and cut in OF_HANDLINGS_ONLY:
        raise NotAllowed
    if scope.unit_id is not None:
        reach.require_unit(scope.unit_id)
    return _rows(cuttable(known(scope.process_key), cut), asked(actor, scope, units=reach.units or None), cut)


def cuttable(wanted: Iterable[Indicator], cut: str) -> list[Indicator]:
    """The indicators that a cut makes sense for: what is not in units' hands is not cut by units."""
    return [each for each in wanted if each.of_units or cut not in OF_HANDLINGS_ONLY]


def _rows(wanted: Sequence[Indicator], question: Asked, cut: str) -> list[Row]:
    counted: dict[Any, dict[Term, int]] = {}
    terms = {term: None for each in wanted for term in each.terms}
    for population in POPULATIONS:
        of_it = [term for term in terms if term.of == population]
        if of_it:
            for value, *numbers in db.session.execute(_statement(population, of_it, question, cut)):
                found = counted.setdefault(value, {})
                found |= dict(zip(of_it, numbers, strict=True))
    medians = {each.key: _medians(each.part, each.days, question, cut) for each in wanted if each.days}
    return [Row(value, _made(wanted, numbers, value, medians)) for value, numbers in counted.items()]


def _statement(population: str, terms: Sequence[Term], question: Asked, cut: str) -> Any:
    things = POPULATIONS[population](question, cut)
    numbers = [sa.func.count().filter(term.where(things.c)) for term in terms]
    if not cut:
        return sa.select(sa.null().label("cut"), *numbers).select_from(things)
    return sa.select(things.c.cut, *numbers).group_by(things.c.cut)


def _made(wanted: Sequence[Indicator], numbers: dict[Term, int], value: Any, medians: Medians) -> Figures:
    def of(term: Term) -> int:
        return numbers.get(term, 0)

    return {
        each.key: Figure(of(each.part), days=True, median=medians[each.key].get(value))
        if each.days
        else Figure(of(each.part), None if each.whole is None else of(each.whole), each.mean)
        for each in wanted
    }


def _medians(term: Term, span: Span, question: Asked, cut: str) -> dict[Any, Decimal]:
    """The median of days for each value of the cut: half a day where two cases stand in the middle."""
    things = POPULATIONS[term.of](question, cut)
    begun, ended = days_of(span, things.c)
    by = things.c.cut if cut else sa.null().label("cut")
    fitting = sa.select(by, begun, ended).select_from(things).where(term.where(things.c))
    rows = db.session.execute(fitting)
    found: dict[Any, list[int]] = {}
    for value, first, last in rows:
        found.setdefault(value, []).append((last - first).days)
    return {value: Decimal(int(2 * median(days))) / 2 for value, days in found.items()}
