"""The words of a PDF: names, strings, references and the dictionaries they form, read in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    rb"%[^\r\n]*|<<|>>|\[|\]|<[0-9A-Fa-f\s]*>|\(|/[^\s()<>\[\]{}/%\0]*|[^\s()<>\[\]{}/%\0]+"
)  # fmt: skip
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
BRACKET = re.compile(rb"[()\\]")
SHORT = {ord("n"): b"\n", ord("r"): b"\r", ord("t"): b"\t", ord("b"): b"\b", ord("f"): b"\f"}
OCTAL = re.compile(rb"[0-7]{1,3}")


@dataclass(frozen=True, slots=True)
class Name:
    """`/Name`, with its escapes undone."""

    name: bytes


@dataclass(frozen=True, slots=True)
class Text:
    """A string in its bytes."""

    content: bytes

    def decoded(self) -> str:
        """The string in words: UTF-16 or UTF-8 where it says so, else one byte a sign."""
        if self.content.startswith(b"\xfe\xff"):
            return self.content[2:].decode("utf-16-be", errors="replace")
        if self.content.startswith(b"\xef\xbb\xbf"):
            return self.content[3:].decode("utf-8", errors="replace")
        return self.content.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Reference:
    """`12 0 R`."""

    number: int


Dictionary = dict[bytes, Any]


def unescaped(name: bytes) -> bytes:
    """A name, or text with names, without its `#4A` escapes."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)


def dictionaries(text: bytes) -> Iterator[Dictionary]:
    """Every dictionary of a text, each after those that lie in it; what does not add up is passed over."""
    return (found for found, depth, _end in _read(text, 0) if depth)


def first_dictionary(text: bytes, begin: int) -> tuple[Dictionary, int] | None:
    """The dictionary that begins a text at that place, and where it ends; None where none does."""
    opening = TOKEN.search(text, begin, begin + 100)
    if opening is None or opening[0] != b"<<" or text[begin : opening.start()].strip(b"\0\t\n\f\r "):
        return None
    whole = ((found, depth, end) for found, depth, end in _read(text, begin) if depth <= 1)
    found, depth, end = next(whole, ({}, 0, 0))
    return (found, end) if depth else None


def _read(text: bytes, begin: int) -> Iterator[tuple[Dictionary, int, int]]:
    """Each dictionary with its depth (1: in no other) and its end; depth 0 says that an object ended there."""
    stack: list[list[Any]] = [[]]
    place = begin
    while (token := TOKEN.search(text, place)) is not None:
        word, place = token[0], token.end()
        if word == b">>" and len(stack) > 1:
            found = _dictionary(stack.pop())
            stack[-1].append(found)
            yield found, len(stack), place
        elif word == b"(":
            content, place = _string(text, place)
            stack[-1].append(Text(content))
        elif word in (b"obj", b"endobj", b"stream"):
            stack = [[]]
            yield {}, 0, place
        elif not word.startswith(b"%"):
            _take(stack, word)


def _take(stack: list[list[Any]], word: bytes) -> None:
    if word in (b"<<", b"["):
        stack.append([])
    elif word != b"]":
        _add(stack[-1], word)
    elif len(stack) > 1:
        stack[-2].append(stack.pop())


def _add(items: list[Any], word: bytes) -> None:
    if word.startswith(b"/"):
        items.append(Name(unescaped(word[1:])))
    elif word.startswith(b"<"):
        digits = re.sub(rb"\s", b"", word[1:-1])
        items.append(Text(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())))
    elif word == b"R" and len(items) >= 2 and _whole(items[-2]) and _whole(items[-1]):
        number = int(items[-2])
        del items[-2:]
        items.append(Reference(number))
    else:
        items.append(word)


def _whole(item: Any) -> bool:
    return isinstance(item, bytes) and item.isdigit() and len(item) <= 10


def _dictionary(items: list[Any]) -> Dictionary:
    """Keys and values; of a key that stands twice both are kept, as a reader may take either."""
    found: Dictionary = {}
    place = 0
    while place < len(items):
        key = items[place]
        if not isinstance(key, Name) or place + 1 >= len(items):
            place += 1
            continue
        value = items[place + 1]
        found[key.name] = value if key.name not in found else Twice((found[key.name], value))
        place += 2
    return found


class Twice(tuple[Any, ...]):
    """The values of a key that stands twice."""


def _string(text: bytes, begin: int) -> tuple[bytes, int]:
    """A string from behind its opening bracket to behind its closing one."""
    parts: list[bytes] = []
    depth, place = 1, begin
    while (mark := BRACKET.search(text, place)) is not None:
        parts.append(text[place : mark.start()])
        place = mark.end()
        if mark[0] == b"\\":
            sign, place = _escape(text, place)
            parts.append(sign)
            continue
        depth += 1 if mark[0] == b"(" else -1
        if not depth:
            return b"".join(parts), place
        parts.append(mark[0])
    return b"".join(parts), len(text)


def _escape(text: bytes, place: int) -> tuple[bytes, int]:
    if octal := OCTAL.match(text, place):
        return bytes([int(octal[0], 8) & 0xFF]), octal.end()
    if place >= len(text) or text[place] in b"\r\n":
        return b"", place + 1
    return SHORT.get(text[place], text[place : place + 1]), place + 1
