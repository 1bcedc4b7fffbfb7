"""Progress and tables on a terminal, where Chinese letters are two columns wide."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence

WIDTH = 30


class Bar:
    """Shows how far a long step has come: a bar on a terminal, a line for each tenth elsewhere."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.shown = -1
        self.terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` are done."""
        percent = 100 * done // total if total else 100
        step = percent if self.terminal else percent // 10 * 10
        if step == self.shown:
            return
        self.shown = step
        if not self.terminal:
            print(f"  {self.title} {step}%", file=sys.stderr, flush=True)
            return
        filled = WIDTH * percent // 100
        bar = "█" * filled + "░" * (WIDTH - filled)
        end = "\n" if percent == 100 else ""
        print(f"\r  {self.title} {bar} {percent:3d}%", end=end, file=sys.stderr, flush=True)


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """The rows as lines with their cells one below the other."""
    table = [list(row) for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - columns_of(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def columns_of(text: str) -> int:
    """How wide a text is, in columns of one Latin letter."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
