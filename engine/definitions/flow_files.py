"""The diagram of a folder, with the other diagrams that it calls and the decisions that it asks for.

A process `key` that is called and not drawn in the same file lies beside it in `key.bpmn`; decisions lie in `*.dmn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from engine.definitions.problems import Faults, Problem, in_order
from engine.flow.admission import AdmittedDefinition, examine
from engine.flow.decisions import NO_DECISIONS, AdmittedDecisions, admit_decisions
from engine.flow.errors import DefinitionRefused
from engine.flow.source import read_file
from engine.foundation.language import _

DRAWN = (".bpmn", ".dmn")
NONE_KNOWN: Mapping[str, Mapping[str, str] | None] = MappingProxyType({})


def read_flow(
    files: Mapping[str, str], file: str, variables: Mapping[str, str] | None, faults: Faults
) -> AdmittedDefinition | None:
    """The process in `file` of a folder, or None with the faults told; `variables` are what it may ask, with types."""
    drawn = {name: text.encode("utf-8", "replace") for name, text in files.items() if name.endswith(DRAWN)}
    decisions = _decisions(drawn, faults)
    if not file:
        return None
    if not file.endswith(".bpmn") or file not in drawn:
        faults.within(file).add("", _("没有这个流程图文件。"))
        return None
    return _Reading(drawn, decisions, faults, variables={file: variables}).admitted(file)


def check_file(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a diagram or a file of decisions, read with what lies beside it as it will be deployed.

    Warnings are told too, of this file alone.
    """
    return examine_file(path)[1]


def examine_file(
    path: Path, process: str | None = None
) -> tuple[AdmittedDefinition | None, tuple[Problem, ...]]:
    """The process in a diagram (that of the id, if given), if it can be run, and all that is to be said of it."""
    faults = Faults()
    files = _Beside(path)
    reading = _Reading(files, _decisions(files, faults), faults, path.name, process)
    definition = None if path.suffix == ".dmn" else reading.admitted(path.name)
    return definition, in_order(faults.problems)


def check_drawn(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is to be said of every diagram of a folder that is not on disk, each read as `check_file` reads it."""
    drawn = {name: text.encode("utf-8", "replace") for name, text in files.items() if name.endswith(DRAWN)}
    faults = Faults()
    decisions = _decisions(drawn, faults)
    for file in sorted(drawn):
        if file.endswith(".bpmn"):
            _Reading(drawn, decisions, faults, file).admitted(file)
    return in_order(faults.problems)


class _Beside(Mapping[str, bytes]):
    """A file and what is drawn beside it on disk, each read when it is asked for: there may be many."""

    def __init__(self, path: Path) -> None:
        self.paths = {each.name: each for each in path.parent.iterdir() if each.suffix in DRAWN}
        self.paths[path.name] = path

    def __getitem__(self, name: str) -> bytes:
        return read_file(self.paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def _decisions(files: Mapping[str, bytes], faults: Faults) -> AdmittedDecisions:
    """The decisions of all `.dmn` files; none where they are refused, and told so."""
    found = {name: files[name] for name in files if name.endswith(".dmn")}
    try:
        return admit_decisions(found) if found else NO_DECISIONS
    except DefinitionRefused as refused:
        faults.problems.extend(map(Problem.of_diagram, refused.problems))
        return NO_DECISIONS


class _Reading:
    """Admits a diagram and what it calls; a diagram that is being read is not called again."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        decisions: AdmittedDecisions,
        faults: Faults,
        asked: str = "",
        process: str | None = None,
        variables: Mapping[str, Mapping[str, str] | None] = NONE_KNOWN,
    ) -> None:
        self.files = files
        self.asked = asked  # the file whose warnings are told, too; `process` is the one meant in it
        self.process = process
        self.variables = variables
        self.decisions = decisions
        self.faults = faults
        self.reading: list[str] = []
        self.done: dict[str, AdmittedDefinition | None] = {}

    def admitted(self, file: str) -> AdmittedDefinition | None:
        if file not in self.done:
            self.reading.append(file)
            self.done[file] = self._admitted(file)
            self.reading.pop()
        return self.done[file]

    def _admitted(self, file: str) -> AdmittedDefinition | None:
        is_asked = file == self.asked
        found = examine(
            self.files[file],
            file,
            self.variables.get(file),
            decisions=self.decisions,
            called=self._called,
            process=self.process if is_asked else None,
        )
        for problem in found.problems:
            if problem.severity == "error" or is_asked:
                self.faults.problems.append(Problem.of_diagram(problem))
        return found.definition

    def _called(self, key: str, pin: str | None) -> AdmittedDefinition | None:
        file = f"{key}.bpmn"
        return self.admitted(file) if file in self.files and file not in self.reading else None
