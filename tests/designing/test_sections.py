"""Entries of TOML files changed where they stand: only what was meant is otherwise, comments and order stay."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definitions.catalogue import shipped
from engine.designing.sections import Unwritable, change, remove, written

PROCESS = shipped()["suggestion"]["process.toml"]
FILE = """# first
top = 1    # kept

# about a
[task.a]   # here
title = { zh = "甲 # 不是注释", en = "A" }   # words
list = [
  "one", # inside
  "two",
]
text = \"\"\"
[task.b]
not a header = 1
\"\"\"
"odd key" = 'x'

# about what a requires
[task.a.requires]
units = 2

# about b
[task.b]
role = "head"
# the end of b
[[clock]]
key = "one"
[[clock]]
key = "two"   # second
"""


def changed(place: Any, **entries: Any) -> str:
    return change("process.toml", FILE, place, entries)


def test_only_the_value_is_replaced() -> None:
    assert changed((("task", "a"), None), title={"zh": "乙", "en": 'B "b"'}) == FILE.replace(
        '{ zh = "甲 # 不是注释", en = "A" }', '{ zh = "乙", en = "B \\"b\\"" }'
    )
    assert changed((("task", "a"), None), list=["three"]) == FILE.replace(
        '[\n  "one", # inside\n  "two",\n]', '["three"]'
    )
    assert changed((("clock",), 1), key="drei") == FILE.replace('"two"   # second', '"drei"   # second')
    assert changed(((), None), top=2) == FILE.replace("top = 1 ", "top = 2 ")
    assert changed((("task", "b"), None), role="head", bulk=None) == FILE


def test_entries_and_tables_are_added_where_they_belong_and_taken_out_whole() -> None:
    assert changed((("task", "b"), None), bulk=True) == FILE.replace(
        'role = "head"\n', 'role = "head"\nbulk = true\n'
    )
    assert changed((("task", "a"), None), text=None) == FILE.replace(
        'text = """\n[task.b]\nnot a header = 1\n"""\n', ""
    )
    assert changed((("task", "c"), None), role="x", bulk=None) == FILE.replace(
        'role = "head"\n', 'role = "head"\n\n[task.c]\nrole = "x"\n'
    )
    assert changed((("clock",), 2), key="three").endswith('\n[[clock]]\nkey = "three"\n')
    without = remove("process.toml", FILE, (("task", "a"), None))
    assert tomllib.loads(without) == {
        "top": 1,
        "task": {"b": {"role": "head"}},
        "clock": [{"key": "one"}, {"key": "two"}],
    }
    for comment in ("# first", "# about a", "# about b", "# the end of b", "# about what a requires"):
        assert comment in without


@pytest.mark.parametrize(
    "text",
    ["[task]\na = { role = 'x' }\n", "task.a.role = 'x'\n", "task = 1\n", "[task.a\n", "[task]\na = 'x'\n"],
)
def test_what_is_written_in_another_way_is_refused_and_not_spoilt(text: str) -> None:
    with pytest.raises(Unwritable):
        change("process.toml", text, (("task", "a"), None), {"role": "y"})


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=8).filter(lambda name: name.isprintable()),
        st.one_of(
            st.booleans(),
            st.integers(0, 10**6),
            st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
            st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=9), max_size=3),
        ),
        max_size=4,
    )
)
def test_whatever_is_written_is_read_again(entries: dict[str, Any]) -> None:
    for text, place in ((FILE, (("task", "a"), None)), (PROCESS, (("task", "sign_for"), None))):
        after = change("process.toml", text, place, entries)
        expected = tomllib.loads(text)
        expected["task"][place[0][1]] |= entries
        assert tomllib.loads(after) == expected
        comments = [line.strip() for line in text.splitlines() if line.startswith("#")]
        assert [line.strip() for line in after.splitlines() if line.strip() in comments] == comments


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_is_written_so_that_it_is_read_the_same(text: str) -> None:
    assert tomllib.loads(f"x = {written(text)}") == {"x": text}
