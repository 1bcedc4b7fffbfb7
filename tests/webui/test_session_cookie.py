"""The browser's session as it is written into its cookie."""

from __future__ import annotations

import pytest
from flask.json.tag import TaggedJSONSerializer

from webui.headers import PlainSession

SENTENCE = "已办完：提出建议。"


def test_a_sentence_stands_in_the_cookie_as_it_is() -> None:
    written = PlainSession().dumps({"_flashes": [("success", SENTENCE)], "stepped": 7})
    assert written == '{"_flashes":[["success","已办完：提出建议。"]],"stepped":7}'
    assert PlainSession().loads(written) == {"_flashes": [["success", SENTENCE]], "stepped": 7}


def test_a_cookie_of_an_older_version_is_still_read() -> None:
    older = TaggedJSONSerializer().dumps({"_flashes": [("success", SENTENCE)]})
    assert " t" in older
    assert PlainSession().loads(older) == {"_flashes": [("success", SENTENCE)]}


def test_what_json_has_no_word_for_is_refused_at_once() -> None:
    with pytest.raises(TypeError):
        PlainSession().dumps({"case": object()})
