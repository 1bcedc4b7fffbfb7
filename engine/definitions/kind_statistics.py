"""statistics.toml: what the statistics of a kind of work are made of, where they are not those of every kind.

| entry | meaning |
|---|---|
| `general` | the keys of the indicators that every kind can have and this one shows |
| `cuts` | what its tables are cut by: `unit`, `organ`, `category` …, or `field.<name>` of the register |
| `[[group]]` | a heading of its own: `key`, `title` |
| `[counted.<key>]` | things that are counted, in `words`; `of` which population, and conditions that all hold |
| `[[indicator]]` | a figure: `part` (`whole` where it is a share) or `days` (a median); `group`, `title`, `basis` |

Conditions of what is counted, each on the case that the thing belongs to, or on the thing itself:

| condition | holds where |
|---|---|
| `happened`, `never` | one of these happenings befell the case; none of them did |
| `status` | the case, or the problem, stands so |
| `where` | a register field, or a column of the case (`category`, `origin`), has one of the values |
| `answered` | a step put one of the values on record: `{ node = …, field = …, is = […] }` |
| `clock` | of periods: the clocks meant |
| `node` | of entries: the steps meant |
| `result` | of evaluations: how they turned out |
| `state` | what STATES has for the population; all of them hold |

`each = "field.<name>"` or `each = "<node>.<field>"` of an indicator makes one of it for every choice of that field:
`{value}` in its title is the choice. `days = { from = …, to = … }` counts from one legal day to another: `submitted`,
`assigned`, `closed`, or the day of the first entry of a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.definitions.particulars import columns_wanted
from engine.definitions.problems import Faults, rule
from engine.definitions.reading import KEY, Table, toml_table, unique
from engine.definitions.words import Words
from engine.foundation.language import _

FILE = "statistics.toml"
PERIOD = "period"
# What can be counted → what `state` may say of it.
STATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "case": (),
        "handling": ("signed_for", "replied", "redone"),
        PERIOD: ("due", "ended", "in_time", "late"),
        "problem": ("due", "in_time", "late", "returned", "second_hand"),
        "evaluation": ("again",),
        "entry": (),
        "ask": (),
    }
)
NO_POPULATION = rule("no-such-population", _("不能统计“{name}”，可以统计：{among}。"))
# The indicators that every kind can have; those of its grades go with the grades.
GENERAL = (
    *("received", "accepted", "declined", "merged", "withdrawn", "closed"),
    *("assigned_share", "shared_share", "handed", "as_lead", "as_co", "as_separate", "signed_for_share"),
    *(
        "returned_share",
        "mean_returns",
        "contact_share",
        "met_share",
        "replied",
        "replied_share",
        "in_time_share",
    ),
    *("redo_share", "evaluated", "satisfied_share", "content_share", "attitude_share", "improved_share"),
    *("kept_share", "kept_first_share", "public_share", "public_full_share"),
)
MILESTONES = ("submitted", "assigned", "closed")
COLUMNS = ("category", "origin")
CUTS = ("unit", "role", "organ", "category", "delegation", "source", "form", "origin", "sitting", "year")
OF_FIELD = "field."
NO_NOTE = Words("", "")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a step put on record: one of the values in a field of its form."""

    node: str
    field: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """The things of a population that fulfil every condition, and the same in words."""

    key: str
    of: str
    words: Words
    happened: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answered: Answered | None = None
    clocks: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From one legal day of a case to another: a milestone, or the first entry of a step."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class KindIndicator:
    """One figure of the kind; `part` and `whole` are keys of what is counted, `whole` '' for a plain count."""

    key: str
    group: str
    title: Words
    part: str
    whole: str = ""
    days: Span | None = None
    each: str = ""
    basis: str = ""
    note: Words = NO_NOTE


@dataclass(frozen=True, slots=True)
class KindStatistics:
    """The whole file."""

    general: tuple[str, ...]
    cuts: tuple[str, ...]
    groups: Mapping[str, Words]
    counted: Mapping[str, Counted]
    indicators: tuple[KindIndicator, ...]


def read_statistics(files: Mapping[str, str], faults: Faults) -> KindStatistics | None:
    """The file, checked as far as it can be by itself; None where the kind is content with what all have."""
    if FILE not in files:
        return None
    table = toml_table(files, FILE, faults)
    if table is None:
        return None
    statistics = KindStatistics(
        general=table.strings("general", ()),
        cuts=table.strings("cuts", ()),
        groups=MappingProxyType(dict(_group(entry) for entry in table.tables("group"))),
        counted=MappingProxyType({key: _counted(key, entry) for key, entry in table.named_tables("counted")}),
        indicators=tuple(_indicator(entry) for entry in table.tables("indicator")),
    )
    table.done()
    unique([each.key for each in statistics.indicators], "indicator", faults.within(FILE))
    return statistics


def _group(entry: Table) -> tuple[str, Words]:
    key, title = entry.key("key"), entry.words("title")
    entry.done()
    return key, title


def _counted(key: str, entry: Table) -> Counted:
    of = entry.key("of") if entry.has("of") else "case"
    if of not in STATES:
        entry.fault(NO_POPULATION, name=of, among="、".join(STATES))
    counted = Counted(
        key=key,
        of=of,
        words=entry.words("words"),
        happened=entry.strings("happened", ()),
        never=entry.strings("never", ()),
        statuses=entry.strings("status", ()),
        where=columns_wanted(entry),
        answered=_answered(entry.table("answered")) if entry.has("answered") else None,
        clocks=entry.strings("clock", ()),
        nodes=entry.strings("node", ()),
        results=entry.strings("result", ()),
        states=entry.strings("state", ()),
    )
    entry.done()
    _check_conditions(counted, entry)
    return counted


def _answered(entry: Table) -> Answered:
    answered = Answered(entry.key("node"), entry.key("field"), entry.strings("is"))
    entry.done()
    return answered


def _check_conditions(counted: Counted, entry: Table) -> None:
    """A condition must be one that the population knows."""
    for name, said, of in (
        ("clock", counted.clocks, PERIOD),
        ("node", counted.nodes, "entry"),
        ("result", counted.results, "evaluation"),
    ):
        if bool(said) != (counted.of == of) and (said or name != "result"):
            entry.fault(_("“{name}”只用于“{of}”，并且必须写明。"), name=name, of=of)
    for state in counted.states:
        if state not in STATES.get(counted.of, ()):
            entry.fault(_("“{of}”没有“{name}”这种状态。"), of=counted.of, name=state)
    if counted.statuses and counted.of not in ("case", "problem"):
        entry.fault(_("不认识“{name}”。"), name="status")


def _indicator(entry: Table) -> KindIndicator:
    indicator = KindIndicator(
        key=entry.key("key"),
        group=entry.key("group"),
        title=entry.words("title"),
        part=entry.key("part"),
        whole=entry.key("whole") if entry.has("whole") else "",
        days=_span(entry.table("days")) if entry.has("days") else None,
        each=entry.text("each", ""),
        basis=entry.text("basis", ""),
        note=entry.words("note", NO_NOTE),
    )
    entry.done()
    if indicator.days and (indicator.whole or indicator.each):
        entry.fault(_("计算天数的指标没有分母，也不分项。"))
    return indicator


def _span(entry: Table) -> Span:
    span = Span(entry.key("from"), entry.key("to"))
    entry.done()
    return span


def field_of(each: str) -> tuple[str, str]:
    """The two halves of `field.<name>` and of `<node>.<field>`; two empty ones for anything else."""
    node, dot, name = each.partition(".")
    return (node, name) if dot and KEY.fullmatch(node) and KEY.fullmatch(name) else ("", "")
