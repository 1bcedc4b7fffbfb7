"""The report on a year counts what a kind of work has of its own, each case once, in the year in which it happened."""

from __future__ import annotations

import pytest

from engine.publication.figures import figures_of
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import scenarios

pytestmark = pytest.mark.slow

KIND = "filing_review"
ALL = {each.name: each for each in scenarios()}
EXAMPLES = {each.path.stem: each for each in ALL.values() if each.process_key == KIND}


def counted(cast: Cast, year: int) -> dict[str, tuple[int, list[int] | None]]:
    """Every figure that is not nought."""
    own = figures_of(cast.congress_id, KIND, year)["own"]
    return {each["key"]: (each["count"], each["share"]) for each in own if each["count"]}


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("late-filing", {"filed": (1, None), "late": (1, [1, 1]), "returned": (1, [1, 1])}),
        (
            "corrected",
            {
                "filed": (1, None),
                "registered": (1, None),
                "reviewed": (1, None),
                "problems": (1, [1, 1]),
                "planned": (1, [1, 1]),
                "fixed": (1, [1, 1]),
            },
        ),
        ("not-started", {"suggestions": (1, None), "not_started": (1, [1, 1])}),
    ],
)
def test_the_year_is_counted_from_what_happened(
    example: str, expected: dict[str, object], cast: Cast
) -> None:
    with performed(EXAMPLES[example], cast):
        assert counted(cast, 2026) == expected
        assert counted(cast, 2025) == {}
        assert figures_of(cast.congress_id, "suggestion", 2026)["own"] == []


@pytest.mark.parametrize(
    ("example", "answers", "on_time"),
    [
        # One unit answered, and answered again: its period of the first round, and not the deputy's, which repeats it.
        ("suggestion/attitude-dissatisfied", True, [1, 1]),
        # The report to the standing committee has three periods before the meeting; answered is what came of it.
        ("work_report/plain", True, [1, 1]),
        # Nobody answers a budget: its nine periods of delivering, passing on (central transfers twice), publishing.
        ("budget_review/plain", False, [9, 9]),
    ],
)
def test_in_time_is_said_of_answers_where_a_kind_of_work_has_them(
    example: str, answers: bool, on_time: list[int], cast: Cast
) -> None:
    with performed(ALL[example], cast) as performance:
        found = figures_of(cast.congress_id, performance.scenario.process_key, 2026)
        assert (found["answers"], found["on_time"]) == (answers, on_time)
