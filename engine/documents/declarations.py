"""The documents of a kind of work, as its folder declares them: of what, for whom, when, and after which template.

They lie in `processes/<key>/documents/`: `documents.toml`, a Typst template `<document>.typ` and a Word template
`<document>.docx` for each, and `sample.json` to look at them with. A case does not pin them: a document is a way to
look at its rows, and a corrected form is for old cases too.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.definitions.catalogue import PROCESSES
from engine.definitions.problems import Faults, FolderRefused
from engine.definitions.reading import Table, toml_table, unique
from engine.definitions.words import Words
from engine.documents.setting import TYPST, WORD
from engine.foundation.errors import NotFound
from engine.foundation.language import _
from engine.people.roles import ROLES

FILE = "documents.toml"
SUFFIXES = {TYPST: "typ", WORD: "docx"}
PLACES = ("lead_deputy", "cosigners", "congress", "unit", "units")
WITH_ROLE = ("congress", "unit")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One document: `of` names what it is made for, `who` places or `<place>.<role>`, `when` marks of the subject.

    `template` is the document whose template it shares, else its own key; `formats` are those there is one for.
    """

    key: str
    title: Words
    basis: str
    of: str
    who: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]
    template: str
    formats: tuple[str, ...]

    def fits(self, marks: Mapping[str, str]) -> bool:
        """Whether a subject with these marks has this document."""
        return all(marks.get(name) in wanted for name, wanted in self.when.items())


@dataclass(frozen=True)
class Forms:
    """All documents of one kind of work, with their shipped templates."""

    process_key: str
    folder: Path
    documents: Mapping[str, Declaration]

    def document(self, key: str) -> Declaration:
        """The declaration of that key, or NotFound."""
        if key not in self.documents:
            raise NotFound
        return self.documents[key]

    def shipped(self, key: str, format: str) -> bytes:
        """The template that comes with the program, or NotFound."""
        declaration = self.document(key)
        if format not in declaration.formats:
            raise NotFound
        return (self.folder / f"{declaration.template}.{SUFFIXES[format]}").read_bytes()

    def sample(self) -> dict[str, Any]:
        """Invented data in the shape of all data a template can get."""
        sample: dict[str, Any] = json.loads((self.folder / "sample.json").read_text(encoding="utf-8"))
        return sample


@functools.lru_cache(maxsize=64)
def forms_of(process_key: str) -> Forms:
    """The documents of a kind of work; none where its folder declares none."""
    folder = PROCESSES / process_key / "documents"
    if not process_key.isidentifier() or not (folder / FILE).is_file():
        return Forms(process_key, folder, MappingProxyType({}))
    return read_forms(process_key, folder)


def read_forms(process_key: str, folder: Path, subjects: Collection[str] | None = None) -> Forms:
    """The folder's documents, or FolderRefused with every fault; `subjects` are compared where given."""
    faults = Faults()
    files = {FILE: (folder / FILE).read_text(encoding="utf-8")}
    table = toml_table(files, FILE, faults)
    found = (
        [] if table is None else [_declaration(entry, folder, subjects) for entry in table.tables("document")]
    )
    if table is not None:
        table.done()
    unique([each.key for each in found], "document", faults.within(FILE))
    if faults:
        raise FolderRefused(faults.problems)
    return Forms(process_key, folder, MappingProxyType({each.key: each for each in found}))


def _declaration(entry: Table, folder: Path, subjects: Collection[str] | None) -> Declaration:
    key = entry.key("key")
    template = entry.key("template") if entry.has("template") else key
    formats = tuple(each for each, suffix in SUFFIXES.items() if (folder / f"{template}.{suffix}").is_file())
    if not formats:
        entry.fault(_("没有“{name}”的模板。"), name=template)
    declaration = Declaration(
        key=key,
        title=entry.words("title"),
        basis=entry.text("basis"),
        of=entry.key("of", among=subjects),
        who=_who(entry),
        when=_when(entry),
        template=template,
        formats=formats,
    )
    entry.done()
    return declaration


def _who(entry: Table) -> tuple[str, ...]:
    places = entry.strings("who")
    for name in places:
        place, _dot, role = name.partition(".")
        if place not in PLACES or (role and (place not in WITH_ROLE or role not in ROLES)):
            entry.fault(_("“who”中的“{name}”不可用。"), name=name)
    return places


def _when(entry: Table) -> Mapping[str, tuple[str, ...]]:
    if not entry.has("when"):
        return MappingProxyType({})
    conditions = entry.table("when")
    return MappingProxyType({name: conditions.strings(name) for name in conditions.names()})
