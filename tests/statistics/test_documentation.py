"""docs/statistics.md says of every indicator what it is made of, in the words of the program."""

from __future__ import annotations

from pathlib import Path

from engine.definitions.catalogue import shipped
from engine.definitions.folder import load
from engine.statistics import counting
from engine.statistics.indicators import DECLARED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statistics.md"


def test_every_indicator_stands_in_the_table_with_its_denominator() -> None:
    assert counting.known is not None  # the modules that declare indicators are loaded with it
    folders = [load(shipped()["suggestion"])]
    text = PAGE.read_text(encoding="utf-8")
    for each in (found for declare in DECLARED for found in declare(folders)):
        whole = each.whole.words.zh if each.whole else "—（计数）"
        assert f"| {each.title.zh} | {each.part.words.zh} | {whole} |" in text, each.key
