"""The worked example of docs/engine.md runs as printed."""

from __future__ import annotations

from pathlib import Path

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
