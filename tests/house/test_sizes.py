"""Short modules and short functions; each exception says why it may be longer."""

from __future__ import annotations

import ast

from tests.house.tree import functions, modules, name

MODULE_LINES = 300
FUNCTION_LINES = 40

# path: reason
LONG_MODULES: dict[str, str] = {}
# path:function: reason
LONG_FUNCTIONS: dict[str, str] = {}


def _is_migration(path: str) -> bool:
    return path.startswith("models/migrations/")  # one list of statements in the order they must run


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of the body: a use case names each thing it is told, one to a line, and that is no fault."""
    return (function.end_lineno or 0) - function.body[0].lineno + 1


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    long = {
        name(path)
        for path in modules()
        if not _is_migration(name(path)) and len(path.read_text(encoding="utf-8").splitlines()) > MODULE_LINES
    }
    assert long == set(LONG_MODULES)


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name(path)}:{function.name}"
        for path in modules()
        if not _is_migration(name(path))
        for function in functions(path)
        if _length(function) > FUNCTION_LINES
    }
    assert long == set(LONG_FUNCTIONS)
