"""What the report on a year counts of this kind of work besides what it counts of all: `[[figure]]` of process.toml.

| entry | meaning |
|---|---|
| `key`, `title` | its name and words |
| `counts` | happenings: the cases to which one of them happened in the year, each case once |
| `of` | the key of the figure that it is a share of |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definitions.reading import Table, unique
from engine.definitions.words import Words
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults


@dataclass(frozen=True, slots=True)
class YearlyFigure:
    """One figure; `of` is '' where it is a share of nothing."""

    key: str
    title: Words
    counts: tuple[str, ...]
    of: str


def yearly_figures(table: Table) -> tuple[YearlyFigure, ...]:
    """The figures in their order."""
    return tuple(_figure(entry) for entry in table.tables("figure"))


def _figure(entry: Table) -> YearlyFigure:
    of = entry.key("of") if entry.has("of") else ""
    figure = YearlyFigure(entry.key("key"), entry.words("title"), entry.strings("counts"), of)
    entry.done()
    return figure


def check_yearly_figures(folder: Folder, known: Known, faults: Faults) -> None:
    """What is counted must happen here, and what is a share must be one of another figure."""
    keys = [figure.key for figure in folder.figures]
    clocks = {f"clock.{spec.key}:{said}" for spec in folder.clocks for said in ("warned", "overdue")}
    unique(keys, "figure", faults)
    for figure in folder.figures:
        if figure.of and (figure.of not in keys or figure.of == figure.key):
            faults.add("figure", _("没有另一栏“{name}”。"), name=figure.of)
        for name in figure.counts:
            own = name in folder.happenings or name in clocks
            if not own and known.happenings is not None and name not in known.happenings:
                faults.add("figure", _("没有“{name}”这种事件。"), name=name)
