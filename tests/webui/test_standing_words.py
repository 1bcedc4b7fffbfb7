"""How a value stands in law, in both languages: bound, taken over, our own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import force_locale

from engine.deadlines.packs import load_pack
from engine.deadlines.standing import Source
from tests.support.journey import Journey
from tests.webui.conftest import Enter
from webui.words.citing import numeral
from webui.words.standing import source_words, standing_words

PACK = load_pack("shanxi")


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (16, "十六"), (20, "二十"), (51, "五十一"), (101, "一百零一"), (110, "一百一十")],
)
def test_articles_are_numbered_as_statutes_number_them(number: int, words: str) -> None:
    assert numeral(number) == words


def test_a_comparator_names_place_article_and_length(app: Flask) -> None:
    cited = ("渝16 10wd", "沪 7wd", "渝29")
    with app.test_request_context():
        said = standing_words(Source.COMPARATOR, cited, PACK.places)
        assert said == "参照重庆第十六条（10个工作日）、上海（7个工作日）、重庆第二十九条，须由本级确定。"
        told_apart = standing_words(Source.COMPARATOR, cited[:2], PACK.places, length="10wd")
        assert told_apart == "参照重庆第十六条（10个工作日），须由本级确定。外地另有：上海（7个工作日）。"
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}), force_locale("en"):
        assert standing_words(Source.STATUTE, (), {}, "全国") == "Binding in the whole country."
        assert source_words(Source.HOUSE) == "House rule, to be decided"


def test_the_case_page_says_of_every_period_how_it_stands(assigned: Journey, enter: Enter) -> None:
    page = enter("assigner").get(f"/cases/{assigned.case_id}").text
    assert "适用于全国。" in page  # the statutory period to answer
    assert "本级工作规则，没有法律依据，须由本级确定。" in page  # signing for
    assert "参照重庆第十六条（10个工作日）、河南第十四条（10个工作日）" in page  # asking to return
    assert "自交办之日起三个月内答复" in page and "title=" in page
