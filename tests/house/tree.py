"""The project's own Python, read as text and as syntax."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "models", "notifications", "webui")


def modules(*rooms: str) -> list[Path]:
    """Every Python file of the rooms, those of the program when none is named."""
    found = (path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in found if "node_modules" not in path.parts)


def name(path: Path) -> str:
    """A file as the tables of exceptions name it: its path from the root."""
    return path.relative_to(ROOT).as_posix()


@cache
def syntax(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, inner ones and methods too."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a dotted name, such as `db.session.commit`."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(path: Path) -> set[str]:
    """The top-level names of everything a file imports."""
    names: set[str] = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def docstrings(path: Path) -> set[int]:
    """The identities of the string nodes that only describe."""
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = (node.body for node in ast.walk(syntax(path)) if isinstance(node, nodes))
    first = (body[0] for body in bodies if body)
    return {id(node.value) for node in first if isinstance(node, ast.Expr)}


def tracked() -> list[Path]:
    """Every file that git would hand to a newcomer, and those about to be added."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(ROOT / line for line in listing.stdout.split("\0") if line and (ROOT / line).is_file())
