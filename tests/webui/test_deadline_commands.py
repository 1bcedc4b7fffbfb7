"""`flask deadline` and `flask calendar`, as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from engine.foundation.actor import system_actor
from engine.people.congresses import found_congress
from tests.deadlines import rows
from webui.app import create_app


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


@pytest.fixture
def without_database(tmp_path: Path) -> Flask:
    nowhere = f"sqlite:///{tmp_path / 'none' / 'duban.sqlite3'}"
    return create_app({"DATA_FOLDER": str(tmp_path), "SQLALCHEMY_DATABASE_URI": nowhere, "TESTING": True})


ANSWER = {
    "due": "2026-05-06",
    "unrolled": "2026-05-05",
    "provisional": False,
    "legal_basis": "《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》第五十一条",
    "skipped": [{"date": "2026-05-05", "name": "劳动节"}],
}


def test_a_due_date_as_json_without_any_database(without_database: Flask) -> None:
    words = ("deadline", "due", "--rule", "answer", "--from", "2026-02-05", "--json")
    code, output = run(without_database, *words)
    assert (code, json.loads(output)) == (0, ANSWER)


def test_a_due_date_on_an_empty_database(app: Flask) -> None:
    code, output = run(app, "deadline", "due", "--rule", "answer", "--from", "2026-02-05", "--json")
    assert (code, json.loads(output)) == (0, ANSWER)


@pytest.mark.parametrize(
    ("length", "start", "due"),
    [
        ("3m", "2026-02-05", "2026-05-06"),
        ("10wd", "2026-09-28", "2026-10-16"),
        ("20d", "2026-02-05", "2026-02-25"),
        ("-30d", "2027-03-30", "2027-02-26"),
    ],
)
def test_a_bare_length(without_database: Flask, length: str, start: str, due: str) -> None:
    code, output = run(without_database, "deadline", "due", "--length", length, "--from", start)
    assert code == 0 and output.startswith(due)
    assert "到期日：" in output and "Due on" in output


def test_the_calendar_of_a_congress_is_used(app: Flask) -> None:
    with app.app_context():
        founded = found_congress(system_actor(0), code="sx", name="晋", level="province", rule_pack="shanxi")
        from engine.casework.periods.calendar_changes import set_day

        change = {"day": rows.day("2026-05-06"), "kind": "restday", "name": "庙会"}
        set_day(system_actor(founded.congress_id), **change)
    words = ("deadline", "due", "--length", "3m", "--from", "2026-02-05")
    for named in ((), ("--congress", "sx")):
        assert run(app, *words, *named)[1].startswith("2026-05-07")


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "2026-02-05"),
        ("--rule", "answer", "--length", "3m", "--from", "2026-02-05"),
        ("--rule", "nonsense", "--from", "2026-02-05"),
        ("--length", "3y", "--from", "2026-02-05"),
        ("--length", "3m", "--from", "05.02.2026"),
        ("--rule", "answer", "--from", "2026-02-05", "--pack", "../secret"),
        ("--rule", "answer", "--from", "2026-02-05", "--congress", "nowhere"),
        ("--length", "3m"),
    ],
)
def test_what_cannot_be_counted_is_said_in_a_sentence_with_status_2(
    without_database: Flask, words: tuple[str, ...]
) -> None:
    code, output = run(without_database, "deadline", "due", *words)
    assert code == 2 and "Traceback" not in output and output.strip()
    assert re.search(
        "[一-鿿].*/ .*[a-z]|Missing option", output
    )  # both languages, as in all that commands say


def test_the_sweep_by_hand_says_how_many_clocks_spoke(app: Flask) -> None:
    assert run(app, "deadline", "sweep") == (0, "提醒 0 件 / 0 clocks told\n")


def test_years_are_listed_and_confirmed(app: Flask) -> None:
    with app.app_context():
        found_congress(system_actor(0), code="sx", name="晋", level="province", rule_pack="shanxi")
    code, output = run(app, "calendar", "list")
    assert code == 0 and "2027  暂估 / estimated  程序自带 / shipped" in output
    assert run(app, "calendar", "confirm", "2027", "--source", "通知", "--yes")[0] == 0
    assert "2027  已确认 / confirmed  本级 / own  通知" in run(app, "calendar", "list", "--congress", "sx")[1]
    code, output = run(app, "calendar", "confirm", "2027", "--source", "通知", "--yes")
    assert code == 2 and "已经确认" in output
    for words in (("list",), ("confirm", "2028", "--source", "通知", "--yes")):
        code, output = run(app, "calendar", *words, "--congress", "nowhere")
        assert code == 2 and "没有代码为“nowhere”的人大。 / No congress has the code “nowhere”." in output
    for year in ("20270", "1027"):
        code, output = run(app, "calendar", "confirm", year, "--source", "通知", "--yes")
        assert code == 2 and "year: 年份不对。 / The year is not right." in output


def test_rules_are_listed_with_their_standing(app: Flask) -> None:
    code, output = run(app, "rules", "list", "--pack", "shanxi", "--undecided")
    assert code == 0
    assert "rule route 5wd" in output and "本级工作规则 / house rule" in output
    assert "practice yellows_make_red 2" in output and "retention years30 30" in output
    assert "（渝16 10wd、豫14 10wd、" in output and "rule answer " not in output
    code, output = run(app, "rules", "list", "--pack", "shanxi", "--json")
    rows = {row["id"]: row for row in json.loads(output)}
    assert rows["answer"]["source"] == "statute" and not rows["answer"]["undecided"]
    assert run(app, "rules", "list", "--pack", "nowhere")[0] == 1
