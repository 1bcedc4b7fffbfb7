"""Pictures for the demonstration: drawn, nobody's photographs; the same words give the same picture."""

from __future__ import annotations

import struct
import zlib

WIDTH, HEIGHT = 480, 360
HORIZON, TANK = 150, 70  # pixels from above; the radius of the tank
SKY, GROUND, WALL = (196, 214, 226), (168, 160, 142), (120, 122, 124)
WATERS = ((86, 112, 104), (92, 138, 150), (120, 104, 78), (70, 126, 140))


def drawn(words: str) -> bytes:
    """A settling tank under a sky, as PNG; its water is clear or murky by the words."""
    water = WATERS[sum(words.encode()) % len(WATERS)]
    rows = b"".join(b"\0" + b"".join(bytes(_point(x, y, water)) for x in range(WIDTH)) for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(kind, data) for kind, data in parts)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _point(x: int, y: int, water: tuple[int, int, int]) -> tuple[int, int, int]:
    if y < HORIZON:
        return SKY
    from_middle = ((x - WIDTH / 2) / 2.4) ** 2 + ((y - 250) * 1.1) ** 2  # seen from the side
    if from_middle < TANK**2:
        light = (x + 3 * y) % 23 < 2
        return (min(water[0] + 24, 255), min(water[1] + 24, 255), min(water[2] + 24, 255)) if light else water
    return WALL if from_middle < (TANK + 9) ** 2 else GROUND
