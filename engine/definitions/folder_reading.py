"""Reading a process folder: each file into its part of the Folder, then the parts against one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from engine.definitions.archive_rules import archive_rules
from engine.definitions.begun_by import begun_by
from engine.definitions.clock_files import read_clocks
from engine.definitions.crosschecks import check_together
from engine.definitions.flow_files import read_flow
from engine.definitions.folder import (
    ActionSpec,
    Column,
    Folder,
    Numbering,
    RegisterField,
    Stage,
    TaskSpec,
)
from engine.definitions.form_files import condition, read_forms
from engine.definitions.further_steps import read_basis_of
from engine.definitions.kind_statistics import read_statistics
from engine.definitions.notice_files import check_notices, read_notices
from engine.definitions.numbering import check_pattern
from engine.definitions.particulars import basis_where, columns_wanted, materials, own_happenings, own_words
from engine.definitions.problems import Faults, FolderRefused
from engine.definitions.promises import commitment_rules, demand_of, reply_checks
from engine.definitions.public_intake import public_intake
from engine.definitions.reading import HAPPENING, Table, toml_table
from engine.definitions.wiring import Spoken, check_wiring
from engine.definitions.words import Words
from engine.definitions.yearly_figures import yearly_figures
from engine.foundation.language import _

# organ: the committee or office in charge of the case.
# asked_unit: the one that the pending request names.
# assigning_body: the government office for a unit of the government, else the congress.
PLACES = (
    "lead_deputy",
    "congress",
    "unit",
    "government_office",
    "assigning_body",
    "delegation",
    "asked_unit",
    "organ",
)
# group: whoever belongs to the group at work on the case.
ACTION_PLACES = (*PLACES, "proposers", "group")
OF = ("case", "assignment")
LISTS = ("grades", "categories", "decline_reasons")
NOTHING = Words("", "")
LAST_PLACE = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """What the program around the folder knows; None where that is not compared."""

    acts: frozenset[str] | None = None
    effects: frozenset[str] | None = None
    happenings: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    rules: frozenset[str] | None = None
    bases: frozenset[str] | None = None
    retentions: frozenset[str] | None = None
    spoken: Spoken | None = field(default=None, hash=False)


@lru_cache(maxsize=64)
def read_folder_files(entries: tuple[tuple[str, str], ...], known: Known) -> Folder:
    """The whole folder of (path, text) entries with version 0, or FolderRefused.

    Kept, as the same files are the same folder, whatever congress or version they are deployed as.
    """
    files = dict(entries)
    faults = Faults()
    process = toml_table(files, "process.toml", faults)
    if process is None:
        raise FolderRefused(faults.located(files))
    parts = _process(process)
    flow = read_flow(files, parts.pop("bpmn"), _variables(parts, known), faults)
    parts |= {
        "version": 0,
        "clocks": read_clocks(files, faults),
        "statistics": read_statistics(files, faults),
        "forms": read_forms(files, {name: parts[name] for name in LISTS}, faults),
        "flow": flow,
        "bpmn": "" if flow is None else files[flow.file],
        "notices": read_notices(files, known.roles, faults),
        "texts": {path: text for path, text in files.items() if path.startswith("texts/")},
    }
    folder = Folder(**{name: _frozen(part) for name, part in parts.items()})
    check_together(folder, known, faults)
    check_notices(folder, known, files, faults)
    if known.spoken is not None:
        check_wiring(folder, files, known.spoken, faults)
    if faults:
        raise FolderRefused(faults.located(files))
    return folder


def _frozen(part: Any) -> Any:
    return MappingProxyType(part) if isinstance(part, dict) else part


def _process(table: Table) -> dict[str, Any]:
    """process.toml by the names of Folder's fields, and `bpmn`: the name of its diagram."""
    parts: dict[str, Any] = {
        "key": table.key("key"),
        "bpmn": table.text("bpmn"),
        "title": table.words("title"),
        "summary": table.words("summary", NOTHING),
        "basis": table.text("basis", ""),
        "open_verb": table.words("open_verb"),
        "opened_by": table.strings("opened_by"),
        "organ_roles": table.strings("organ_roles", ()),
        "place": table.whole("place", LAST_PLACE),
        "text_form": table.key("text_form") if table.has("text_form") else None,
        "cosigning": table.flag("cosigning"),
        "number": _numbering(table.table("number")),
        **_grades(table),
        "reply_checks": reply_checks(table),
        "commitments": commitment_rules(table),
        "archive": archive_rules(table),
        "basis_of": read_basis_of(table),
        "stages": tuple(_stage(entry) for entry in table.tables("stage")),
        "tasks": {node: _task(node, entry) for node, entry in table.named_tables("task")},
        "actions": {key: _action(key, entry) for key, entry in table.named_tables("action")},
        "register": tuple(_register_field(entry) for entry in table.tables("register")),
        "columns": tuple(_column(entry) for entry in table.tables("column")),
        "effects": _effects(table),
        "from_other_cases": table.strings("from_other_cases", ()),
        "begun_by": begun_by(table),
        "happenings": own_happenings(table),
        "words": own_words(table),
        "materials": materials(table),
        "public_intake": public_intake(table),
        "figures": yearly_figures(table),
    }
    for name in ("categories", "decline_reasons"):
        parts[name] = _word_list(table, name)
    table.done()
    return parts


