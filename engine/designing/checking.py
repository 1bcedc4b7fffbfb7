"""What is wrong with the files of a folder: the same check as a deployment's, with the warnings of its diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import capabilities
from engine.definitions.flow_files import check_drawn
from engine.definitions.folder import Folder, load
from engine.definitions.problems import FolderRefused, Problem
from engine.definitions.rule_packs import shipped_retentions, shipped_rules
from engine.flow.problems import SETTLED_BY_FOLDERS
from engine.people.roles import ROLES


def known() -> dict[str, Any]:
    """All that the program around a folder knows, as `load` compares it."""
    return {
        **capabilities.known(),
        "known_roles": ROLES,
        "known_rules": shipped_rules(),
        "known_retentions": shipped_retentions(),
    }


def checked(files: Mapping[str, str]) -> Folder:
    """The folder, fit to be deployed. Raises FolderRefused."""
    return load(files, **known())


def problems_of(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything that is wrong, the errors first; warnings that the folder itself answers are not told."""
    found: list[Problem] = []
    try:
        checked(files)
    except FolderRefused as refused:
        found += refused.problems
    found += [
        problem
        for problem in check_drawn(files)
        if problem.severity == "warning" and problem.code not in SETTLED_BY_FOLDERS
    ]
    return tuple(sorted(found, key=lambda problem: (problem.severity != "error", problem)))
