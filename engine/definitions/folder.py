"""A process folder as the program sees it: read once, checked whole, never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.definitions.archive_rules import ArchiveRules
from engine.definitions.begun_by import BegunBy
from engine.definitions.forms import Condition, Form
from engine.definitions.kind_statistics import KindStatistics
from engine.definitions.particulars import Material
from engine.definitions.problems import FolderRefused, Problem
from engine.definitions.promises import CommitmentRules, ReplyChecks
from engine.definitions.public_intake import PublicIntake
from engine.definitions.wiring import Spoken
from engine.definitions.words import Words
from engine.definitions.yearly_figures import YearlyFigure
from engine.flow.admission import AdmittedDefinition
from notifications.messages import Notices

__all__ = [
    "ActionSpec",
    "ClockSpec",
    "Column",
    "Folder",
    "FolderRefused",
    "Material",
    "Numbering",
    "Problem",
    "RegisterField",
    "Stage",
]
__all__ += ["TaskSpec", "Words", "load"]


@dataclass(frozen=True, slots=True)
class Numbering:
    """How official numbers read; each series counts for itself within a meeting."""

    series: str
    in_session: str
    between_sessions: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the stage bar."""

    key: str
    title: Words


BasisWhere = Mapping[str, Mapping[str, str]]  # register field → its value → the article that holds there


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """What a user task is to its people; `requires` is for its act.

    `at` is a place of `PLACES` in folder_reading; the task is due when the first of `clocks` that runs is due.
    What `confirm` asks once more is asked when `confirm_when` holds for the answers, or always where it is None.
    """

    node: str
    title: Words
    verb: Words
    act: str
    role: str
    at: str
    stage: str
    form: str
    clocks: tuple[str, ...] = ()
    bulk: bool = False
    basis: str = ""
    basis_where: BasisWhere = field(default_factory=dict)
    confirm: Words | None = None
    confirm_when: Condition | None = None
    requires: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What somebody may do to a case of his own accord, while no task asks him to: request, withdraw, urge.

    `at` is a place as for tasks, or proposers; `of` is case | assignment. It may be done while the case has one of the
    `statuses`, the assignment one of the `assignment_statuses`, a task at one of the `nodes` is open (where named;
    `idle`: none is, as the case waits for another) and the clock `within` runs and is not overdue; `needs` and `lacks`
    name columns of the case that must or must not be set, `where` gives the values a column must have, `after` an
    action that must be waiting. It leaves a row with its answers, says `happening`, runs `act` where named, and sends
    `message` into the flow. With `settled` it is done with at once; else a decision settles it; `once` allows it a
    single time. With `seen_by` only these roles, and whoever did it, learn of it. One that picks a problem may be done
    to several at once in `bulk`, with the same words. With `basis_of_step` it rests on the article of the step that the
    unit has in hand, and may only be done while there is one. Above its form stands what came of the tasks and actions
    that it `reads`.
    """

    key: str
    title: Words
    verb: Words
    roles: tuple[str, ...]
    at: str
    of: str
    form: str
    happening: str
    act: str = ""
    message: str = ""
    within: str = ""
    statuses: tuple[str, ...] = ("open",)
    assignment_statuses: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    idle: bool = False
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    after: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_by: tuple[str, ...] = ()
    once: bool = False
    settled: bool = False
    basis: str = ""
    basis_where: BasisWhere = field(default_factory=dict)
    basis_of_step: bool = False
    confirm: Words | None = None
    requires: Mapping[str, Any] = field(default_factory=dict)
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class RegisterField:
    """A field of a case that lists filter on."""

    name: str
    title: Words


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a congress's own ledger, and the part of the case it becomes."""

    into: str
    title: Words
    required: bool


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A clock of this kind of case, one per case | assignment; `roles` None stands for all assignments.

    `when` is always | between_sessions: a period that runs only for what came between sessions; `base` is happening |
    meeting: counted from the day of what starts it, or of the meeting the case is put before. One per case with
    `until_all` ends only when no unit has yet to reply. `message` goes into the flow, with its happening, once
    people have been reminded `message_after` times that it is overdue. One that `outlives` its case runs on after
    the close. A `dated` one ends on the legal day of what ends it, and says that it was overdue if that came late. What
    `cancels` it leaves nobody in the case who owes it: those that still run end as neither kept nor missed.
    """

    key: str
    title: Words
    rule: str
    per: str
    roles: frozenset[str] | None
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    main: bool
    when: str = "always"
    base: str = "happening"
    until_all: bool = False
    message: str = ""
    message_happening: str = ""
    message_after: int = 0
    outlives: bool = False
    dated: bool = False
    cancels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Folder:
    """One kind of oversight work; `version` is that of the deployed row, 0 where there is none."""

    key: str
    version: int
    title: Words
    summary: Words
    basis: str
    open_verb: Words
    opened_by: tuple[str, ...]
    organ_roles: tuple[str, ...]  # of those who open a case in the name of their own organ
    place: int  # among the kinds of work: smaller stands first
    text_form: str | None
    cosigning: bool
    number: Numbering
    grades: Mapping[str, Words]
    demands: Mapping[str, str]  # grade → commitment | reason, where it demands one of the reply
    reply_checks: ReplyChecks
    commitments: CommitmentRules | None
    archive: ArchiveRules | None
    basis_of: Mapping[str, str]  # part or step outside tasks and actions → its article, see further_steps
    categories: Mapping[str, Words]
    decline_reasons: Mapping[str, Words]
    stages: tuple[Stage, ...]
    tasks: Mapping[str, TaskSpec]
    actions: Mapping[str, ActionSpec]
    register: tuple[RegisterField, ...]
    columns: tuple[Column, ...]
    clocks: tuple[ClockSpec, ...]
    effects: Mapping[str, tuple[str, ...]]
    from_other_cases: tuple[str, ...]  # signals and messages that cases of other kinds throw
    begun_by: tuple[BegunBy, ...]  # those of them that begin a case
    happenings: Mapping[str, Words]  # those that no other kind of work has
    words: Mapping[str, Words]  # what this kind of work calls a thing, by the keys of particulars.WORDS
    materials: tuple[Material, ...]
    public_intake: PublicIntake | None
    figures: tuple[YearlyFigure, ...]
    statistics: KindStatistics | None  # what it counts besides, and in place of, what all kinds do
    forms: Mapping[str, Form]
    flow: AdmittedDefinition
    bpmn: str
    notices: Notices
    texts: Mapping[str, str]

    def stage(self, key: str) -> Stage:
        """The stage of that key; KeyError when there is none."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def clock(self, key: str) -> ClockSpec:
        """The clock of that key; KeyError when there is none."""
        for clock in self.clocks:
            if clock.key == key:
                return clock
        raise KeyError(key)


