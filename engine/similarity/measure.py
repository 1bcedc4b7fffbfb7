"""How good the suggestions are: each case of an installation is held out and asked about, as if it came anew.

* recall@5: of the other cases about the same matter, how many stand among the five nearest (at most five count).
* accuracy@1, @3: how often the unit that handled the case is the first, or among the first three, suggested, when only
  cases that were opened earlier are known.

Beside each stands what a naive way would have reached in the same run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from engine.casework.facts import ASSIGNMENTS, CASE_COLUMNS, CASES, CaseFacts, read
from engine.definitions.catalogue import definition
from engine.similarity.index import DOCUMENTS, written_of
from engine.similarity.search import nearest
from engine.similarity.terms import Written
from engine.similarity.units import ANSWERING, RETURNED, suggest_units
from models import Case, db

AT = 5


@dataclass(slots=True)
class Share:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def add(self, hits: int, of: int = 1) -> None:
        """Count some more."""
        self.hits += hits
        self.of += of

    @property
    def value(self) -> float | None:
        """The share; None where there was nothing to count."""
        return self.hits / self.of if self.of else None


@dataclass(slots=True)
class Recall:
    """recall@5 of one way of asking, and of the naive way: cases with the very same title."""

    found: Share = field(default_factory=Share)
    naive: Share = field(default_factory=Share)


@dataclass(slots=True)
class Accuracy:
    """accuracy@1 and @3 of the suggested unit, and of the units that most earlier cases went to."""

    first: Share = field(default_factory=Share)
    three: Share = field(default_factory=Share)
    naive_first: Share = field(default_factory=Share)
    naive_three: Share = field(default_factory=Share)


@dataclass(slots=True)
class Measures:
    """What was measured on so many cases; `matters` are those that more than one case is about."""

    cases: int
    matters: int
    whole_text: Recall = field(default_factory=Recall)
    title_alone: Recall = field(default_factory=Recall)
    units: Accuracy = field(default_factory=Accuracy)


@dataclass(frozen=True, slots=True)
class Held:
    """A case that is held out: its text, what it is about ("" where that is not known), who answers for it."""

    id: int
    written: Written
    matter: str
    units: frozenset[int]


def measure(
    congress_id: int, *, same_by: str = "", progress: Callable[[int, int], None] = lambda done, total: None
) -> Measures:
    """Hold out every case of a congress in turn; cases are about the same matter whose register field `same_by`,
    or without one whose asks, are the same."""
    held = _held(congress_id, same_by)
    sizes = Counter(each.matter for each in held if each.matter)
    about: dict[str, frozenset[int]] = {
        matter: frozenset(each.id for each in held if each.matter == matter)
        for matter, number in sizes.items()
        if number > 1
    }
    measures = Measures(len(held), len(about))
    titles: dict[str, set[int]] = {}
    for each in held:
        titles.setdefault(each.written.title, set()).add(each.id)
    earlier: Counter[int] = Counter()
    for done, each in enumerate(held, start=1):
        same = about.get(each.matter, frozenset()) - {each.id}
        if same:
            alone = Written(each.written.title)
            for asked, recall in ((each.written, measures.whole_text), (alone, measures.title_alone)):
                _recall(congress_id, each, asked, same, titles, recall)
        if each.units:
            _accuracy(congress_id, each, earlier, measures.units)
            earlier.update(each.units)
        progress(done, len(held))
    return measures


def _recall(
    congress_id: int,
    each: Held,
    asked: Written,
    same: frozenset[int],
    titles: Mapping[str, set[int]],
    recall: Recall,
) -> None:
    matches = nearest(congress_id, asked, without=each.id, at_most=AT)
    of = min(AT, len(same))
    recall.found.add(len(same & {match.case_id for match in matches}), of)
    recall.naive.add(min(AT, len(same & titles[each.written.title])), of)


def _accuracy(congress_id: int, each: Held, earlier: Counter[int], accuracy: Accuracy) -> None:
    suggested = [unit.unit_id for unit in suggest_units(congress_id, each.written, before=each.id)]
    common = [unit_id for unit_id, _number in earlier.most_common(3)]
    accuracy.first.add(bool(each.units & set(suggested[:1])))
    accuracy.three.add(bool(each.units & set(suggested)))
    accuracy.naive_first.add(bool(each.units & set(common[:1])))
    accuracy.naive_three.add(bool(each.units & set(common)))


def _held(congress_id: int, same_by: str) -> list[Held]:
    """The cases of the index in the order in which they were opened."""
    statement = (
        sa.select(*CASE_COLUMNS, CASES.c.fields)
        .join(DOCUMENTS, DOCUMENTS.c.case_id == CASES.c.id)
        .where(CASES.c.congress_id == congress_id)
        .order_by(CASES.c.id)
    )
    units = _units(congress_id)
    found = []
    for row in db.session.execute(statement).all():
        case = read(CaseFacts, Case, row)
        written = written_of(case, definition(case.definition_id))
        matter = str((row.fields or {}).get(same_by) or "") if same_by else "\n".join(written.asks)
        found.append(Held(case.id, written, matter, frozenset(units.get(case.id, ()))))
    return found


def _units(congress_id: int) -> dict[int, set[int]]:
    """Case → the units that answer for it."""
    statement = (
        sa.select(ASSIGNMENTS.c.case_id, ASSIGNMENTS.c.unit_id)
        .join(CASES, CASES.c.id == ASSIGNMENTS.c.case_id)
        .where(
            CASES.c.congress_id == congress_id,
            ASSIGNMENTS.c.role.in_(ANSWERING),
            ASSIGNMENTS.c.status != RETURNED,
        )
    )
    found: dict[int, set[int]] = {}
    for case_id, unit_id in db.session.execute(statement):
        found.setdefault(case_id, set()).add(unit_id)
    return found
