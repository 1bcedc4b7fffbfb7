"""The kinds of file that are taken in, and whether one is what its extension says and nothing besides."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath

from engine.casework.files.packages import OTHER, check_package
from engine.casework.files.pdf import check_pdf
from engine.casework.files.plain import check_text
from engine.casework.files.refusing import Unsound
from engine.foundation.language import Sentence, _

LARGEST = 20 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000

HIDDEN = re.compile(rb"<\?php|<script|<svg", re.IGNORECASE)


def check_content(extension: str, content: bytes) -> str:
    """The media type of a file that is sound. Raises Unsound."""
    if extension not in ACCEPTED:
        raise Unsound(Sentence(_("只接受 {types}。"), types=" ".join(ACCEPTED)))
    if len(content) > LARGEST:
        raise Unsound(_("超过 20 MB。"))
    if not content:
        raise Unsound(_("文件是空的。"))
    media_type, check = ACCEPTED[extension]
    try:
        check(content)
    except struct.error as error:  # it ends where it should go on
        raise Unsound(_("文件已损坏。")) from error
    return media_type


def extension_of(name: str) -> str:
    """The extension in small letters with its dot; empty where there is none."""
    return PurePosixPath(name).suffix.lower()


def _png(content: bytes) -> None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise Unsound(OTHER)
    place, size = 8, (0, 0)
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if kind == b"IHDR" and length >= 8:
            size = struct.unpack_from(">II", content, place + 8)
        place += 12 + length
        if kind == b"IEND":
            break
    else:
        raise Unsound(_("文件已损坏。"))
    if place != len(content):
        raise Unsound(OTHER)
    _picture(content, size)


def _jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise Unsound(OTHER)
    _picture(content, _jpeg_size(content))


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height from the frame header; (0, 0) where there is none."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xFF:  # a filling byte
            place += 1
            continue
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        place += 2 + int(struct.unpack_from(">H", content, place + 2)[0])
    return 0, 0


def _picture(content: bytes, size: tuple[int, int]) -> None:
    """A picture of a size that can be shown, and nothing else besides."""
    width, height = size
    if not width or not height:
        raise Unsound(_("文件已损坏。"))
    if width * height > MOST_PIXELS:
        raise Unsound(_("图片超过 4000 万像素，请缩小后再传。"))
    if zipfile.is_zipfile(io.BytesIO(content)) or HIDDEN.search(content):
        raise Unsound(OTHER)


def _package(extension: str) -> Callable[[bytes], None]:
    return lambda content: check_package(content, extension)


OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED: dict[str, tuple[str, Callable[[bytes], None]]] = {
    ".pdf": ("application/pdf", check_pdf),
    ".jpg": ("image/jpeg", _jpeg),
    ".jpeg": ("image/jpeg", _jpeg),
    ".png": ("image/png", _png),
    ".docx": (f"{OFFICE}.wordprocessingml.document", _package(".docx")),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", _package(".xlsx")),
    ".txt": ("text/plain", check_text),
}