def _word_list(table: Table, name: str) -> dict[str, Words]:
    """A table of keys with their words, `key = { zh = …, en = … }`."""
    if not table.has(name):
        return {}
    entries = table.table(name)
    return {key: entries.words(key) for key in entries.names()}


def _effects(table: Table) -> dict[str, tuple[str, ...]]:
    """What each happening brings about in other rooms, `"reply:signed" = ["…"]`."""
    if not table.has("effects"):
        return {}
    entries = table.table("effects")
    effects = {happening: entries.strings(happening) for happening in entries.names(HAPPENING)}
    entries.done()
    return effects


def _grades(table: Table) -> dict[str, Any]:
    """The grades of a reply with their words, and what each demands."""
    titles: dict[str, Words] = {}
    demands: dict[str, str] = {}
    for key, entry in table.named_tables("grades"):
        titles[key] = entry.words("title")
        if demand := demand_of(entry):
            demands[key] = demand
        entry.done()
    return {"grades": titles, "demands": demands}


def _numbering(table: Table) -> Numbering:
    numbering = Numbering(table.key("series"), table.text("in_session"), table.text("between_sessions"))
    for name in ("in_session", "between_sessions"):
        check_pattern(getattr(numbering, name), f"{table.place}.{name}", table.faults)
    table.done()
    return numbering


def _stage(entry: Table) -> Stage:
    stage = Stage(entry.key("key"), entry.words("title"))
    entry.done()
    return stage


def _task(node: str, entry: Table) -> TaskSpec:
    requires = entry.raw("requires", {})
    if not isinstance(requires, dict):
        entry.fault(_("“requires”应为一张表。"))
        requires = {}
    task = TaskSpec(
        node=node,
        title=entry.words("title"),
        verb=entry.words("verb"),
        act=entry.key("act"),
        role=entry.key("role"),
        at=entry.key("at", among=PLACES),
        stage=entry.key("stage"),
        form=entry.key("form"),
        clocks=entry.strings("clock", ()),
        bulk=entry.flag("bulk"),
        basis=entry.text("basis", ""),
        basis_where=basis_where(entry),
        confirm=entry.words("confirm") if entry.has("confirm") else None,
        confirm_when=condition(entry, "confirm_when"),
        requires=MappingProxyType(requires),
    )
    entry.done()
    return task


def _action(key: str, entry: Table) -> ActionSpec:
    requires = entry.raw("requires", {})
    if not isinstance(requires, dict):
        entry.fault(_("“requires”应为一张表。"))
        requires = {}
    action = ActionSpec(
        key=key,
        title=entry.words("title"),
        verb=entry.words("verb"),
        roles=entry.strings("roles"),
        at=entry.key("at", among=ACTION_PLACES),
        of=entry.key("of", among=OF),
        form=entry.key("form"),
        happening=entry.text("happening"),
        act=entry.key("act") if entry.has("act") else "",
        message=entry.key("message") if entry.has("message") else "",
        within=entry.key("within") if entry.has("within") else "",
        statuses=entry.strings("statuses", ("open",)),
        assignment_statuses=entry.strings("assignment_statuses", ()),
        nodes=entry.strings("nodes", ()),
        reads=entry.strings("reads", ()),
        idle=entry.flag("idle"),
        needs=entry.strings("needs", ()),
        lacks=entry.strings("lacks", ()),
        after=entry.key("after") if entry.has("after") else "",
        where=columns_wanted(entry),
        seen_by=entry.strings("seen_by", ()),
        once=entry.flag("once"),
        settled=entry.flag("settled"),
        basis=entry.text("basis", ""),
        basis_where=basis_where(entry),
        basis_of_step=entry.flag("basis_of_step"),
        confirm=entry.words("confirm") if entry.has("confirm") else None,
        requires=MappingProxyType(requires),
        bulk=entry.flag("bulk"),
    )
    entry.done()
    return action


def _register_field(entry: Table) -> RegisterField:
    register = RegisterField(entry.key("name"), entry.words("title"))
    entry.done()
    return register


def _column(entry: Table) -> Column:
    column = Column(entry.text("into"), entry.words("title"), entry.flag("required"))
    entry.done()
    return column


def _variables(parts: Mapping[str, Any], known: Known) -> dict[str, str] | None:
    """What gateways can ask: the flags that the folder's acts give, with their types; None where not compared."""
    if known.spoken is None:
        return None
    given: dict[str, str] = {}
    for spec in (*parts["tasks"].values(), *parts["actions"].values()):
        given |= known.spoken.flags.get(spec.act, {})
        if (
            "flag" in spec.requires
        ):  # an act that answers with a choice of its form, under a name of the folder's
            given[str(spec.requires["flag"])] = "text"
    return given
