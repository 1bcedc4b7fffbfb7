"""`flask audit` says whether the trail is whole, in words and in JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.foundation.conftest import CLERK, note
from tests.house.tree import ROOT


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["audit", *map(str, arguments)])


@pytest.fixture
def trail(app: Flask) -> None:
    with app.app_context():
        note(CLERK, (1, 2, None))


def test_a_whole_trail_is_said_to_be_whole(app: Flask, trail: None, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint.json"
    taken = run(app, "checkpoint", "--out", file)
    assert taken.exit_code == 0, taken.output
    assert "3 条链、3 条记录" in taken.output
    verified = run(app, "verify", "--checkpoint", file)
    assert verified.exit_code == 0, verified.output
    assert "审计记录完整" in verified.output


def test_a_finding_ends_with_status_one_and_its_place(app: Flask, trail: None, tmp_path: Path) -> None:
    from models import AuditHead, db

    with app.app_context():
        db.session.execute(AuditHead.__table__.delete().where(AuditHead.chain == "case:2"))
        db.session.commit()
    verified = run(app, "verify")
    assert verified.exit_code == 1
    assert "case:2没有链尾" in verified.output
    answer = json.loads(run(app, "verify", "--json").output)
    assert not answer["sound"]
    assert [(found["fault"], found["chain"]) for found in answer["findings"]] == [("head_missing", "case:2")]


def test_a_file_that_is_no_checkpoint_is_refused(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text("[]")
    refused = run(app, "verify", "--checkpoint", file)
    assert refused.exit_code == 2
    assert "other.json不是完整的审计检查点" in refused.stderr


def test_a_place_that_cannot_be_written_is_named(app: Flask, tmp_path: Path) -> None:
    refused = run(app, "checkpoint", "--out", tmp_path / "absent" / "checkpoint.json")
    assert refused.exit_code == 1
    assert "cannot be written" in refused.stderr


@pytest.mark.slow
def test_flask_finds_the_application_by_itself(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "flask", "audit", "--help"],
        cwd=ROOT,
        env=dict(os.environ, DUBAN_DATA=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "checkpoint" in answer.stdout, answer.stderr
