"""`flask performance`, as it is typed; it needs no database."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from engine.performance.composing import composed
from engine.performance.projects import projects
from engine.performance.word_writing import as_word
from tests.performance.reports import PUBLISHED, clean
from tests.support.cast import Cast
from webui.app import create_app


@pytest.fixture
def without_database(tmp_path: Path) -> Flask:
    nowhere = f"sqlite:///{tmp_path / 'none' / 'duban.sqlite3'}"
    return create_app({"DATA_FOLDER": str(tmp_path), "SQLALCHEMY_DATABASE_URI": nowhere, "TESTING": True})


def run(app: Flask, *words: str) -> tuple[int, str, str]:
    with app.app_context():  # its own: that of the engine's tests knows no languages
        result = app.test_cli_runner().invoke(args=["performance", *words])
    return result.exit_code, result.stdout, result.stderr


def test_the_exit_status_says_sound_with_problems_or_unreadable(
    without_database: Flask, tmp_path: Path
) -> None:
    sound, wrong, nothing = (tmp_path / name for name in ("a.docx", "b.txt", "c.pdf"))
    sound.write_bytes(as_word(composed(clean()), ""))
    wrong.write_bytes(PUBLISHED)
    nothing.write_bytes(b"%PDF-1.7")
    assert run(without_database, "import", str(sound))[0] == 0
    assert run(without_database, "import", str(wrong))[0] == 1
    code, out, err = run(without_database, "import", str(nothing), "--json")
    assert (code, out) == (2, "")
    assert "只接受 .docx、.xlsx 和 .txt 文件" in err


def test_the_report_for_machines_and_for_people(without_database: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(PUBLISHED)
    told = json.loads(run(without_database, "import", str(file), "--json")[1], parse_float=Decimal)
    assert (told["total_computed"], told["grade"], len(told["problems"])) == (Decimal("94.23"), "优", 33)
    out = run(without_database, "import", str(file))[1]
    assert "[execution_contradicts_funding] 执行率指标与资金表矛盾 / Execution indicator contradicts" in out
    assert "所写 stated: 98%    应为 computed: 99.84%" in out
    assert "33 problems" in out


def test_the_blank_workbook_is_written(without_database: Flask, tmp_path: Path) -> None:
    file = tmp_path / "blank.xlsx"
    assert run(without_database, "template", str(file))[0] == 0
    code, out, _err = run(without_database, "import", str(file), "--json")
    assert code == 1
    assert {each["code"] for each in json.loads(out)["problems"]} >= {"budget_missing", "total_missing"}


def test_a_report_is_stored_once_and_refused_whole(cast: Cast, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(PUBLISHED)
    code, _out, err = run(app, "import", str(file), "--store", "--json")
    assert code == 1
    assert "已保存 / kept: /performance/" in err
    assert "此前已保存" in run(app, "import", str(file), "--store")[2]
    bare = tmp_path / "b.txt"
    bare.write_bytes(PUBLISHED.partition("（三）项目绩效目标".encode())[0])
    assert run(app, "import", str(bare))[0] == 1
    code, out, err = run(app, "import", str(bare), "--store")
    assert (code, out) == (2, "")
    assert err
    assert len(projects(cast.actor("reviewer_one"))) == 1
