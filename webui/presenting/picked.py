"""What answers have picked by its id, by type of field, as one reads it: meetings, problems, people of the group."""

from __future__ import annotations

from collections.abc import Mapping

from engine.casework.readings.case_page import CasePage

BEGINNING = 40  # characters of a problem or an entry that name it


def names_in(page: CasePage) -> Mapping[str, Mapping[int, str]]:
    """Type of field → id → name."""
    return {
        "meeting": {placed.meeting_id: placed.name for placed in page.agenda},
        "problem": {each.id: f"{each.ordinal}. {each.text[:BEGINNING]}" for each in page.problems},
        "entry": {each.id: _beginning(each.answers) for each in page.entries},
        **page.picked,
    }


def _beginning(answers: Mapping[str, object]) -> str:
    """The beginning of the longest words of an entry."""
    return max((each for each in answers.values() if isinstance(each, str)), key=len, default="")[:BEGINNING]
