"""Dates within sentences, as the reader writes them."""

from __future__ import annotations

import datetime as dt

from flask import Flask

from engine.foundation.language import Sentence
from webui.sentences import translate_sentence


def test_a_date_in_a_sentence_is_written_as_its_reader_writes_dates(app: Flask) -> None:
    zh = "还有期限没有了结：{due_on}到期。"
    for due_on in ("2026-12-09", dt.date(2026, 12, 9)):
        sentence = Sentence(zh, due_on=due_on)
        with app.test_request_context("/"):
            assert translate_sentence(sentence) == "还有期限没有了结：2026年12月9日到期。"
        with app.test_request_context("/?lang=en"):
            assert "9 December 2026" in translate_sentence(sentence)
    with app.test_request_context("/"):
        assert "2026-02-30" in translate_sentence(
            Sentence("看不懂日期“{date}”：请写成2026-02-05的样子。", date="2026-02-30")
        )
