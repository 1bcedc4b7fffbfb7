"""Every paper of the kinds of work in papers.toml, printed from real cases and read back."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.casework.readings.case_page import case_page
from engine.documents.declarations import forms_of
from engine.documents.printing import Printed, offers, print_of_case
from engine.foundation.errors import NotFound
from models import Case, Deputy, db
from tests.documents.reading import whole_words_of, word_text
from tests.support.cast import Cast
from tests.support.performance import Performance, performed
from tests.support.scenarios import scenarios

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("press_at_hand")]

PAPERS = tomllib.loads(Path(__file__).with_name("papers.toml").read_text(encoding="utf-8"))
KINDS = {name.partition("/")[0] for name in PAPERS}


@pytest.fixture(params=sorted(PAPERS))
def stage(request: pytest.FixtureRequest, cast: Cast) -> Iterator[tuple[str, Performance]]:
    """A worked example, played to its end."""
    kind, _slash, example = request.param.partition("/")
    scenario = next(each for each in scenarios() if each.process_key == kind and each.path.stem == example)
    with performed(scenario, cast) as performance:
        if performance.case.process_key != kind:  # what came of it was opened last
            performance.case_id = first_case()
        yield request.param, performance


def first_case() -> int:
    """The case that the example is about, where what came of it was opened last."""
    return db.session.scalars(sa.select(sa.func.min(Case.id))).one()


def offered(performance: Performance, who: str) -> dict[str, int]:
    """What a person may print: key → the last subject."""
    actor = performance.cast.actor(who)
    try:
        page = case_page(actor, case_id=performance.case_id)
    except NotFound:
        return {}
    return {offer.key: offer.subject_id for offer in offers(actor, page)}


def printed(performance: Performance, who: str, key: str, format: str) -> Printed:
    actor, subject_id = performance.cast.actor(who), offered(performance, who)[key]
    return print_of_case(actor, case_id=performance.case_id, key=key, subject_id=subject_id, format=format)


def test_every_paper_says_in_both_forms_what_was_put_on_record(stage: tuple[str, Performance]) -> None:
    name, performance = stage
    for key, wanted in PAPERS[name]["papers"].items():
        pdf = whole_words_of(printed(performance, wanted["who"], key, "pdf").content)
        word = word_text(printed(performance, wanted["who"], key, "docx").content)
        for form in (pdf, word):
            assert [each for each in wanted["says"] if each not in form] == [], (key, form)
            assert "《》" not in form, key
    for who, keys in PAPERS[name].get("hidden", {}).items():
        assert offered(performance, who).keys() & set(keys) == set(), who
    assert offered(performance, PAPERS[name].get("stranger", "jyt_clerk")) == {}, "nothing to do with it"


def test_no_paper_of_these_kinds_is_left_out() -> None:
    shown = {(name.partition("/")[0], key) for name, example in PAPERS.items() for key in example["papers"]}
    assert shown == {(kind, key) for kind in KINDS for key in forms_of(kind).documents}


def test_rare_names_are_told_and_marked_on_every_page_of_a_motion(cast: Cast) -> None:
    scenario = next(
        each
        for each in scenarios()
        if (each.process_key, each.path.stem) == ("motions", "turned-into-a-suggestion")
    )
    with performed(scenario, cast) as performance:
        performance.case_id = first_case()
        for who, name in (("deputy1", "李𠮷明"), ("deputy2", "王\ue863")):
            db.session.get_one(Deputy, performance.cast.deputies[who]).name = name
        db.session.commit()
        paper = printed(performance, "deputy1", "motion_paper", "pdf")
        assert {each.code for each in paper.lacking} == {"U+20BB7", "U+E863"}
        assert "李〓明" in whole_words_of(paper.content)
        assert "王〓" in whole_words_of(paper.content)
        assert "李𠮷明代表：" in word_text(
            printed(performance, "deputy1", "conversion_letter", "docx").content
        )
