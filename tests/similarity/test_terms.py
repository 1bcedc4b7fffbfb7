"""Words: what a text is about, whatever the words are in which all suggestions are written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.similarity.search import Question
from engine.similarity.terms import TERMS_AT_MOST, Written, phrases, terms, weighed


def test_neighbouring_signs_are_words_and_joining_signs_are_not() -> None:
    assert list(terms("农村饮水和水质")) == ["农村", "村饮", "饮水", "水质"]


def test_the_words_of_every_suggestion_are_left_out() -> None:
    assert list(terms("关于进一步加强河道治理的建议")) == ["河道", "道治", "治理"]


def test_latin_words_and_wide_letters_count_as_small_letters() -> None:
    assert list(terms("推进ＥＴＣ和5G基站，2024年")) == ["etc", "5g", "基站"]


def test_a_word_of_the_title_weighs_most_and_each_place_counts_three_times_at_most() -> None:
    weights = weighed(Written("饮水", ("饮水。",), "饮水，饮水，饮水，饮水，水质"))
    assert weights == {"饮水": 3 + 2 + 3, "水质": 1}


def test_what_is_shared_is_said_in_words_as_a_reader_knows_them() -> None:
    written = Written("关于农村饮水安全的建议", ("改造供水管网。",))
    shared = {"饮水", "水安", "安全", "管网"}
    assert phrases(written, shared, dict.fromkeys(shared, 100)) == ("饮水安全", "管网")


def test_words_of_very_many_cases_are_not_said_to_be_shared() -> None:
    written = Written("关于农村饮水安全的建议", ("三年内完成。",), "采用BIM")
    cases = {"农村": 38, "村饮": 6, "饮水": 6, "年内": 17, "内完": 17, "完成": 17, "三年": 32, "bim": 200}
    said = weighed(written)
    telling = Question(1, said, dict.fromkeys(said, 100), cases, 361).telling()
    assert phrases(written, cases, telling) == ("农村饮水",)
    assert {term for term in said if not telling[term]} == {"三年", "年内", "内完", "完成", "bim"}
    assert Question(1, {"完成": 1}, {"完成": 100}, {"完成": 4}, 4).telling() == {"完成": 100}  # of four cases


@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=4), st.text(max_size=600))
def test_any_text_can_be_weighed_and_compared_with_itself(title: str, asks: list[str], prose: str) -> None:
    written = Written(title, tuple(asks), prose)
    weights = weighed(written)
    assert len(weights) <= TERMS_AT_MOST
    assert all(0 < len(term) <= 24 and " " not in term for term in weights)
    assert len(phrases(written, weights, dict.fromkeys(weights, 1))) <= 5
