"""PDF files: nothing in them acts by itself, nothing is locked, and what is attached to them is plain data."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Iterator

from engine.casework.files.packages import BOMB, DAMAGED, LOCKED, OTHER
from engine.casework.files.pdf_attached import check_attached
from engine.casework.files.pdf_words import unescaped
from engine.casework.files.refusing import Unsound
from engine.foundation.language import _

UNPACKED = 8 * 2**20  # bytes of one object stream
ALL_UNPACKED = 64 * 2**20  # bytes of all of them
LARGEST_HEAD = 100_000  # bytes of a stream's dictionary

LONG = re.compile(rb"/(JavaScript|Launch|RichMedia|SubmitForm|ImportData)\b")
SHORT = re.compile(rb"/(JS|XFA|GoToE|Collection|Navigator)\b")
OBJECT = re.compile(rb"(?<![A-Za-z])obj(?![A-Za-z])")
PACKED = re.compile(rb"(?:O|#4[fF])(?:b|#62)(?:j|#6[aA])(?:S|#53)(?:t|#74)(?:m|#6[dD])")
FLATE = re.compile(rb"/Filter\s*(?:\[\s*/FlateDecode\s*\]|/FlateDecode\b)")
PREDICTED = re.compile(rb"/DecodeParms\s*(?:\[?\s*\d|.{0,200}/Predictor\s*(?!1\b))", re.DOTALL)

ACTS = _("含有脚本、会自动运行的内容或者不允许的内嵌文件。")
UNREADABLE = _("含有无法检查的压缩内容。")


def check_pdf(content: bytes) -> None:
    """Raise Unsound unless it is a PDF that does nothing by itself, hides nothing and is not locked."""
    if not content.startswith(b"%PDF-"):
        raise Unsound(OTHER)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unsound(OTHER)
    plain, packed = _streams_left_out(content)
    if re.search(rb"/Encrypt\b", plain):
        raise Unsound(LOCKED)
    parts = [plain, *_object_streams(content, packed)]
    if LONG.search(content):
        raise Unsound(ACTS)
    for part in parts:
        named = unescaped(part)
        if LONG.search(named) or SHORT.search(named):
            raise Unsound(ACTS)
    check_attached(content, parts, ACTS)


def _streams_left_out(content: bytes) -> tuple[bytes, list[tuple[int, int, int]]]:
    """What stands outside streams; and of each object stream where its dictionary, its data and these end."""
    objects = [found.end() for found in OBJECT.finditer(content)]
    marks = [found.start() for found in PACKED.finditer(content)]
    plain: list[bytes] = []
    packed: list[tuple[int, int, int]] = []
    begin = 0
    place = content.find(b"stream")
    while place >= 0:
        end = content.find(b"endstream", place)
        if end < 0:
            break
        head = _before(objects, place, begin)
        holds_objects = _before(marks, place, -1) >= head
        if holds_objects or content[max(head, place - 50) : place].rstrip().endswith(b">>"):
            plain.append(content[begin:place])
            if holds_objects:
                packed.append((head, place, end))
            begin = end
        place = content.find(b"stream", end + len(b"endstream"))
    return b"".join((*plain, content[begin:])), packed


def _before(places: list[int], place: int, otherwise: int) -> int:
    """The last of these places before one."""
    found = bisect_left(places, place)
    return places[found - 1] if found else otherwise


def _object_streams(content: bytes, packed: list[tuple[int, int, int]]) -> Iterator[bytes]:
    """The objects packed in each stream. Raises Unsound for what cannot be looked into whole."""
    left = ALL_UNPACKED
    whole = memoryview(content)
    for head, place, end in packed:
        if place - head > LARGEST_HEAD:
            raise Unsound(UNREADABLE)
        said = unescaped(content[head:place])
        begin = place + len(b"stream")
        begin += content[begin : begin + 2].startswith(b"\r\n") + 1
        if b"/Filter" not in said:
            yield content[begin:end]
            continue
        if len(FLATE.findall(said)) != 1 or said.count(b"/Filter") != 1 or PREDICTED.search(said):
            raise Unsound(UNREADABLE)
        # The end of the data is where the compression ends, not where the word stands: data may hold the word.
        part = inflated(whole[begin:], min(UNPACKED, left))
        left -= len(part)
        yield part


def inflated(data: memoryview | bytes, limit: int) -> bytes:
    """Unpacked data of at most `limit` bytes. Raises Unsound."""
    unpacking = zlib.decompressobj()
    try:
        part = unpacking.decompress(data, limit + 1)
    except zlib.error as error:
        raise Unsound(DAMAGED) from error
    if len(part) > limit:
        raise Unsound(BOMB)
    if not unpacking.eof:
        raise Unsound(DAMAGED)
    return part
