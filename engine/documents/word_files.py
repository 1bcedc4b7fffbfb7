"""Word templates from outside: a zip of plain parts, without macros, foreign parts or ties to anywhere else."""

from __future__ import annotations

import io
import re
import zipfile

from engine.foundation.errors import DomainError
from engine.foundation.language import _

LARGEST = 2 * 2**20  # bytes of the file
UNPACKED = 20 * 2**20
PARTS = 200
FORBIDDEN = re.compile(
    r"vbaProject|vbaData|/embeddings/|/activeX/|/externalLinks/|afchunk|\.bin$|\.exe$|(^|/)\.\.(/|$)|^/|\\",
    re.IGNORECASE,
)
MAIN = "word/document.xml"


class WordRefused(DomainError):
    """A Word file that may not become a template."""

    text = _("这个Word文件不能用作模板：{why}")


def checked_word(content: bytes) -> bytes:
    """The file as it is, if it is a plain .docx. Raises WordRefused."""
    if len(content) > LARGEST:
        raise WordRefused(why=_("超过 2 MB。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise WordRefused(why=_("不是 .docx 文件，或者已经损坏、加密。")) from error
    return content


def _check(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if MAIN not in names or "[Content_Types].xml" not in names:
        raise WordRefused(why=_("不是 .docx 文件，或者已经损坏、加密。"))
    if len(entries) > PARTS or sum(entry.file_size for entry in entries) > UNPACKED:
        raise WordRefused(why=_("解压后过大。"))
    if any(FORBIDDEN.search(name) for name in names):
        raise WordRefused(why=_("含有宏、嵌入对象或者外部内容。"))
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_part(archive.read(entry))


def _check_part(part: bytes) -> None:
    """Declarations could name entities, external relations fetch something when the file is opened."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", part, re.IGNORECASE) or b"\x00" in part[:200]:
        raise WordRefused(why=_("含有不允许的 XML 声明。"))
    if re.search(rb"TargetMode\s*=\s*[\"']External", part, re.IGNORECASE) or b"macroEnabled" in part:
        raise WordRefused(why=_("含有宏、嵌入对象或者外部内容。"))
