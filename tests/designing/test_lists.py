"""Lists of a folder line by line: kept they are what they were, changed they say what was meant, in that order."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.definitions.catalogue import shipped
from engine.designing.arranging import arrange_entries, arrange_tables
from engine.designing.checking import problems_of
from engine.designing.lists import LISTS, Line, change_lines, line_at, lines_of, moved_along, uses_of
from engine.designing.sections import Unwritable
from engine.foundation.errors import InvalidAnswers

FOLDERS = shipped()
SUGGESTION = FOLDERS["suggestion"]
NEW = {"zh": "新", "en": "New"}


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_a_list_that_is_kept_leaves_its_file_as_it_was(folder: str) -> None:
    files = FOLDERS[folder]
    for listing in LISTS.values():
        assert change_lines(files, listing, lines_of(files, listing)) == files


@pytest.mark.parametrize("name", [name for name in LISTS if lines_of(SUGGESTION, LISTS[name])])
@settings(max_examples=10)
@given(st.data())
def test_a_list_is_what_its_lines_say(name: str, data: st.DataObject) -> None:
    """Some taken out, the rest in any order, one called otherwise and one new: no comment and nothing else changes."""
    listing = LISTS[name]
    lines = data.draw(st.permutations(lines_of(SUGGESTION, listing)))
    lines = lines[: data.draw(st.integers(0, len(lines)))]
    value = {"effects": ["red_card"]} if name == "effects" else {"title": NEW}
    if lines and data.draw(st.booleans()):
        lines[0] = replace(lines[0], key="renamed:thing", values={**lines[0].values, **value})
    if data.draw(st.booleans()):
        lines.insert(data.draw(st.integers(0, len(lines))), Line("", "new:thing", value))
    after = change_lines(SUGGESTION, listing, lines)
    said = [(line.key, {k: v for k, v in line.values.items() if v is not None}) for line in lines]
    again = lines_of(after, listing)
    assert [(line.key, {k: v for k, v in line.values.items() if v is not None}) for line in again] == said
    before, found = (tomllib.loads(files["process.toml"]) for files in (SUGGESTION, after))
    for document in (before, found):
        document.pop(listing.table, None)
    became = {line.was: line.key for line in lines if line.was} if name == "stage" else {}
    for task in before["task"].values():
        task["stage"] = became.get(task["stage"], task["stage"])
    assert found == before
    comments = [text for text in SUGGESTION["process.toml"].splitlines() if text.startswith("#")]
    assert [text for text in after["process.toml"].splitlines() if text.startswith("#")] == comments


def test_what_is_wrong_with_a_line_is_told_there() -> None:
    def said(name: str, *lines: Line) -> list[tuple[str, str]]:
        listing = LISTS[name]
        files = change_lines(SUGGESTION, listing, [*lines_of(SUGGESTION, listing), *lines])
        keys = [line.key for line in lines_of(files, listing)]
        found = [line_at(each, listing, keys) for each in problems_of(files)]
        return sorted({each for each in found if each is not None})

    for name in LISTS:
        assert said(name) == []
    half = {"title": {"zh": "半", "en": ""}}
    assert said("stage", Line("", "x y", half)) == [("x y", "key"), ("x y", "title")]
    assert said("happenings", Line("", "case:closed", {"title": NEW}), Line("", "case:odd", half)) == [
        ("case:closed", "key"),
        ("case:odd", "title"),
    ]
    odd = [
        Line("", "case:never", {"effects": ["red_card"]}),
        Line("", "clock.answer:warned", {"effects": ["x"]}),
    ]
    assert said("effects", *odd) == [("case:never", "key"), ("clock.answer:warned", "effects")]
    assert said("grades", Line("", "D", {"title": NEW, "requires": "money"})) == [("D", "requires")]
    assert said("grades", Line("", "D!", {})) == [("D!", "key"), ("D!", "title")]
    assert said("categories", Line("", "a b", {"title": None})) == [("a b", "key"), ("a b", "title")]


def test_a_stage_that_is_called_otherwise_takes_its_tasks_along() -> None:
    """Also where two exchange their names; nothing else of the file is touched."""
    listing, became = LISTS["stage"], {"sign": "reply", "reply": "sign", "review": "examine"}
    lines = [
        Line(line.was, became.get(line.key, line.key), line.values) for line in lines_of(SUGGESTION, listing)
    ]
    after = change_lines(SUGGESTION, listing, lines)
    assert not problems_of(after)
    before, now = (tomllib.loads(files["process.toml"]) for files in (SUGGESTION, after))
    renamed = 0
    for name, task in before["task"].items():
        renamed += task["stage"] in became
        task["stage"] = became.get(task["stage"], task["stage"])
        assert now["task"][name] == task
    for stage in before["stage"]:
        stage["key"] = became.get(stage["key"], stage["key"])
    assert now == before
    assert moved_along(SUGGESTION, after) == renamed > len(became)
    gone = [line for line in lines_of(SUGGESTION, listing) if line.key != "sign"]
    without = change_lines(SUGGESTION, listing, gone)
    assert {each.code for each in problems_of(without)} == {"no-such-stage"}, (
        "one taken out is told, as before"
    )


def test_lines_need_names_of_their_own() -> None:
    lines = [Line("", "a", {"title": NEW}), Line("", "", {"title": NEW}), Line("", "a", {})]
    with pytest.raises(InvalidAnswers) as refused:
        change_lines(SUGGESTION, LISTS["categories"], lines)
    assert list(refused.value.errors) == ["1.key", "2.key"]
    assert uses_of(SUGGESTION, LISTS["stage"])["sign"] == SUGGESTION["process.toml"].count('stage = "sign"')
    assert min(uses_of(FOLDERS["inspections"], LISTS["happenings"]).values()) > 0


@pytest.mark.parametrize("text", ["lists = { a = 1 }\n", "lists.a = 1\n", "[lists", "[lists]\na.b = 1\n"])
def test_what_is_written_in_another_way_is_refused_and_not_spoilt(text: str) -> None:
    with pytest.raises(Unwritable):
        arrange_entries("process.toml", text, ("lists",), [("a", "b", 2)])
    with pytest.raises(Unwritable):
        arrange_tables(
            "process.toml", "[[stage]]\nkey = 'a'\n[stage.more]\nx = 1\n[[stage]]\n", ("stage",), [1, 0]
        )


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("process.toml", 'requires = "commitment"', 'requires = "money"'),
        ("deadlines.toml", "message_after = 3", 'message_after = "three"'),
        ("process.toml", "[task.draft.requires]", "[task.draft.requires]\nkeeps = true"),
        ("process.toml", "[task.draft.requires]", "[task.draft.requires]\nkeeps = { law = {} }"),
    ],
)
def test_what_is_written_as_nobody_would_is_told_and_breaks_nothing(file: str, old: str, new: str) -> None:
    """A draft that cannot be checked could not be opened either."""
    files = {**SUGGESTION, "statistics.toml": FOLDERS["work_report"]["statistics.toml"]}
    text = files[file] if old in files[file] else files[file].replace("[[clock]]\n", f"[[clock]]\n{old}\n", 1)
    assert problems_of({**files, file: text.replace(old, new, 1)})
