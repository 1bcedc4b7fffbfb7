"""Columns of a file that nothing was made of: told, with the name that may have been meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.foundation.lines import CONTROL_CHARACTERS

LONGEST = 60  # signs of a name that are told
LIKE = 0.5  # of two names: half of their signs agree, in their order («主办部门», «主办单位»)


@dataclass(frozen=True, slots=True)
class Unused:
    """A column that was not used: its place in the file from 1, its name ("" where it has none), and a near one."""

    place: int
    title: str
    near: str = ""


def unused_columns(
    header: Sequence[str], filled: Collection[int], known: Collection[str], own: Collection[str]
) -> tuple[Unused, ...]:
    """The columns with something in them that no part of a case is made of.

    `filled` are the places, from 0, in which any row has something; `known` the names a case is made of; `own` those
    that this room has written itself. A name that may have been meant is suggested only where no column has it.
    """
    free = [title for title in known if title not in header]
    return tuple(
        Unused(place + 1, _told(title), _near(title, free))
        for place, title in _named(header, filled)
        if title not in known and title not in own
    )


def _named(header: Sequence[str], filled: Collection[int]) -> Iterable[tuple[int, str]]:
    return ((place, header[place] if place < len(header) else "") for place in sorted(filled))


def _told(title: str) -> str:
    """The name as it can be shown, on a terminal too: without control signs, cut where it is no name any more."""
    shown = CONTROL_CHARACTERS.sub("", title)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _near(title: str, free: Sequence[str]) -> str:
    """The likest of the names, the first of several; "" where none is like it."""
    likest, name = 0.0, ""
    for each in free if title else ():
        likeness = SequenceMatcher(None, title, each, autojunk=False).ratio()
        if likeness > likest:
            likest, name = likeness, each
    return name if likest >= LIKE else ""