def load(
    files: Mapping[str, str],
    *,
    version: int = 0,
    known_acts: Collection[str] | None = None,
    known_effects: Collection[str] | None = None,
    known_happenings: Collection[str] | None = None,
    known_roles: Collection[str] | None = None,
    known_rules: Collection[str] | None = None,
    known_bases: Collection[str] | None = None,
    known_retentions: Collection[str] | None = None,
    known_spoken: Spoken | None = None,
) -> Folder:
    """The folder in `files` (relative path → text), or FolderRefused with every fault in every file.

    What the program knows (acts, effects, happenings, roles; rules, articles and classes of files of the packs; what
    acts, effects and functions say to the flow) is compared only where it is given: a row deployed long ago must load
    whatever has become of them.
    """
    # The reader makes the dataclasses above; imported here because it knows them and they do not know it.
    from engine.definitions.folder_reading import Known, read_folder_files

    known = Known(
        _names(known_acts),
        _names(known_effects),
        _names(known_happenings),
        _names(known_roles),
        _names(known_rules),
        _names(known_bases),
        _names(known_retentions),
        known_spoken,
    )
    return replace(read_folder_files(tuple(files.items()), known), version=version)


def _names(known: Collection[str] | None) -> frozenset[str] | None:
    return None if known is None else frozenset(known)
