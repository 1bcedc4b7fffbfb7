"""Whether statistics.toml counts what can happen here: steps, fields, clocks and words that the folder has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.definitions.forms import Choice
from engine.definitions.further_steps import UNKNOWN_BASIS
from engine.definitions.kind_statistics import (
    COLUMNS,
    CUTS,
    FILE,
    GENERAL,
    MILESTONES,
    OF_FIELD,
    Answered,
    Counted,
    KindIndicator,
    KindStatistics,
    field_of,
)
from engine.definitions.problems import Faults, rule
from engine.foundation.language import _

if TYPE_CHECKING:
    from engine.definitions.folder import ActionSpec, Folder, TaskSpec
    from engine.definitions.folder_reading import Known

NO_STEP = rule("no-such-step", _("没有名为“{name}”的任务或者事项。"))
NO_FIELD = rule("no-such-field", _("没有“{name}”这一栏。"))
NOT_COUNTED = rule("not-counted", _("没有说明怎样统计“{name}”。"))
IDLE = rule("counted-for-nothing", _("没有指标用到“{name}”。"))
NO_CHOICES = rule("no-choices", _("“{name}”没有可选的值，不能分项。"))


def check_statistics(folder: Folder, known: Known, faults: Faults) -> None:
    """Add a fault for everything that can never be counted."""
    statistics = folder.statistics
    if statistics is None:
        return
    own = faults.within(FILE)
    _check_head(folder, statistics, own)
    for counted in statistics.counted.values():
        _check_counted(folder, counted, known, own)
    for indicator in statistics.indicators:
        _check_indicator(folder, statistics, indicator, known, own)
    used = {name for each in statistics.indicators for name in (each.part, each.whole)}
    for key in statistics.counted.keys() - used:
        own.add(f"counted.{key}", IDLE, name=key)


def _check_head(folder: Folder, statistics: KindStatistics, faults: Faults) -> None:
    for name in statistics.general:
        if name not in GENERAL:
            faults.add("general", _("没有通用指标“{name}”。"), name=name)
    for name in statistics.cuts:
        if name not in CUTS and name.removeprefix(OF_FIELD) not in _register(folder):
            faults.add("cuts", NO_FIELD, name=name)


def _register(folder: Folder) -> set[str]:
    return {field.name for field in folder.register}


def step_of(folder: Folder, node: str) -> TaskSpec | ActionSpec | None:
    """The task or action of that name."""
    return folder.tasks.get(node) or folder.actions.get(node)


def _check_counted(folder: Folder, counted: Counted, known: Known, faults: Faults) -> None:
    place = f"counted.{counted.key}"
    for name in (*counted.happened, *counted.never):
        if name not in folder.happenings and known.happenings is not None and name not in known.happenings:
            faults.add(place, _("没有“{name}”这种事件。"), name=name)
    for name in counted.where:
        if name not in COLUMNS and name not in _register(folder):
            faults.add(place, NO_FIELD, name=name)
    for node in counted.nodes:
        if step_of(folder, node) is None:
            faults.add(place, NO_STEP, name=node)
    _check_periods(folder, counted, place, faults)
    if counted.answered is not None:
        _check_answered(folder, counted.answered, place, faults)


def _check_periods(folder: Folder, counted: Counted, place: str, faults: Faults) -> None:
    per = {clock.key: clock.per for clock in folder.clocks}
    for name in counted.clocks:
        if name not in per:
            faults.add(place, _("deadlines.toml中没有期限“{name}”。"), name=name)
    if len({per[name] for name in counted.clocks if name in per}) > 1:
        faults.add(place, _("按件的期限和按单位的期限不能一起统计。"))


def _check_answered(folder: Folder, answered: Answered, place: str, faults: Faults) -> None:
    offered = {choice.value for choice in choices_of_step(folder, answered.node, answered.field)}
    for value in answered.among:
        if value not in offered:
            faults.add(place, NO_FIELD, name=f"{answered.node}.{answered.field}={value}")


def _check_indicator(
    folder: Folder, statistics: KindStatistics, indicator: KindIndicator, known: Known, faults: Faults
) -> None:
    place = f"indicator {statistics.indicators.index(indicator) + 1}"
    if indicator.group not in statistics.groups:
        faults.add(place, _("没有“{name}”这一组。"), name=indicator.group)
    for name in filter(None, (indicator.part, indicator.whole)):
        if name not in statistics.counted:
            faults.add(place, NOT_COUNTED, name=name)
    if indicator.basis and known.bases is not None and indicator.basis not in known.bases:
        faults.add(place, UNKNOWN_BASIS, name=indicator.basis)
    if indicator.each and not choices_of(folder, indicator.each):
        faults.add(place, NO_CHOICES, name=indicator.each)
    for name in (indicator.days.start, indicator.days.end) if indicator.days else ():
        if name not in MILESTONES and step_of(folder, name) is None:
            faults.add(place, NO_STEP, name=name)


def choices_of(folder: Folder, each: str) -> tuple[Choice, ...]:
    """What may be chosen in `field.<name>` of the register, or in `<node>.<field>`; nothing where there is no such."""
    node, name = field_of(each)
    if f"{node}." != OF_FIELD:
        return choices_of_step(folder, node, name)
    found = {choice.value: choice for choices in _kept_as(folder, name) for choice in choices}
    return tuple(found.values())


def _kept_as(folder: Folder, register: str) -> Iterator[tuple[Choice, ...]]:
    """The choices of the fields that a step keeps under that name in the register."""
    steps: list[TaskSpec | ActionSpec] = [*folder.tasks.values(), *folder.actions.values()]
    for step in steps:
        keeps = step.requires.get("keeps")
        kept = keeps.get(register) if isinstance(keeps, Mapping) else None
        for form in filter(None, (step.form, folder.text_form)):
            if isinstance(kept, str) and form in folder.forms and kept in folder.forms[form]:
                yield folder.forms[form].field(kept).choices


def choices_of_step(folder: Folder, node: str, name: str) -> tuple[Choice, ...]:
    """What may be chosen in a field of the form of a step."""
    step = step_of(folder, node)
    form = folder.forms.get(step.form) if step else None
    return form.field(name).choices if form and name in form else ()
