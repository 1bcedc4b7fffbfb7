"""Whatever is written into a folder, a form or an answer stays a text, or is refused."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable

import pytest

from engine.definitions.folder import load
from engine.definitions.problems import FolderRefused
from engine.definitions.wiring import Spoken
from engine.foundation.errors import InvalidAnswers
from notifications.messages import TextRefused, parse, render
from tests.definitions.small import PROCESS, form_file, small
from tests.flow.hostile import HOSTILE
from tests.flow.watching import not_compiling, watched

pytestmark = pytest.mark.slow

__all__ = ["watched"]

TEXTS = [text for text in HOSTILE if text.isprintable()]


def in_form(**entries: object) -> dict[str, str]:
    return small(text=form_file({}, {"name": "x", **entries}))


def in_process(old: str, new: str) -> dict[str, str]:
    assert old in PROCESS
    return small(process=PROCESS.replace(old, new, 1))


# Where an author of a folder can write a text of his own.
PLACES: dict[str, Callable[[str], dict[str, str]]] = {
    "label": lambda text: in_form(label={"zh": text, "en": text}, help={"zh": text, "en": text}),
    "default": lambda text: in_form(default=text),
    "choice": lambda text: in_form(
        type="choice", choices=[{"value": text, "label": {"zh": text, "en": text}}]
    ),
    "required when": lambda text: in_form(required_when={"field": "body", "is": [text]}),
    "field of a condition": lambda text: in_form(required_when={"field": text, "is": ["a"]}),
    "field name": lambda text: in_form(name=text),
    "field type": lambda text: in_form(type=text),
    "title": lambda text: in_process(
        '{ zh = "写", en = "Write" }', f"{{ zh = {quoted(text)}, en = {quoted(text)} }}"
    ),
    "act": lambda text: in_process('act = "hand_in"', f"act = {quoted(text)}"),
    "number": lambda text: in_process('"{ordinal}"', quoted(text)),
    "flag": lambda text: in_process(
        'act = "hand_in"', f'act = "hand_in"\nrequires = {{ flag = {quoted(text)} }}'
    ),
}


NAMES = {"choice", "field of a condition", "field name", "field type", "act", "number"}  # a word or a pattern


def quoted(text: str) -> str:
    return json.dumps(text)  # for TOML too, as long as there are no surrogates


def warm_up() -> None:
    load(small()).forms["text"].check({"body": "a"})
    for make in PLACES.values():
        with contextlib.suppress(FolderRefused):
            load(make("a"), known_spoken=Spoken())
    render({"zh": parse("a\n{reason}", "a.txt")}, "zh", {"reason": "b"})


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_text_in_a_folder_is_a_text(place: str, watched: list[str]) -> None:
    loaded = 0
    for text in TEXTS:
        try:
            load(PLACES[place](text), known_spoken=Spoken())
            loaded += 1
        except FolderRefused as refused:
            assert refused.problems
    assert loaded < 10 if place in NAMES else loaded > 280
    assert not_compiling(watched) == []
    assert not os.path.exists("duban_executed")


def test_a_hostile_answer_comes_back_as_it_was_written(watched: list[str]) -> None:
    form = load(small()).forms["text"]
    for text in TEXTS:
        try:
            assert form.check({"body": text})["body"] == text.strip()
        except InvalidAnswers:
            assert len(text) > 500
    assert not_compiling(watched) == []


def test_a_hostile_text_of_a_message_is_sent_as_it_stands_or_refused(watched: list[str]) -> None:
    sent = 0
    for text in TEXTS:
        try:
            message = parse(f"{text}\n{text}", "a.txt")
        except TextRefused:
            continue
        sent += 1
        assert render({"zh": message}, "zh", {})[1] == text.strip()
    assert sent > 150
    reason = {"zh": parse("subject\n{reason}", "a.txt")}
    for text in TEXTS:
        assert render(reason, "zh", {"reason": text})[1] == (text or "—")
    assert not_compiling(watched) == []
