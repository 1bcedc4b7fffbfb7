"""What a completion asks of the database: its statements are most of what it costs, so their number is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.casework.tasks import Completed
from tests.support.cast import Cast
from tests.support.journey import Journey
from tests.support.statements import counted

# Raise these only for what a step must do in law; what is known already is not asked again.
AT_MOST = (
    32  # of the dearest step: a signed reply starts clocks, and brings publication and commitments about
)
ON_AVERAGE = 20


class CountedJourney(Journey):
    """A journey that keeps the statements of each completion."""

    def __init__(self, cast: Cast, since: Callable[[], list[str]]) -> None:
        super().__init__(cast)
        self.since = since
        self.steps: dict[str, list[str]] = {}

    def do(self, who: str, node: str, unit: str | None = None, /, **answers: Any) -> Completed:
        """Complete the open task at a node; what finding it and its person costs is not the step's."""
        done = super().do(who, node, unit, **answers)
        said = self.since()
        begun = max(place for place, words in enumerate(said) if "AS has_drafts" in words)
        self.steps[node] = said[begun:]
        return done


def test_a_completion_runs_no_more_statements_than_this(cast: Cast) -> None:
    with counted() as since:
        journey = CountedJourney(cast, since)
        journey.draft().submit().accept().assign().sign_for().contact().reply().evaluate(
            "dissatisfied"
        ).redo()
    numbers = {node: len(said) for node, said in journey.steps.items()}
    assert max(numbers.values()) <= AT_MOST, numbers
    assert sum(numbers.values()) / len(numbers) <= ON_AVERAGE, numbers


def test_a_completion_reads_how_its_case_stands_once_and_writes_history_once(cast: Cast) -> None:
    with counted() as since:
        journey = CountedJourney(cast, since)
        journey.draft().submit().accept().assign().sign_for().contact().reply()
    for node, said in journey.steps.items():
        assert sum("INSERT INTO clock_change" in words for words in said) <= 1, node
        assert sum("INSERT INTO audit_event" in words for words in said) == 1, node
        assert sum("UNION ALL SELECT task.node" in " ".join(words.split()) for words in said) == 1, node
