"""The English catalogue: gather the Chinese sentences of screens and refusals, merge, compile.

`python -m webui.babel.catalogue` after sentences changed; it lists what still lacks its English.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEBUI = Path(__file__).resolve().parent.parent
CATALOGUE = WEBUI / "translations" / "en" / "LC_MESSAGES" / "messages.po"
ROOMS = ("webui", "engine")
METHODS = [
    ("webui/templates/styleguide/**", "ignore"),
    ("webui/static/**", "ignore"),
    ("**.py", "python"),
    ("webui/templates/**.html", "jinja2"),
]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def gathered() -> Catalog:
    """Every sentence of templates and Python, without line numbers, so that diffs stay small."""
    catalogue = Catalog(project="Duban", charset="utf-8")
    found = extract_from_dir(
        WEBUI.parent,
        method_map=METHODS,
        options_map={"webui/templates/**.html": {"encoding": "utf-8"}},
        keywords=KEYWORDS,
        directory_filter=_searched,
    )
    for _file, _line, message, _comments, context in found:
        catalogue.add(message, context=context)
    return catalogue


def _searched(folder: str | os.PathLike[str]) -> bool:
    parts = Path(folder).relative_to(WEBUI.parent).parts
    return not parts or (parts[0] in ROOMS and "__pycache__" not in parts)


def merged() -> Catalog:
    """The English catalogue with today's sentences; those that went are dropped."""
    with CATALOGUE.open("rb") as file:
        english = read_po(file, locale="en")
    stamped = english.creation_date
    english.update(gathered(), no_fuzzy_matching=True)
    english.creation_date = stamped  # else every run would change the file
    english.obsolete.clear()
    return english


def lacking(catalogue: Catalog) -> list[Message]:
    """Sentences with no English yet."""
    return [message for message in catalogue if message.id and not _answered(message)]


def _answered(message: Message) -> bool:
    text = message.string
    return all(text) if isinstance(text, tuple | list) else bool(text)


def main() -> int:
    """Merge and compile; 1 if something is still untranslated."""
    english = merged()
    with CATALOGUE.open("wb") as file:
        write_po(file, english, omit_header=False, no_location=True, sort_output=True, width=110)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, english)
    for message in lacking(english):
        print(message.id)
    return 1 if lacking(english) else 0


if __name__ == "__main__":
    sys.exit(main())
