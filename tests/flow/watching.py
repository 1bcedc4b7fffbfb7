"""Watching the interpreter: whatever a hostile text would start, open, import or compile is seen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache

import pytest

WATCHED = ("os.system", "os.posix_spawn", "subprocess.Popen", "open", "import", "compile", "exec")
_seen: list[str] = []
_watching: list[bool] = []


def _note(event: str, arguments: tuple) -> None:
    if _watching and event in WATCHED:
        _seen.append(f"{event} {arguments!r}"[:200])


@cache
def _hook() -> None:
    sys.addaudithook(_note)  # it cannot be taken away again, so there is one for all tests


@pytest.fixture
def watched(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Any process, file, import or compilation to code from here on.

    The test's module has a function `warm_up` which does by harmless texts what the tests do by hostile ones:
    what is imported on first use is not their doing.
    """
    _hook()
    request.module.warm_up()
    _seen.clear()
    _watching.append(True)
    yield _seen
    _watching.clear()


def not_compiling(seen: list[str]) -> list[str]:
    """ast.parse announces itself as a compilation of the text; that it stops at the tree is what is tested."""
    return [event for event in seen if not event.startswith("compile (")]
