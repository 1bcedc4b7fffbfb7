"""A process folder for the commands that check or deploy it: it is held against all rooms of the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import capabilities
from engine.definitions.catalogue import read_folder, shipped
from engine.definitions.folder import Folder, load
from engine.definitions.problems import FolderRefused, FolderUnreadable, Problem
from engine.designing.checking import problems_among
from engine.foundation.language import Sentence
from engine.people.roles import ROLES


def known() -> dict[str, Any]:
    """What the program around a folder knows."""
    return {**capabilities.known(), "known_roles": ROLES}


def folder_problems(place: Path) -> Iterator[Problem]:
    """Everything that is wrong with a process folder on disk."""
    try:
        files = read_folder(place)
    except FolderUnreadable as refused:
        yield Problem(str(place), "", Sentence(refused.template, **refused.values))
        return
    for problem in problems_among(files, _beside(place)):
        yield replace(problem, file=str(place / problem.file))


def _beside(place: Path) -> Iterator[Folder]:
    """The kinds of work that come with the program, and those of the folders beside this one that can be read."""
    beside = [path.parent for path in sorted(place.resolve().parent.glob("*/process.toml"))]
    for files in [*shipped().values(), *map(_files, beside)]:
        try:
            yield load(files)
        except FolderRefused:
            continue


def _files(place: Path) -> dict[str, str]:
    try:
        return read_folder(place)
    except FolderUnreadable:
        return {}
