"""Files attached to a PDF: an electronic invoice carries its data as XML, and that is all that may be carried.

By name and by bytes plain data, few and small, each found where the reader's program would find it. A reader goes by
references; where one object number stands for several objects, every one of them is looked at.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from engine.casework.files.names import sound_name
from engine.casework.files.pdf_words import Dictionary, Name, Reference, Text, dictionaries, unescaped
from engine.casework.files.pdf_words import first_dictionary as dictionary_at
from engine.casework.files.plain import check_data
from engine.casework.files.refusing import Unsound

MOST = 10  # files
LARGEST = 2 * 2**20  # bytes of one, unpacked
MOST_READ = 32 * 2**20  # bytes of structure that are read word by word

NAMED = re.compile(rb"/(EmbeddedFiles?|EF|FileAttachment|RF)\b")
CARRIES = re.compile(rb"/EF\b")
OBJECT = re.compile(rb"(?<![A-Za-z])obj(?![A-Za-z])")
NUMBERED = re.compile(rb"([0-9]+)[\0\t\n\f\r ]+[0-9]+[\0\t\n\f\r ]*\Z")
WINDOW = 400  # bytes before the word `obj` in which its numbers stand
STREAM = re.compile(rb"\s{0,40}stream(?:\r\n|\n)")
ENDED = re.compile(rb"[\r\n]{0,2}endstream")
WHOLE = re.compile(rb"\s{0,40}([0-9]{1,10})\s{0,40}endobj")
FILE_KEYS = {b"F", b"UF", b"DOS", b"Mac", b"Unix"}
KINDS = (".xml", ".txt", ".csv")
MEDIA = {b"text/xml", b"application/xml", b"text/plain", b"text/csv", b"application/octet-stream"}


def check_attached(content: bytes, parts: Iterable[bytes], sentence: str) -> None:
    """Raise Unsound(sentence) unless everything that is attached is harmless data; nothing attached is harmless too."""
    naming = [part for part in parts if NAMED.search(unescaped(part))]
    if not naming:
        return
    try:
        files = _files(naming)
        _look_into(content, files)
    except (_NotHarmless, Unsound, zlib.error) as refusal:
        raise Unsound(sentence) from refusal


class _NotHarmless(Exception):
    """Something attached is not plain data, or cannot be seen to be."""


def _files(parts: list[bytes]) -> dict[int, set[str]]:
    """The number of each attached stream → the endings of its names."""
    if sum(map(len, parts)) > MOST_READ:
        raise _NotHarmless("too much to read")
    found: dict[int, set[str]] = {}
    for part in parts:
        carrying = [each for each in dictionaries(part) if b"EF" in each]
        if len(carrying) != len(CARRIES.findall(unescaped(part))):
            raise _NotHarmless("a file where none can be read")
        for each in carrying:
            endings = _endings(each)
            for number in _streams(each[b"EF"]):
                found.setdefault(number, set()).update(endings)
    if not 0 < len(found) <= MOST:
        raise _NotHarmless("files that cannot be found, or too many")
    return found


def _endings(spec: Dictionary) -> set[str]:
    """The endings of all names that the file goes by."""
    if b"RF" in spec or (b"FS" in spec and spec[b"FS"] != Name(b"")):
        raise _NotHarmless("related files, or a file system of its own")
    names = [value for key, value in spec.items() if key in FILE_KEYS]
    if not names or not all(isinstance(name, Text) for name in names):
        raise _NotHarmless("a file without a name")
    endings = {PurePosixPath(sound_name(name.decoded())).suffix.lower() for name in names}
    if not endings <= set(KINDS):
        raise _NotHarmless("a file of another kind")
    return endings


def _streams(carried: Any) -> set[int]:
    if not isinstance(carried, dict) or not carried or not carried.keys() <= FILE_KEYS:
        raise _NotHarmless("files that are not named one by one")
    if not all(isinstance(each, Reference) for each in carried.values()):
        raise _NotHarmless("a file that is not where it is said to be")
    return {each.number for each in carried.values()}


def _look_into(content: bytes, files: dict[int, set[str]]) -> None:
    places = _objects(content)
    for number, endings in files.items():
        if number not in places:
            raise _NotHarmless("a file that is not there")
        for place in places[number]:
            _check_stream(content, place, places, endings)


def _objects(content: bytes) -> dict[int, list[int]]:
    """Number → where each object of that number begins; one that only some readers would see is refused."""
    places: dict[int, list[int]] = {}
    for found in OBJECT.finditer(content):
        before = content[max(0, found.start() - WINDOW) : found.start()]
        numbered = NUMBERED.search(before)
        line = max(
            before.rfind(b"\r", 0, _begin(numbered, before)), before.rfind(b"\n", 0, _begin(numbered, before))
        )
        # A remark before or between the numbers is space to some readers, and padding hides them from none.
        if b"%" in before[line + 1 :] or not before.strip(b"\0\t\n\f\r "):
            raise _NotHarmless("an object that some readers see and others do not")
        if numbered is not None and len(numbered[1]) < WINDOW // 2:
            places.setdefault(int(numbered[1]), []).append(found.end())
    return places


def _begin(numbered: re.Match[bytes] | None, before: bytes) -> int:
    """Where the numbers of an object begin; where there are none, the last sign before its word."""
    return numbered.start() if numbered else len(before.rstrip(b"\0\t\n\f\r "))


def _check_stream(content: bytes, place: int, places: dict[int, list[int]], endings: set[str]) -> None:
    found = dictionary_at(content, place)
    if found is None:
        raise _NotHarmless("no stream")
    said, end = found
    begin = STREAM.match(content, end)
    length = _length(said.get(b"Length"), content, places)
    if begin is None or not ENDED.match(content, begin.end() + length):
        raise _NotHarmless("a stream whose end is unclear")
    if said.keys() & {b"F", b"FFilter", b"FDecodeParms", b"DecodeParms", b"Crypt"}:
        raise _NotHarmless("data from elsewhere, or packed in another way")
    if b"Subtype" in said and (not isinstance(said[b"Subtype"], Name) or said[b"Subtype"].name not in MEDIA):
        raise _NotHarmless("another kind of data")
    data = _unpacked(said.get(b"Filter"), content[begin.end() : begin.end() + length])
    for ending in endings:
        check_data(ending, data)


def _length(said: Any, content: bytes, places: dict[int, list[int]]) -> int:
    """The length that the dictionary says, or that of the object it refers to, where all of that number agree."""
    if isinstance(said, bytes) and said.isdigit():
        return int(said)
    if not isinstance(said, Reference):
        raise _NotHarmless("no length")
    values = {WHOLE.match(content, place) for place in places.get(said.number, ())}
    lengths = {int(each[1]) for each in values if each is not None}
    if len(lengths) != 1 or None in values:
        raise _NotHarmless("no length")
    return lengths.pop()


def _unpacked(way: Any, data: bytes) -> bytes:
    if way is None or way == []:
        if len(data) > LARGEST:
            raise _NotHarmless("too large")
        return data
    if way not in (Name(b"FlateDecode"), [Name(b"FlateDecode")]):
        raise _NotHarmless("packed in another way")
    unpacking = zlib.decompressobj()
    plain = unpacking.decompress(data, LARGEST + 1)
    if len(plain) > LARGEST or not unpacking.eof or unpacking.unused_data.strip():
        raise _NotHarmless("too large, or more than it seems")
    return plain
