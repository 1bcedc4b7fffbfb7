"""The English of the screens is whole and says what the Chinese says."""

from __future__ import annotations

import re

from babel.messages.catalog import Message
from babel.messages.mofile import read_mo

from webui.babel.catalogue import CATALOGUE, lacking, merged

BLANK = re.compile(r"%\(\w+\)s|(?<!\{)\{\w+\}(?!\})")


def _texts(message: Message) -> list[tuple[str, str]]:
    """Each Chinese sentence with its English; singular and plural may leave different blanks."""
    chinese, english = message.id, message.string
    if isinstance(chinese, tuple | list) and isinstance(english, tuple | list):
        return list(zip(chinese, english, strict=True))
    return [(str(chinese), str(english))]


def test_every_sentence_has_its_english() -> None:
    assert [message.id for message in lacking(merged())] == []


def test_both_languages_leave_the_same_blanks() -> None:
    different = [
        chinese
        for message in merged()
        if message.id
        for chinese, english in _texts(message)
        if set(BLANK.findall(chinese)) != set(BLANK.findall(english))
    ]
    assert different == []


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert [_texts(message) for message in compiled if message.id] == [
        _texts(message) for message in sorted(merged()) if message.id
    ]
