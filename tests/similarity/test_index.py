"""The index: kept up in the case's own transaction, never with what is nobody else's business, made anew alike."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine.casework.facts import CASES
from engine.foundation.actor import system_actor
from engine.foundation.errors import NotAllowed
from engine.similarity import index
from engine.similarity.search import nearest
from engine.similarity.terms import Written
from models import SimilarCommon, SimilarDocument, SimilarTerm, db
from tests.support.cast import Cast, assemble
from tests.support.journey import TEXT, Journey

SYSTEM = system_actor(0)
WATER = {
    "title": "关于农村饮水安全的建议",
    "background": "自来水管网老化，冬季停水。",
    "asks": ["改造供水管网。"],
}


def documents() -> list[int]:
    return list(db.session.scalars(sa.select(SimilarDocument.case_id).order_by(SimilarDocument.case_id)))


def rows() -> list[tuple[object, ...]]:
    columns = (SimilarTerm.term, SimilarTerm.case_id, SimilarTerm.weight)
    statement = sa.select(*columns).order_by(SimilarTerm.case_id, SimilarTerm.term)
    return [tuple(row) for row in db.session.execute(statement)]


def found(cast: Cast, title: str = "农村饮水安全") -> list[int]:
    return [match.case_id for match in nearest(cast.congress_id, Written(title))]


def change(case_id: int, **values: object) -> None:
    db.session.execute(CASES.update().where(CASES.c.id == case_id).values(**values))
    db.session.commit()


def test_a_draft_is_its_authors_own_and_stands_in_the_index_once_it_is_submitted(journey: Journey) -> None:
    journey.draft(**WATER)
    assert documents() == []
    journey.submit()
    assert documents() == [journey.case_id]
    assert found(journey.cast) == [journey.case_id]


def test_a_case_that_intake_finds_confidential_leaves_the_index(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    assert documents() == [journey.case_id]
    restricted = {"result": "accepted", "category": "environment", "confidentiality": "restricted"}
    journey.do("intake", "intake", **restricted)
    assert (documents(), rows()) == ([], [])


def test_a_restricted_case_is_not_found_even_where_the_index_still_has_it(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    change(journey.case_id, confidentiality="restricted")
    assert found(journey.cast) == []
    index.catch_up(SYSTEM)
    assert (documents(), rows()) == ([], [])


def test_what_is_given_back_to_its_author_is_a_draft_again_and_leaves_the_index(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    change(journey.case_id, status="draft")
    assert found(journey.cast) == []
    index.catch_up(SYSTEM)
    assert (documents(), rows()) == ([], [])


def test_another_congress_finds_nothing(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    assert found(assemble("1401", "试验市人民代表大会")) == []


def test_the_job_takes_in_what_was_there_before_the_index(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    before = rows()
    for table in (SimilarTerm, SimilarDocument):
        db.session.execute(sa.delete(table))
    db.session.commit()
    assert found(journey.cast) == []
    assert index.catch_up(SYSTEM) == 1
    assert index.catch_up(SYSTEM) == 0
    assert rows() == before


def test_a_text_that_was_changed_stands_in_the_index_as_it_is(journey: Journey) -> None:
    journey.draft(**WATER).submit()
    change(journey.case_id, text_version=2, title="关于公园座椅的建议")
    index.catch_up(SYSTEM)
    assert found(journey.cast, "公园座椅") == [journey.case_id]
    assert "饮水" not in {term for term, _case, _weight in rows()}


def test_an_index_made_anew_is_the_same(cast: Cast) -> None:
    for title in ("关于农村饮水安全的建议", "关于城市饮水水质的建议", "关于农村道路养护的建议"):
        Journey(cast).draft(title=title).submit()
    before = rows()
    index.clear(SYSTEM)
    assert rows() == []
    index.catch_up(SYSTEM)
    assert rows() == before


def test_common_words_are_counted_beforehand_and_nothing_is_found_otherwise(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("农村饮水安全", "城市饮水水质", "农村道路养护", "养老饮水助餐"):
        Journey(cast).draft(title=title).submit()
    before = nearest(cast.congress_id, Written("农村饮水"))
    monkeypatch.setattr(index, "COMMON_FROM", 3)
    index.catch_up(SYSTEM)
    counted = {row.term: row.cases for row in db.session.scalars(sa.select(SimilarCommon))}
    assert counted["饮水"] == 3
    assert counted[index.ALL_CASES] == 4
    assert "道路" not in counted
    assert nearest(cast.congress_id, Written("农村饮水")) == before


def test_only_the_system_keeps_the_index(cast: Cast) -> None:
    for keeps in (index.clear, index.catch_up):
        with pytest.raises(NotAllowed):
            keeps(cast.actor("assigner"))  # type: ignore[operator]


def test_the_same_words_are_nearer_than_other_words_and_the_newer_case_stands_first(cast: Cast) -> None:
    cases = [
        Journey(cast).draft(**{**TEXT, **each}).submit().case_id
        for each in (WATER, WATER, {"title": "农村道路"})
    ]
    matches = nearest(cast.congress_id, Written("关于农村饮水安全的建议", ("改造供水管网。",)))
    assert [match.case_id for match in matches] == [cases[1], cases[0], cases[2]]
    assert matches[0].nearness == matches[1].nearness > matches[2].nearness
    assert matches[0].shared[0] == "农村饮水安全"
    assert nearest(cast.congress_id, Written("")) == []
