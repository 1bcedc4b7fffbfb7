"""What is wrong with a process folder: gathered over all its files, then refused once with everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from engine.definitions.words import Sentence
from engine.foundation.errors import DomainError
from engine.foundation.language import _


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: the file, the place in it (a table, a key, a line), and a sentence."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file} [{self.place}] {self.message}" if self.place else f"{self.file} {self.message}"

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


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
