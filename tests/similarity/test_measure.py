"""What is measured on held-out suggestions, and the floors under it."""

from __future__ import annotations

from engine.similarity.measure import measure
from tests.support.cast import Cast
from webui.commands.similarity import figures


def test_the_held_out_suggestions_are_found_again_and_their_units_suggested(ledgers: Cast) -> None:
    measures = measure(ledgers.congress_id, same_by="field")
    assert (measures.cases, measures.matters) == (60, 30)
    print("\n".join(figures(measures)))  # seen with -s: what docs/similarity.md reports
    whole, title, units = measures.whole_text, measures.title_alone, measures.units
    assert whole.found.value is not None and whole.found.value >= 0.95
    assert title.found.value is not None and title.found.value >= 0.85
    assert whole.naive.hits == 0
    # Half of the cases are the first of their matter: nobody can have learned who handles it.
    assert units.first.hits >= 27
    assert units.three.hits >= 29
    assert units.naive_three.hits <= 15
