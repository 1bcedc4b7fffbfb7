"""The fonts documents are set in, and the characters they lack: told by name and marked, never silently dropped.

Noto Serif SC and Noto Sans SC (SIL Open Font License) come with the requirements; a folder of further fonts
(DUBAN_FONTS), for example with 方正小标宋 and 仿宋_GB2312 where they are licensed, stands before them. System fonts are
left alone, so that what was checked on one machine is what another prints.
"""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from engine.foundation.errors import DomainError
from engine.foundation.language import _

SHIPPED = "pylopdf_fonts_zh_cn"
FILES = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
KINDS = (".otf", ".ttf", ".ttc", ".otc")
MARK = "〓"  # what Chinese printers set where the character is not in the case
AROUND = 6  # characters shown on either side of one that is lacking
T = TypeVar("T")


class FontsMissing(DomainError):
    """Without a Chinese font a PDF would be blank, and nobody would be told."""

    text = _(
        "没有找到中文字体，不能生成PDF。请重新安装依赖（make run），或用 DUBAN_FONTS=目录 指定字体目录。"
    )


@dataclass(frozen=True, slots=True)
class Lacking:
    """A character that no font has, its code, and the words it stands in."""

    character: str
    code: str
    near: str


def folders() -> list[Path]:
    """The folders with fonts, those of this installation first. Raises FontsMissing."""
    own = os.environ.get("DUBAN_FONTS")
    spec = find_spec(SHIPPED)
    shipped = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    found = [folder for folder in ([Path(own)] if own else []) + shipped if _files(folder)]
    if not found:
        raise FontsMissing
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in KINDS)


def lacking(texts: Any) -> tuple[Lacking, ...]:
    """Every character in `texts` (nested as they may be) that no font has, each once, with its words."""
    known = characters()
    found: dict[str, Lacking] = {}
    for text in _texts(texts):
        for place, character in enumerate(text):
            if ord(character) not in known and character not in found and not _is_unseen(character):
                near = text[max(place - AROUND, 0) : place + AROUND + 1].replace("\n", " ").strip()
                found[character] = Lacking(character, f"U+{ord(character):04X}", near)
    return tuple(found.values())


def marked(data: T, lacking: Sequence[Lacking]) -> T:
    """The same data with a mark for each character that is lacking."""
    table = {ord(each.character): MARK for each in lacking}
    marked: T = _replaced(data, table) if table else data
    return marked


def characters() -> frozenset[int]:
    """Every character that some font has."""
    files = [file for folder in folders() for file in _files(folder)]
    return _characters(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@functools.lru_cache(maxsize=4)
def _characters(files: tuple[tuple[str, int], ...]) -> frozenset[int]:
    from fontTools.ttLib import TTCollection, TTFont  # a large library, wanted once

    known: set[int] = set()
    for path, _changed in files:
        if path.lower().endswith(("c",)):
            with TTCollection(path, lazy=True) as collection:
                for font in collection:
                    known.update(font.getBestCmap() or ())
        else:
            with TTFont(path, lazy=True) as font:
                known.update(font.getBestCmap() or ())
    return frozenset(known)


def _is_unseen(character: str) -> bool:
    """Line breaks, joiners and the selectors of variants, which have no shape of their own."""
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Zs", "Zl", "Zp") or "VARIATION SELECTOR" in unicodedata.name(
        character, ""
    )


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        yield from _texts(list(data.values()))
    elif isinstance(data, Iterable):
        for item in data:
            yield from _texts(item)


def _replaced(data: Any, table: Mapping[int, str]) -> Any:
    if isinstance(data, str):
        return data.translate(table)
    if isinstance(data, Mapping):
        return {key: _replaced(value, table) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_replaced(item, table) for item in data]
    return data
