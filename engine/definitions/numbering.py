"""Patterns of official numbers: `{meeting}第{ordinal:04}号`."""

from __future__ import annotations

import re
from string import Formatter

from engine.definitions.problems import Faults
from engine.foundation.language import _

NAMES = ("meeting", "ordinal")
WIDTH = re.compile(r"0[1-9]")


def check_pattern(pattern: str, place: str, faults: Faults) -> None:
    """A pattern must count, and may name nothing but the meeting and the ordinal (with a width like 04)."""
    try:
        pieces = [piece[1:] for piece in Formatter().parse(pattern) if piece[1] is not None]
    except ValueError:
        faults.add(place, _("编号格式中的花括号不成对：{pattern}"), pattern=pattern)
        return
    if not all(_understood(*piece) for piece in pieces):
        faults.add(place, _("编号格式只能用{{meeting}}和{{ordinal:04}}：{pattern}"), pattern=pattern)
    elif pattern and "ordinal" not in [name for name, *_rest in pieces]:
        faults.add(place, _("编号格式中没有{{ordinal}}，各件的编号会相同：{pattern}"), pattern=pattern)


def _understood(name: str | None, width: str | None, conversion: str | None) -> bool:
    if name == "ordinal" and width:
        return conversion is None and WIDTH.fullmatch(width) is not None
    return name in NAMES and not width and conversion is None
