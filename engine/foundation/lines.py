"""What somebody typed into a line of a table: what shows nothing is left out, what no row can keep is named.

SQLite keeps a text of any length and a number of any size in any column, PostgreSQL does not: both get the same answer
here.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from engine.foundation.language import Sentence, _

CONTROL = Sentence(_("含有无法显示的控制字符，请删除后重新输入。"))
TOO_LARGE = Sentence(_("数字太大。"))
LONGEST = 500  # of a line, as `Line` of models says
LARGEST = 2**31 - 1  # of an INTEGER of PostgreSQL

# Tab and line feed are writing; the rest, and halves of surrogate pairs, no database and no page can keep.
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# They come along with what is pasted: no space, no letter. The last two groups turn the direction of writing round, so
# that a name reads as another; joiners (U+200C, U+200D), which Mongolian and Uyghur need, are not among them.
UNSEEN = re.compile(r"[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text without signs that show nothing, trimmed; its lines end as everywhere here, not as a form sends them."""
    return UNSEEN.sub("", text).replace("\r\n", "\n").strip()


def unfit(table: type[Any], **values: Any) -> dict[str, list[str]]:
    """By field, what the columns of the same names cannot keep: too long a text, control signs, too large a number."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        fault = _fault(table.__table__.c[name].type, value)
        if fault is not None:
            found[name] = [fault]
    return found


def _fault(kind: sa.types.TypeEngine[Any], value: Any) -> Sentence | None:
    if isinstance(value, int):
        return TOO_LARGE if abs(value) > LARGEST else None
    if not isinstance(value, str):
        return None
    return line_fault(value, getattr(kind, "length", None))


def line_fault(value: str, length: int | None = LONGEST) -> Sentence | None:
    """Why a line of at most `length` characters cannot keep a text; a text of any length may have several lines."""
    if CONTROL_CHARACTERS.search(value) or (length and ("\n" in value or "\t" in value)):
        return CONTROL
    if length and len(value) > length:
        return Sentence(_("不能超过{limit}字，现有{count}字。"), limit=length, count=len(value))
    return None
