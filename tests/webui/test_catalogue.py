"""The English of the screens is whole and says what the Chinese says."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from webui.babel.catalogue import CATALOGUE, lacking, merged

BLANK = re.compile(r"%\(\w+\)s|(?<!\{)\{\w+\}(?!\})")


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue with today's sentences, gathered from the whole program once."""
    return merged()


def _texts(message: Message) -> list[tuple[str, str]]:
    """Each Chinese sentence with its English; singular and plural may leave different blanks."""
    chinese, english = message.id, message.string
    if isinstance(chinese, tuple | list) and isinstance(english, tuple | list):
        return list(zip(chinese, english, strict=True))
    return [(str(chinese), str(english))]


def test_every_sentence_has_its_english(english: Catalog) -> None:
    assert [message.id for message in lacking(english)] == []


def test_both_languages_leave_the_same_blanks(english: Catalog) -> None:
    different = [
        chinese
        for message in english
        if message.id
        for chinese, said in _texts(message)
        if set(BLANK.findall(chinese)) != set(BLANK.findall(said))
    ]
    assert different == []


def test_the_compiled_catalogue_is_that_of_the_source(english: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert [_texts(message) for message in compiled if message.id] == [
        _texts(message) for message in sorted(english) if message.id
    ]
