"""A number is given once, however the session and the time after it divide the cases between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.casework.access import case_to_view
from engine.casework.cases import open_case
from engine.casework.facts import CaseFacts
from engine.casework.numbering import issue_number
from engine.definitions.catalogue import definition
from models import Meeting, db
from tests.support.cast import Cast, join


def opened(cast: Cast, kind: str, meeting_id: int | None) -> CaseFacts:
    """A case handed in during a session, or between two."""
    officer = cast.actor("officer")
    case = case_to_view(officer, open_case(officer, process_key=kind))
    return replace(case, meeting_id=meeting_id)


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("final_accounts", ["决算第01号", "决算第02号", "决算第03号"]),  # reads alike in session and between
        ("motions", ["闭会第001号议案", "第001号议案", "闭会第002号议案"]),
    ],
)
def test_numbers_that_read_alike_count_on_from_one_another(cast: Cast, kind: str, numbers: list[str]) -> None:
    made = join(cast, "officer", "dgw", "budget_reviewer", "committee_officer")
    cast = replace(cast, users={**cast.users, "officer": made.user_id or 0})
    session = db.session.query(Meeting).one()
    cases = [opened(cast, kind, within) for within in (None, session.id, None)]
    found = [issue_number(case, definition(case.definition_id)) for case in cases]
    assert found == [session.name + each for each in numbers]
