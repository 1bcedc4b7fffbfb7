"""What is wrong with a process folder: gathered over all its files, then refused once with everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from engine.definitions.words import Sentence
from engine.flow.problems import Problem as DiagramProblem
from engine.foundation.errors import DomainError
from engine.foundation.language import _

SHARED = ("message", "line", "element", "code", "advice", "severity")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: the file, the place in it (a table, a key, a line), and a sentence.

    What is wrong with a diagram is told with its line, element, rule and advice; what is wrong with another
    file has the rule `folder`, its place is the element, and its line is 0: a table may stand anywhere.
    """

    file: str
    place: str
    message: str
    line: int = 0
    element: str = ""
    code: str = "folder"
    advice: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        said = self.message + self.advice
        return f"{self.file} [{self.place}] {said}" if self.place else f"{self.file} {said}"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def of_diagram(cls, problem: DiagramProblem) -> Problem:
        """The same problem as one of its folder."""
        place = f"{problem.line} {problem.element}".strip()
        return cls(problem.file, place, **{name: getattr(problem, name) for name in SHARED})


class FolderRefused(DomainError):
    """The folder does not describe a process that could be run; `problems` says all that is wrong with it."""

    text = _("流程文件夹中有{count}处问题，不能使用。")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(count=len(self.problems))

    def __str__(self) -> str:
        return "\n".join([self.message, *map(str, self.problems)])


class Faults:
    """The problems of a folder, as they are found; `within` gives the same list for one file."""

    def __init__(self, file: str = "", problems: list[Problem] | None = None) -> None:
        self.file = file
        self.problems: list[Problem] = [] if problems is None else problems

    def within(self, file: str) -> Faults:
        """The view of one file: what is added there names it."""
        return Faults(file, self.problems)

    def add(self, place: str, template: str, **values: Any) -> None:
        """Note a fault of the current file; long values are shortened."""
        shortened = {name: _short(value) for name, value in values.items()}
        self.problems.append(Problem(self.file, _short(place), Sentence(template, **shortened)))

    def __bool__(self) -> bool:
        return bool(self.problems)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:119] + "…"
