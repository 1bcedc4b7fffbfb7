"""The kinds of file that are taken in, and whether one is what its extension says and nothing besides."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from engine.casework.files.packages import OTHER, check_package
from engine.casework.files.refusing import Unsound
from engine.foundation.language import _

LARGEST = 20 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
UNPACKED = 2**20  # bytes read of one compressed part of a PDF
MOST_INSIDE = 500  # compressed parts of a PDF that are read; what lies in more is searched as it is
HEAD = 1_000  # bytes before a stream in which its dictionary stands

ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
LONG = re.compile(rb"/(JavaScript|Launch|RichMedia|EmbeddedFiles?|SubmitForm|ImportData)\b")
SHORT = re.compile(rb"/(JS|XFA|GoToE)\b")
PROGRAM = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
MARKED = (
    *PROGRAM,
    b"PK\x03\x04",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"GIF8",
    b"\x89PNG",
)
PAGE = re.compile(rb"\s*<(\?xml|\?php|!doctype|!--|html|head|body|script|svg|iframe|meta)\b", re.IGNORECASE)
HIDDEN = re.compile(rb"<\?php|<script|<svg", re.IGNORECASE)


def check_content(extension: str, content: bytes) -> str:
    """The media type of a file that is sound. Raises Unsound."""
    if extension not in ACCEPTED:
        raise Unsound(_("只接受 {types}。").format(types=" ".join(ACCEPTED)))
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


def _pdf(content: bytes) -> None:
    """A PDF that does nothing by itself, hides no file and is not locked."""
    if not content.startswith(b"%PDF-"):
        raise Unsound(OTHER)
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Unsound(OTHER)
    plain, inside = _parts_of_pdf(content)
    if re.search(rb"/Encrypt\b", plain):
        raise Unsound(_("文件有密码保护，请取消密码后再传。"))
    for part in (plain, *inside):
        named = ESCAPED.sub(_unescaped, part)
        if LONG.search(content) or LONG.search(named) or SHORT.search(named):
            raise Unsound(_("含有脚本、会自动运行的内容或者内嵌文件。"))


def _parts_of_pdf(content: bytes) -> tuple[bytes, list[bytes]]:
    """What stands outside streams, and the objects that are packed inside one."""
    plain: list[bytes] = []
    inside: list[bytes] = []
    begin = 0
    place = content.find(b"stream")
    while place >= 0:
        end = content.find(b"endstream", place)
        if end < 0:
            break
        head = content[max(begin, place - HEAD) : place]
        if head.rstrip().endswith(b">>") and len(inside) < MOST_INSIDE:
            plain.append(content[begin:place])
            if b"ObjStm" in ESCAPED.sub(_unescaped, head):
                inside.append(_inflated(content[place + len(b"stream") : end].lstrip(b"\r\n")))
            begin = end
        place = content.find(b"stream", end + len(b"endstream"))
    return b"".join((*plain, content[begin:])), inside


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 16)])


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, UNPACKED)
    except zlib.error:
        return packed


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


def _plain_text(content: bytes) -> None:
    if content.startswith(MARKED) or PAGE.match(content.removeprefix(b"\xef\xbb\xbf")) or b"\0" in content:
        raise Unsound(OTHER)
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return
    raise Unsound(_("文字编码既不是 UTF-8 也不是 GB 18030。"))


def _package(extension: str) -> Callable[[bytes], None]:
    return lambda content: check_package(content, extension)


OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED: dict[str, tuple[str, Callable[[bytes], None]]] = {
    ".pdf": ("application/pdf", _pdf),
    ".jpg": ("image/jpeg", _jpeg),
    ".jpeg": ("image/jpeg", _jpeg),
    ".png": ("image/png", _png),
    ".docx": (f"{OFFICE}.wordprocessingml.document", _package(".docx")),
    ".xlsx": (f"{OFFICE}.spreadsheetml.sheet", _package(".xlsx")),
    ".txt": ("text/plain", _plain_text),
}
