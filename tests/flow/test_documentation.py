"""The worked example of docs/engine.md runs as printed."""

from __future__ import annotations

from pathlib import Path

from engine.flow.decisions import errors
from engine.flow.feel.functions import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"


def test_the_worked_example_runs_as_printed() -> None:
    example = (
        PAGE.read_text(encoding="utf-8")
        .split("## A worked example")[1]
        .split("```python\n")[1]
        .split("```")[0]
    )
    names: dict = {}
    exec(compile(example, str(PAGE), "exec"), names)
    assert names["step"].completed


def test_the_page_on_decisions_lists_all_that_can_be_called_and_all_that_can_fail() -> None:
    page = (PAGE.parent / "decisions.md").read_text(encoding="utf-8")
    kinds = [
        kind.__name__ for kind in vars(errors).values() if getattr(kind, "__module__", "") == errors.__name__
    ]
    assert [name for name in (*FUNCTIONS, *kinds) if f"`{name}`" not in page] == []
