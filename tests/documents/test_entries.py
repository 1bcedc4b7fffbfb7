"""What was put on record is printed as the form has it, for those whose business it is."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from engine.casework.readings.case_page import case_page
from engine.documents.declarations import forms_of
from engine.documents.printing import offers, print_of_case
from engine.foundation.actor import Actor
from models import Problem, db
from tests.documents.reading import word_text, words_of
from tests.support.cast import Cast
from tests.support.performance import performed
from tests.support.scenarios import Scenario, scenarios

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("press_at_hand")]

OF_ENTRIES = {
    each.process_key: each
    for each in scenarios()
    if each.path.stem in ("plain", "approved")
    and "preliminary_opinion" in forms_of(each.process_key).documents
}


def offered(actor: Actor, case_id: int) -> dict[str, int]:
    return {offer.key: offer.subject_id for offer in offers(actor, case_page(actor, case_id=case_id))}


@pytest.mark.parametrize("scenario", OF_ENTRIES.values(), ids=list(OF_ENTRIES))
def test_an_entry_is_printed_in_both_formats(scenario: Scenario, cast: Cast) -> None:
    with performed(dataclasses.replace(scenario), cast) as performance:
        found = offered(performance.cast.actor("budget"), performance.case_id)
        papers = {"preliminary_opinion", "opinions_answer", "result_report"}
        if db.session.scalar(sa.select(sa.exists().where(Problem.case_id == performance.case_id))):
            papers.add("problem_list")  # what an audit has found of final accounts
        assert found.keys() == papers
        opinion = scenario.shared["review"]["opinions"][0]
        for format, words in (("pdf", words_of), ("docx", word_text)):
            made = print_of_case(
                performance.cast.actor("budget"),
                case_id=performance.case_id,
                key="preliminary_opinion",
                subject_id=found["preliminary_opinion"],
                format=format,
            )
            said = words(made.content)
            assert opinion.replace(" ", "") in said.replace(" ", "").replace("\n", "")
        for reader in ("czt_clerk", "router"):
            assert offered(performance.cast.actor(reader), performance.case_id).keys() == papers
