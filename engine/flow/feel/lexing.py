"""From text to words and signs. A name may hold spaces and signs where it is known beforehand, as FEEL allows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from engine.flow.feel.parts import FeelError
from engine.foundation.language import _

MAX_LENGTH = 1_000
MAX_TOKENS = 300

KEYWORDS = frozenset({"if", "then", "else", "and", "or", "between", "in", "true", "false", "null"})
# Of the language and not of this part of it: loops, quantifiers, functions and type tests of an author's own.
LEFT_OUT = frozenset({"for", "return", "some", "every", "satisfies", "function", "external", "instance"})

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?|\.\d+)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<sign>\*\*|\.\.|<=|>=|!=|[-+*/<>=()\[\],.?@])
      | (?P<word>[^\W\d]\w*)""",
    re.VERBOSE,
)

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'"}


class Token(NamedTuple):
    """`kind` is number | text | sign | word | name (a known one) | keyword | end."""

    kind: str
    text: str


def tokens(source: str, names: frozenset[str]) -> list[Token]:
    """The words of `source`; raises FeelError for anything that is no part of the language."""
    if len(source) > MAX_LENGTH:
        raise FeelError(_("不能超过{most}个字符"), most=MAX_LENGTH)
    if any(not (character.isprintable() or character in "\n\t\r") for character in source):
        raise FeelError(_("不能有控制字符"))
    known, found, place = _known(names), [], 0
    while place < len(source):
        token, place = _next(source, place, known)
        if token is not None:
            found.append(token)
        if len(found) > MAX_TOKENS:
            raise FeelError(_("不能超过{most}个词和符号"), most=MAX_TOKENS)
    return [*found, Token("end", "")]


def _next(source: str, place: int, known: re.Pattern[str] | None) -> tuple[Token | None, int]:
    name = known.match(source, place) if known else None
    if name:
        return Token("name", " ".join(name.group().split())), name.end()
    match = _TOKEN.match(source, place)
    if not match:
        raise FeelError(_("“{part}”不是这里可以写的"), part=source[place])
    kind, text = str(match.lastgroup), match.group()
    if kind == "space":
        return None, match.end()
    if kind == "word":
        kind = _kind_of_word(text)
    return Token(kind, unquoted(text) if kind == "text" else text), match.end()


def _kind_of_word(word: str) -> str:
    if word in LEFT_OUT:
        raise FeelError(_("“{part}”不是这里可以写的"), part=word)
    return "keyword" if word in KEYWORDS else "word"


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> re.Pattern[str] | None:
    """The names, longest first, each ending where a word ends."""
    if not names:
        return None
    spelled = (r"\s+".join(map(re.escape, name.split())) for name in _longest_first(names))
    # A name that ends in a sign ends anywhere; one that ends in a letter must not be the beginning of a longer word.
    return re.compile("|".join(rf"{each}(?!\w)" if each[-1:].isalnum() else each for each in spelled))


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def unquoted(text: str) -> str:
    """What a text in quotation marks says; raises FeelError for an unknown escape."""
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _escaped, text[1:-1], flags=re.DOTALL)


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if len(code) == 5:
        character = chr(int(code[1:], 16))
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise FeelError(_("\\{code}不是字符"), code=code)
        return character
    if code not in _ESCAPES:
        raise FeelError(_("没有\\{code}这种写法"), code=code)
    return _ESCAPES[code]
