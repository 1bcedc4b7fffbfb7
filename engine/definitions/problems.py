"""What is wrong with a process folder: gathered over all its files, then refused once with everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.definitions.places import line_of
from engine.definitions.words import Sentence
from engine.flow.problems import Problem as DiagramProblem
from engine.foundation.errors import DomainError
from engine.foundation.language import _, said_of

_CODES: dict[str, str] = {}  # the sentences that have a rule of their own


def rule(code: str, template: str) -> str:
    """The sentence of a rule; who adds it as a fault has the problem told by that code."""
    _CODES[template] = code
    return template


SHARED = ("message", "line", "element", "code", "advice", "severity")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: the file, the place in it (a table, a key, a line), and a sentence.

    What is wrong with a diagram is told with its line, element, rule and advice. Of another file the line is
    that of the place (0 where it cannot be said), the rule that of its sentence, else `folder`.
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


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, as they stand in their files: line 4 before line 15."""
    return tuple(sorted(set(problems), key=lambda each: (each.file, each.line, each)))


def values_of(problem: Problem) -> Mapping[str, Any]:
    """What the sentence of the problem was filled in with."""
    found: Mapping[str, Any] = getattr(problem.message, "values", {})
    return found


class FolderUnreadable(DomainError):
    """The files cannot be read at all."""

    text = _("无法读取“{path}”：{reason}")


class FolderRefused(DomainError):
    """The folder does not describe a process that could be run; `problems` says all that is wrong with it."""

    text = _("流程文件夹中有{count}处问题，不能使用。")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
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
        self.problems.append(
            Problem(self.file, _short(place), _said(template, values), code=_CODES.get(template, "folder"))
        )

    def at(self, line: int, element: str, template: str, **values: Any) -> None:
        """Note a fault of an element of a diagram; the template is that of a rule."""
        said, code = _said(template, values), _CODES[template]
        self.problems.append(Problem(self.file, f"{line} {element}", said, line, element, code))

    def add_line(self, line: int, template: str, **values: Any) -> None:
        """Note a fault of a line of the current file, 0 where it cannot be said; the template is that of a rule."""
        said, code = _said(template, values), _CODES[template]
        self.problems.append(Problem(self.file, str(line or ""), said, line, code=code))

    def located(self, files: Mapping[str, str]) -> list[Problem]:
        """The problems, those that say a place in a file with the line where it is."""
        return [_located(problem, files) for problem in self.problems]

    def __bool__(self) -> bool:
        return bool(self.problems)


def _said(template: str, values: Mapping[str, Any]) -> Sentence:
    return Sentence(template, **{name: _told(value) for name, value in values.items()})


def _told(value: Any) -> str:
    said = said_of(value)
    return said if isinstance(said, Sentence) else _short(said)


def _located(problem: Problem, files: Mapping[str, str]) -> Problem:
    if problem.line or not problem.place or problem.file not in files:
        return problem
    return replace(problem, line=line_of(files[problem.file], problem.place))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:119] + "…"
