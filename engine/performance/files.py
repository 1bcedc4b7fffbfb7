"""Reports as files: which form a file has, and that it is sound, before a word of it is read."""

from __future__ import annotations

from engine.casework.files.packages import OLE, check_package
from engine.casework.files.refusing import Unsound
from engine.foundation.language import _
from engine.performance.blocks import Block, ReportUnreadable, sound
from engine.performance.plain_text import read_text
from engine.performance.sheet_files import read_sheets
from engine.performance.word_files import read_word

LARGEST = 20 * 2**20  # bytes
PACKAGES = {".docx": read_word, ".xlsx": read_sheets}


def read_blocks(filename: str, content: bytes) -> list[Block]:
    """Paragraphs and tables of a .docx, an .xlsx or the text form (.txt). Raises ReportUnreadable."""
    if len(content) > LARGEST:
        raise ReportUnreadable(why=_("超过 20 MB。"))
    suffix = "." + filename.lower().rpartition(".")[2]
    if suffix == ".txt":
        if content.startswith((b"PK", b"%PDF", OLE)):
            raise ReportUnreadable(why=_("内容与扩展名不符。"))
        return sound(read_text(content))
    if suffix not in PACKAGES:
        raise ReportUnreadable(why=_("只接受 .docx、.xlsx 和 .txt 文件。"))
    try:
        check_package(content, suffix)
    except Unsound as found:
        raise ReportUnreadable(why=found.why) from found
    return sound(PACKAGES[suffix](content))
