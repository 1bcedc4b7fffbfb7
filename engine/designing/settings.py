"""What a folder says beside the diagram, entry by entry: tasks, actions, clocks, notices, legal bases, numbers, words.

Every entry is changed where it stands (`sections.change`); what a form says just as the file says it is left alone, so
that an entry that is opened and kept without a change leaves its file byte for byte as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.definitions.further_steps import PARTS, TABLE
from engine.definitions.particulars import WORDS
from engine.designing.properties import DEADLINES, PROCESS, require_key
from engine.designing.sections import change, named_tables_of, remove, tables_of, value_of
from engine.designing.trees import write_tree
from engine.foundation.errors import NotFound

NOTICES = "notices.toml"
Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of entry: the file and table it stands in, and its fields with what each holds.

    A field holds `text`, `words` (zh and en), `flag`, `number`, `list` (a text by itself is a list of one), or `tree`:
    tables within. `named` entries are tables `[table.X]`, others `[[table]]`; `key` is the field that names one of
    those, "" where only its number does. A `single` one is the whole table, and its key the table's name.
    """

    file: str
    table: str
    named: bool
    fields: Mapping[str, str]
    key: str = ""
    single: bool = False


def _fields(**kinds: str) -> Mapping[str, str]:
    return MappingProxyType({name: kind for kind, names in kinds.items() for name in names.split()})


TASK = Kind(
    PROCESS,
    "task",
    named=True,
    fields=_fields(
        words="title verb confirm",
        text="act role at stage form basis",
        list="clock",
        flag="bulk",
        tree="confirm_when basis_where requires",
    ),
)
ACTION = Kind(
    PROCESS,
    "action",
    named=True,
    fields=_fields(
        words="title verb confirm",
        text="at of form happening act message within after basis",
        list="roles statuses assignment_statuses nodes reads needs lacks seen_by",
        flag="idle once settled bulk basis_of_step",
        tree="where basis_where requires",
    ),
)
CLOCK = Kind(
    DEADLINES,
    "clock",
    named=False,
    fields=_fields(
        words="title",
        text="rule per base when message message_happening",
        list="roles starts ends cancels",
        flag="main until_all outlives dated",
        number="message_after",
    ),
    key="key",
)
NOTICE = Kind(
    NOTICES,
    "notice",
    named=False,
    fields=_fields(text="on text per importance", list="to channels", number="within", flag="once"),
)
BASES = Kind(
    PROCESS,
    TABLE,
    named=True,
    fields=_fields(text=" ".join([*PARTS, *(s for p in PARTS.values() for s in p)])),
    single=True,
)
NUMBER = Kind(
    PROCESS, "number", named=True, fields=_fields(text="series in_session between_sessions"), single=True
)
OWN_WORDS = Kind(PROCESS, "words", named=True, fields=_fields(words=" ".join(sorted(WORDS))), single=True)
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "task": TASK,
        "action": ACTION,
        "clock": CLOCK,
        "notice": NOTICE,
        "basis": BASES,
        "number": NUMBER,
        "words": OWN_WORDS,
    }
)


def entries_of(files: Files, kind: Kind) -> dict[str, dict[str, Any]]:
    """The entries by their key, or by their number from 1; none where the file cannot be read."""
    text = files.get(kind.file, "")
    if kind.single:
        found = value_of(text, kind.table)
        return {kind.table: found if isinstance(found, dict) else {}}
    if kind.named:
        return named_tables_of(text, kind.table)
    listed = tables_of(text, kind.table)
    return {
        str(entry.get(kind.key) or at) if kind.key else str(at): entry for at, entry in enumerate(listed, 1)
    }


def number_of(files: Files, kind: Kind, key: str) -> int | None:
    """The place of a `[[table]]` in its list, from 0; of one that is not there yet the next. None for a named one."""
    keys = list(entries_of(files, kind))
    return None if kind.named else keys.index(key) if key in keys else len(keys)


def change_entry(files: Files, kind: Kind, key: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The files with these fields of an entry changed (None takes one out); one that is not there yet is added.

    Raises NotFound (a field that the kind has not), InvalidAnswers (no key), Unwritable.
    """
    if values.keys() - kind.fields.keys():
        raise NotFound
    if kind.key or kind.named:
        require_key(key)
    before = entries_of(files, kind).get(key, {})
    changed = {name: value for name, value in values.items() if not alike(before.get(name), value)}
    path = (kind.table,) if kind.single or not kind.named else (kind.table, key)
    text = files.get(kind.file, "")
    trees = {name: changed.pop(name) for name in list(changed) if kind.fields[name] == "tree"}
    if changed or not (before or trees or kind.single):
        new_key = {kind.key: key} if kind.key and not before else {}
        text = change(kind.file, text, (path, number_of(files, kind, key)), new_key | changed)
    for name, tree in trees.items():
        text = write_tree(kind.file, text, path, {name: tree})
    return {**files, kind.file: text}


def remove_entry(files: Files, kind: Kind, key: str) -> dict[str, str]:
    """The files without an entry. Raises NotFound, Unwritable."""
    if key not in entries_of(files, kind) or kind.single:
        raise NotFound
    path = (kind.table, key) if kind.named else (kind.table,)
    place = (path, number_of(files, kind, key))
    return {**files, kind.file: remove(kind.file, files[kind.file], place)}


def alike(old: Any, new: Any) -> bool:
    """Whether a value means what stands in the file: nothing is a list without entries, and a tick that is not set."""
    if isinstance(old, list) or isinstance(new, list):
        return _listed(old) == _listed(new)
    if _is_nothing(old) and _is_nothing(new):
        return True
    return type(old) is type(new) and bool(old == new)


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or value in ("", {})


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]
