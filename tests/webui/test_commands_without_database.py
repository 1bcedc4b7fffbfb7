"""Commands where there is no database yet, or none that can be opened: a sentence, and no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import create_app, dispose

COMMANDS = {
    "a ledger": ["case", "import", "suggestion", "LEDGER"],
    "a template": ["case", "template", "suggestion", "OTHER"],
    "the trail": ["audit", "verify"],
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("content", "said"), [(b"", "flask db upgrade"), (b"no database at all" * 100, "打不开")]
)
def test_a_command_says_what_is_lacking(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / "ledger.csv").write_text("届次,标题\n", encoding="utf-8")
    places = {"LEDGER": str(tmp_path / "ledger.csv"), "OTHER": str(tmp_path / "new.xlsx")}
    app = create_app(f"sqlite:///{tmp_path / 'there.sqlite3'}", tmp_path)
    (tmp_path / "there.sqlite3").write_bytes(content)
    found = app.test_cli_runner().invoke(args=[places.get(each, each) for each in COMMANDS[name]])
    dispose(app)
    assert found.exit_code == 1
    assert said in found.output and "SELECT" not in found.output
