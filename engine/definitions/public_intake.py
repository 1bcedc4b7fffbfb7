"""What anybody may put before the congress without signing in (公众提出): the form, what becomes of it, what is told.

`[public_intake]` of process.toml:

| entry | meaning |
|---|---|
| `title`, `intro` | what the public page calls it and says first |
| `form` | what is filled in: fields of the text, and those of the person |
| `person` | the fields about the person: never in the case, kept apart for those who hold a role of `read_by` |
| `fixed` | fields of the text with the value that each of these has |
| `supplement` | the task with which the proposer adds what was missing |
| `[[public_intake.tells]]` | what the proposer sees: `on` (a happening), `words`, `reads` (`task.field`) |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.definitions.reading import HAPPENING, Table
from engine.definitions.words import Words
from engine.foundation.language import _

ONE_OF_TWO = _("“{name}”应当或者是文本的一栏，或者是个人信息，不能都是，也不能都不是。")

if TYPE_CHECKING:
    from engine.definitions.folder import Folder
    from engine.definitions.folder_reading import Known
    from engine.definitions.problems import Faults


@dataclass(frozen=True, slots=True)
class Tell:
    """A happening of which the proposer learns, and the field on record that he reads with it ('' for none)."""

    on: str
    words: Words
    node: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class PublicIntake:
    """How the public puts something forward."""

    title: Words
    intro: Words
    form: str
    person: tuple[str, ...]
    read_by: tuple[str, ...]
    fixed: Mapping[str, str]
    supplement: str
    tells: tuple[Tell, ...]


def public_intake(table: Table) -> PublicIntake | None:
    """The table of process.toml, if there is one."""
    if not table.has("public_intake"):
        return None
    entry = table.table("public_intake")
    fixed = entry.table("fixed") if entry.has("fixed") else None
    found = PublicIntake(
        title=entry.words("title"),
        intro=entry.words("intro"),
        form=entry.key("form"),
        person=entry.strings("person"),
        read_by=entry.strings("read_by"),
        fixed={name: fixed.text(name) for name in fixed.names()} if fixed else {},
        supplement=entry.key("supplement") if entry.has("supplement") else "",
        tells=tuple(_tell(each) for each in entry.tables("tells")),
    )
    entry.done()
    return found


def _tell(entry: Table) -> Tell:
    on = entry.text("on")
    if not HAPPENING.fullmatch(on):
        entry.fault(_("没有“{name}”这种事件。"), name=on)
    node, _dot, field = entry.text("reads", "").partition(".")
    tell = Tell(on, entry.words("words"), node, field)
    entry.done()
    return tell


def check_public_intake(folder: Folder, known: Known, faults: Faults) -> None:
    """Every field must go somewhere, every step and happening be there, and nothing about a person into the case."""
    intake, place = folder.public_intake, "public_intake"
    if intake is None:
        return
    form, text = folder.forms.get(intake.form), folder.forms.get(folder.text_form or "")
    if form is None or text is None:
        faults.add(place, _("没有表单文件forms/{name}.json。"), name=intake.form)
        return
    for field in form.fields:
        if (field.name in intake.person) is (field.name in text):
            faults.add(place, ONE_OF_TWO, name=field.name)
    for name in (*intake.fixed, *intake.person):
        if name not in (text if name in intake.fixed else form):
            faults.add(place, _("没有另一栏“{name}”。"), name=name)
    _check_steps(folder, known, faults)


def _check_steps(folder: Folder, known: Known, faults: Faults) -> None:
    intake, place = folder.public_intake, "public_intake"
    assert intake is not None
    if intake.supplement and intake.supplement not in folder.tasks:
        faults.add(place, _("流程图中没有用户任务“{name}”。"), name=intake.supplement)
    for tell in intake.tells:
        if (
            tell.on not in folder.happenings
            and known.happenings is not None
            and tell.on not in known.happenings
        ):
            faults.add(place, _("没有“{name}”这种事件。"), name=tell.on)
        spec = folder.tasks.get(tell.node)
        asked = folder.forms.get(spec.form) if spec else None
        if tell.node and (asked is None or tell.field not in asked):
            faults.add(place, _("没有另一栏“{name}”。"), name=f"{tell.node}.{tell.field}")
    for role in intake.read_by:
        if known.roles is not None and role not in known.roles:
            faults.add(place, _("没有角色“{name}”。"), name=role)
