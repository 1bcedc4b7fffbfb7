"""Ledgers as text: in which encoding, and by which sign the cells stand apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.foundation.encodings import decoded
from engine.foundation.language import _

Line = list[str]
Fits = Callable[[Sequence[str]], bool]  # whether a line can be the one with the names of the columns

# Office programs write the list separator of their system, and a tab when a table is saved as text; the first that
# fits is taken, so that the same file is always read in the same way.
SEPARATORS = (",", ";", "\t")
LOOKED_AT = 20  # rows; no table has the names of its columns further down


def separated_lines(content: bytes, fits: Fits) -> Iterator[Line]:
    """The rows of a text; its separator is the one with which one of the first rows fits, else the comma.

    Raises LedgerUnreadable.
    """
    text = _decoded(content)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, fits))
    except csv.Error as error:
        raise LedgerUnreadable(why=_("文件已损坏。")) from error


def _separator(text: str, fits: Fits) -> str:
    for sign in SEPARATORS:
        try:
            if any(map(fits, islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), LOOKED_AT))):
                return sign
        except csv.Error:  # read with a sign that is not its own, a cell can be longer than any is
            continue
    return SEPARATORS[0]


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise LedgerUnreadable(why=_("文件是空的。"))
    text = decoded(content)
    if not text:
        raise LedgerUnreadable(why=_("文字编码不是 UTF-8、UTF-16 或者 GB 18030。"))
    return text
