"""Text that leaves for spreadsheets."""

from __future__ import annotations

import pytest

from engine.foundation.spreadsheets import harmless


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "@SUM(A1)", "＝1+1", "－A1", "＠x", "＋1", "\t=1", "\n=1"],
)
def test_what_could_be_a_formula_is_marked_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-12.5", "+3", "-1,204.00", "-3.1%", "建议=1", "2026-03-01", "—"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
