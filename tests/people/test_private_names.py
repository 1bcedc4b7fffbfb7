"""Names of private persons, measured on sentences written for it and on the texts of demonstration and scenarios."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.people.personal_data import proposals, redacted
from engine.people.private_names import private_names

ROOT = Path(__file__).parents[2]
MEASURED = tomllib.loads(Path(__file__).with_name("private_names.toml").read_text("utf-8"))
DOCUMENTED = ROOT / "docs" / "publication.md"


def found(text: str, *known: str) -> list[str]:
    return [text[start:end] for start, end in sorted(set(private_names(text, known)))]


def strings(value: Any) -> Iterator[str]:
    """Every text in a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def written_texts() -> list[str]:
    """What the invented deputies and units of the demonstration and of the scenarios write."""
    files = [*(ROOT / "webui/demonstration").glob("*.toml"), *(ROOT / "processes").glob("*/scenarios/*.toml")]
    texts = [text for path in files for text in strings(tomllib.loads(path.read_text("utf-8")))]
    said = [path.read_text("utf-8") for path in (ROOT / "webui/demonstration").glob("*.py")]
    titles = (ROOT / "tests/casework/fixtures/key-suggestions-2017.csv").read_text("utf-8")
    return [*texts, *said, titles]


def test_most_names_are_found_and_the_documentation_says_how_many() -> None:
    named = [(text, set(names)) for text, names in MEASURED["named"]]
    hits = sum(len(names & set(found(text))) for text, names in named)
    wrong = [(text, set(found(text)) - names) for text, names in named if set(found(text)) - names]
    names = sum(len(names) for _text, names in named)
    assert wrong == []
    assert f"finds {hits} of {names} names" in DOCUMENTED.read_text("utf-8")
    assert hits / names >= 0.85


@pytest.mark.parametrize("text", MEASURED["plain"])
def test_words_that_begin_like_names_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_nothing_in_the_demonstration_and_the_scenarios_is_taken_for_a_name() -> None:
    texts = written_texts()
    signs = sum(len(re.findall("[\u4e00-\u9fff]", text)) for text in texts)
    assert [name for text in texts for name in found(text)] == []
    assert signs > 7_000, "too little to say anything of"


def test_who_acts_in_office_and_is_called_comrade_is_no_private_person() -> None:
    assert found("请王建国同志、李秀英同志阅办。", "王建国") == ["李秀英"]
    # A namesake in distress is still a private person.
    assert found("患者王建国已出院。", "王建国") == ["王建国"]


def test_a_name_is_a_proposal_of_its_own_kind() -> None:
    text = "村民王建国（手机13934567890）反映。"
    marks = proposals(text)
    assert [mark.kind for mark in marks] == ["private_person", "mobile"]
    assert "王建国" not in redacted(text, marks)
