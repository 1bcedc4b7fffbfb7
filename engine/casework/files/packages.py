"""Office packages (.docx, .xlsx): a zip of plain parts, without macros, foreign objects, or more than it seems."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from engine.casework.files.refusing import Unsound
from engine.foundation.language import _

MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 100 * 2**20  # bytes of all parts together
RATIO, RATIO_FROM = (
    100,
    2**20,
)  # unpacked ÷ packed of a part, from this size on; a ledger of 10,000 rows has 18
LARGEST_RELATIONS = 4 * 2**20  # characters
DEEPEST = 1  # a chart's workbook inside a document

MAIN = {
    ".docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    ".xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = re.compile(r"vbaproject|vbadata|/activex/|/macrosheets/|/dialogsheets/", re.IGNORECASE)
OBJECTS = re.compile(r"/embeddings/.*\.(bin|doc|xls|ppt)$|/oleobject|afchunk", re.IGNORECASE)
RUNNING = (
    ".exe",
    ".dll",
    ".com",
    ".scr",
    ".bat",
    ".cmd",
    ".js",
    ".vbs",
    ".ps1",
    ".jar",
    ".msi",
    ".lnk",
    ".hta",
    ".sh",
)
NESTED = (".zip", ".rar", ".7z", ".gz", ".xz", ".bz2", ".docm", ".xlsm", ".htm", ".html", ".mht")
# Relations to outside that fetch nothing by themselves.
HARMLESS = ("/hyperlink", "/externalLinkPath")
DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
EXTERNAL = re.compile(r"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
# Fields that start a program; lengths are bounded so that no text makes the search slow.
FIELD = re.compile(r"<w:instrText\b[^<>]{0,500}>([^<]{0,2000})|<w:fldSimple\b([^<>]{0,2000})")
PROGRAM_FIELD = re.compile(r"\bDDE(AUTO)?\b")
PROGRAM_LINK = re.compile(r"<(\w{1,20}:)?dde(Link|Item)\b")
ACTIVE = re.compile(r"<script|<foreignObject|\son\w+\s*=|javascript:", re.IGNORECASE)

DAMAGED = _("文件已损坏。")
LOCKED = _("文件有密码保护，请取消密码后再传。")
MACRO = _("含有宏，请另存为不带宏的文件后再传。")
BOMB = _("解压后过大。")
OUTSIDE = _("含有嵌入对象、程序或者外部内容。")
DECLARED = _("含有不允许的 XML 声明。")
OTHER = _("内容与扩展名不符。")


def check_package(content: bytes, extension: str, depth: int = 0) -> None:
    """Raise Unsound unless it is a plain package of the kind its extension says."""
    if content.startswith(OLE):
        raise Unsound(_of_ole(content))
    if not content.startswith(b"PK\x03\x04"):
        raise Unsound(OTHER)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive)
            _check_kind(archive, extension)
            for entry in archive.infolist():
                _check_part(archive, entry, depth)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unsound(DAMAGED) from error
    except zipfile.LargeZipFile as error:
        raise Unsound(BOMB) from error


def _of_ole(content: bytes) -> str:
    """An old office file in a new one's name: locked by a password, with macros, or simply another kind."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return LOCKED
    return MACRO if "_VBA_PROJECT".encode("utf-16-le") in content else OTHER


def _check_directory(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unsound(LOCKED)
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise Unsound(BOMB)
    if any(
        entry.file_size > RATIO_FROM and entry.file_size > RATIO * entry.compress_size for entry in entries
    ):
        raise Unsound(BOMB)
    names = [entry.orig_filename for entry in entries]
    if len({name.lower() for name in names}) != len(names) or any(_leads_elsewhere(name) for name in names):
        raise Unsound(DAMAGED)
    if any(MACROS.search(name) for name in names):
        raise Unsound(MACRO)
    if any(OBJECTS.search(name) or name.lower().endswith((*RUNNING, *NESTED)) for name in names):
        raise Unsound(OUTSIDE)


def _leads_elsewhere(name: str) -> bool:
    bad = name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts
    return bad or any(ord(sign) < 32 for sign in name)


def _check_kind(archive: zipfile.ZipFile, extension: str) -> None:
    part, kind = MAIN[extension]
    names = archive.namelist()
    if part not in names or "[Content_Types].xml" not in names:
        raise Unsound(OTHER)
    types = _text(archive.read("[Content_Types].xml"))
    if "macroEnabled" in types or "vbaProject" in types:
        raise Unsound(MACRO)
    if kind not in types:
        raise Unsound(OTHER)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, depth: int) -> None:
    name = entry.filename.lower()
    suffix = PurePosixPath(name).suffix
    if suffix in (".xml", ".rels", ".vml", ".svg"):
        _check_text(name, _text(archive.read(entry)))
    elif suffix in MAIN:
        if depth >= DEEPEST:
            raise Unsound(OUTSIDE)
        check_package(archive.read(entry), suffix, depth + 1)
    elif not entry.is_dir():
        with archive.open(entry) as part:
            if part.read(8).startswith((b"MZ", b"\x7fELF", b"PK\x03\x04", OLE)):
                raise Unsound(OUTSIDE)


def _check_text(name: str, text: str) -> None:
    if DECLARATION.search(text):
        raise Unsound(DECLARED)
    if name.endswith(".rels") and _reaches_out(text):
        raise Unsound(OUTSIDE)
    fields = "".join(typed or simple for typed, simple in FIELD.findall(text))
    if (
        PROGRAM_FIELD.search(fields)
        or PROGRAM_LINK.search(text)
        or (name.endswith(".svg") and ACTIVE.search(text))
    ):
        raise Unsound(OUTSIDE)


def _reaches_out(relations: str) -> bool:
    """Whether a relation fetches something from outside when the file is opened."""
    if len(relations) > LARGEST_RELATIONS:
        raise Unsound(BOMB)
    outside = [tag for tag in relations.split("<") if EXTERNAL.search(tag)]
    kinds = [re.search(r"Type\s*=\s*[\"']([^\"']*)", tag) for tag in outside]
    return any(kind is None or not kind[1].endswith(HARMLESS) for kind in kinds)


def _text(part: bytes) -> str:
    """The part in words, in whichever encoding it hides."""
    for mark, encoding in (
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"<\x00", "utf-16-le"),
        (b"\x00<", "utf-16-be"),
    ):
        if part.startswith(mark):
            return part.decode(encoding, errors="replace")
    return part.decode("utf-8", errors="replace")
