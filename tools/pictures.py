"""PNG pictures of screens made small: the colours that matter least go to their nearest neighbours."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = tuple[int, int, int]


def reduced(png: bytes) -> bytes:
    """The same picture in at most 256 colours; takes what a browser writes: 8 bits, RGB or RGBA, not interlaced."""
    width, height, channels, rows = _decoded(png)
    colours = [
        [(row[at], row[at + 1], row[at + 2]) for at in range(0, width * channels, channels)] for row in rows
    ]
    counted = Counter(colour for row in colours for colour in row)
    palette = [colour for colour, _count in counted.most_common(256)]
    index = {colour: place for place, colour in enumerate(palette)}
    for colour in counted:
        if colour not in index:
            index[colour] = min(range(len(palette)), key=lambda place: _distance(palette[place], colour))
    lines = b"".join(b"\0" + bytes(index[colour] for colour in row) for row in colours)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", bytes(value for colour in palette for value in colour))]
    return SIGNATURE + b"".join(
        _chunk(*part) for part in [*parts, (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")]
    )


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _decoded(png: bytes) -> tuple[int, int, int, list[bytearray]]:
    """Width, height, channels and the rows of a picture."""
    parts = list(_chunks(png))
    width, height, _depth, kind = struct.unpack(">IIBB", parts[0][1][:10])
    channels = {2: 3, 6: 4}[kind]
    raw = zlib.decompress(b"".join(content for name, content in parts if name == b"IDAT"))
    stride, rows = width * channels, []
    before = bytearray(stride)
    for place in range(height):
        start = place * (stride + 1)
        before = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), before, channels)
        rows.append(before)
    return width, height, channels, rows


def _unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    for at in range(len(row) if kind else 0):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        row[at] = (row[at] + guess) & 255
    return row


def _paeth(left: int, above: int, corner: int) -> int:
    slope = left + above - corner
    return min((left, above, corner), key=lambda value: abs(slope - value))
