"""Entries of a folder as they are typed: opened and kept they are what they were, changed they say what was meant."""

from __future__ import annotations

import pytest

from engine.definitions.catalogue import shipped
from engine.designing.settings import KINDS, change_entry, entries_of
from engine.designing.trees import rows_of, tree_of

FOLDERS = shipped()


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_an_entry_that_is_kept_leaves_its_file_as_it_was(folder: str) -> None:
    files = FOLDERS[folder]
    for kind in KINDS.values():
        for key, entry in entries_of(files, kind).items():
            values = {name: entry.get(name) for name in kind.fields}
            for name, shape in kind.fields.items():
                if shape == "tree":
                    values[name] = tree_of(rows_of(entry.get(name, {})), entry.get(name, {}))
                    assert (values[name] or {}) == entry.get(name, {})
            assert change_entry(files, kind, key, values) == files
