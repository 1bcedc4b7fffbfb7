"""What is wrong with the files of a folder: the same check as a deployment's, with the warnings of its diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine import capabilities
from engine.definitions.begun_by import TABLE, shared_messages
from engine.definitions.flow_files import check_drawn
from engine.definitions.folder import Folder, load
from engine.definitions.problems import Faults, FolderRefused, Problem
from engine.definitions.rule_packs import shipped_retentions, shipped_rules
from engine.designing.properties import PROCESS, names_of
from engine.designing.sections import value_of
from engine.flow import source
from engine.flow.asking import Asked, conditions
from engine.flow.decisions import Decision, admit_decisions
from engine.flow.errors import DefinitionRefused
from engine.flow.problems import SETTLED_BY_FOLDERS, Findings
from engine.flow.vocabulary import MANUAL
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
    # The deployment looks at the diagrams once process.toml can be read; who is drawing has to see them before.
    severe = value_of(files.get(PROCESS, ""), "key") is None
    found += [
        problem
        for problem in check_drawn(files)
        if (problem.severity == "error" if severe else _is_warned_of(problem))
    ]
    return tuple(sorted(found, key=lambda problem: (problem.severity != "error", problem)))


def problems_among(files: Mapping[str, str], others: Iterable[Folder]) -> tuple[Problem, ...]:
    """Everything that is wrong, also where the folder and other kinds of work that are in use do not go together."""
    found = problems_of(files)
    if not value_of(files.get(PROCESS, ""), TABLE):
        return found
    try:
        folder = load(files)
    except FolderRefused:
        return found
    shared = Faults("", shared_messages(folder, others)).located(files)
    return tuple(sorted([*found, *shared], key=lambda problem: (problem.severity != "error", problem)))


def _is_warned_of(problem: Problem) -> bool:
    return problem.severity == "warning" and problem.code not in SETTLED_BY_FOLDERS


def diagram_of(files: Mapping[str, str]) -> str:
    """The name of the diagram that process.toml names, else of the first one; "" where there is none."""
    drawn = sorted(path for path in files if path.endswith(".bpmn"))
    named = value_of(files.get(PROCESS, ""), "bpmn")
    return named if named in drawn else next(iter(drawn), "")


def conditions_of(files: Mapping[str, str]) -> tuple[Asked, ...]:
    """The conditions of the diagram, with what is wrong with each."""
    file = diagram_of(files)
    return conditions(files[file].encode("utf-8", "replace"), file, names_of(files)) if file else ()


def drawn_tasks(files: Mapping[str, str]) -> dict[str, str]:
    """The tasks of people in the diagram: id → name; none where it cannot be read."""
    file = diagram_of(files)
    root = source.read(files[file].encode("utf-8", "replace"), Findings(file)) if file else None
    drawn = (
        []
        if root is None
        else [each for kind in sorted(MANUAL) for each in root.iter(f"{{{source.BPMN}}}{kind}")]
    )
    return {each.get("id", ""): each.get("name", "") for each in drawn}


def decisions_of(files: Mapping[str, str]) -> Mapping[str, Decision]:
    """The decisions of the folder by their ids; none while one of its files of decisions is wrong."""
    found = {path: text.encode("utf-8", "replace") for path, text in files.items() if path.endswith(".dmn")}
    try:
        return admit_decisions(found).decisions if found else {}
    except DefinitionRefused:
        return {}


def placed(problems: tuple[Problem, ...], files: Mapping[str, str]) -> list[Problem]:
    """The problems with the element of the diagram that each is about, where there is one.

    What is wrong with a condition lies at its sequence flow and not at the gateway that asks it; what process.toml
    says of a task lies at the task.
    """
    flaws = {(each.source, each.flaw.message): each.flow for each in conditions_of(files) if each.flaw}
    return [replace(each, element=_element(each, flaws)) for each in problems]


def _element(problem: Problem, flaws: Mapping[tuple[str, str], str]) -> str:
    table, _dot, rest = problem.place.partition(".")
    if problem.file == PROCESS and table == "task":
        return rest.partition(".")[0]
    return flaws.get((problem.element, problem.message), problem.element)
