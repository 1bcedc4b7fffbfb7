"""Text for spreadsheet programs: no cell that somebody wrote is ever computed by whoever opens the file."""

from __future__ import annotations

import re

# With what a formula begins. Programs set to Chinese take the wide signs for the narrow ones; a tab or the end of a
# line in front is left out by some when they read.
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


def harmless(text: str) -> str:
    """Text that no spreadsheet program takes for a formula; a number stays as it is, with its sign."""
    return f"'{text}" if text.startswith(FORMULA) and not NUMBER.fullmatch(text) else text
