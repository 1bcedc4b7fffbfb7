"""The worked example of docs/engine.md runs as printed."""

from __future__ import annotations

import tomllib
from pathlib import Path

from engine import flow
from engine.flow.decisions import errors
from engine.flow.feel.functions import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"


def test_the_worked_example_runs_as_printed() -> None:
    section = PAGE.read_text(encoding="utf-8").split("## A worked example")[1].split("\n## ")[0]
    examples = [part.split("```")[0] for part in section.split("```python\n")[1:]]
    assert len(examples) == 2
    names: dict = {}
    exec(compile("\n".join(examples), str(PAGE), "exec"), names)
    assert names["step"].completed
    assert names["run"].state == "completed"


def test_the_answers_file_reads_as_printed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    script = flow.read_script(tomllib.loads(page.split("```toml\n")[1].split("```")[0]))
    assert [entry.is_sent for entry in script.answers["decide"]] == [False, True]
    assert (script.events[0].message, script.events[0].task) == ("paid", "decide")
    assert script.functions["note"] == ({"left": 7}, {})


def test_the_page_on_decisions_lists_all_that_can_be_called_and_all_that_can_fail() -> None:
    page = (PAGE.parent / "decisions.md").read_text(encoding="utf-8")
    kinds = [
        kind.__name__ for kind in vars(errors).values() if getattr(kind, "__module__", "") == errors.__name__
    ]
    assert [name for name in (*FUNCTIONS, *kinds) if f"`{name}`" not in page] == []
