"""Ledgers as files: reading .xlsx and .csv into rows of words, writing templates and what was refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from engine.casework.files.packages import check_package
from engine.casework.files.refusing import Unsound
from engine.definitions.folder import Folder
from engine.foundation.errors import DomainError
from engine.foundation.language import Sentence, _
from engine.foundation.spreadsheets import DAMAGED, harmless

REASON = "未导入的原因"
MOST_ROWS = 50_000
MOST_ABOVE = 10  # rows in which the names of the columns are looked for: offices put a title above them


class LedgerUnreadable(DomainError):
    """The file is not a ledger that can be read."""

    text = _("无法读取台账文件：{why}")


def read_ledger(folder: Folder, filename: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number in the file, title of the column → words) of every row that is not empty.

    Raises LedgerUnreadable for a file of another type, a damaged one, or one without the columns it needs.
    """
    lines = enumerate(table_lines(filename, content), start=1)
    above, header = _header(folder, lines)
    known = {column.title.zh for column in folder.columns}
    for number, line in lines:
        if number > MOST_ROWS + above:
            raise LedgerUnreadable(why=Sentence(_("超过 {most} 行，请分成几个文件。"), most=MOST_ROWS))
        cells = {title: cell.strip() for title, cell in zip(header, line, strict=False) if title in known}
        if any(cells.values()):
            yield number, cells


def _header(folder: Folder, lines: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The names of the columns, without the spaces that spread them, and the number of their row."""
    needed = [column.title.zh for column in folder.columns if column.required]
    fewest = needed
    for number, line in islice(lines, MOST_ABOVE):
        header = ["".join(cell.split()) for cell in line]
        missing = [title for title in needed if title not in header]
        if not missing:
            _require_distinct(folder, header)
            return number, header
        fewest = min(fewest, missing, key=len)
    lacking = _("前 {most} 行里没有这些列：{names}。")
    raise LedgerUnreadable(why=Sentence(lacking, most=MOST_ABOVE, names="、".join(fewest)))


def _require_distinct(folder: Folder, header: Sequence[str]) -> None:
    """Of two columns of one name it would be a guess which one is meant."""
    twice = [column.title.zh for column in folder.columns if header.count(column.title.zh) > 1]
    if twice:
        raise LedgerUnreadable(why=Sentence(_("这些列写了不止一次：{names}。"), names="、".join(twice)))


def table_lines(filename: str, content: bytes) -> Iterator[list[str]]:
    """The rows of a .csv file or of the first sheet of an .xlsx file, every cell as words. Raises LedgerUnreadable."""
    return _csv_lines(content) if filename.lower().endswith(".csv") else _xlsx_lines(filename, content)


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    """UTF-8 with or without mark, else GB 18030, which office programs in China write."""
    if not content.strip():
        raise LedgerUnreadable(why=_("文件是空的。"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="strict") if _is_gb(content) else ""
    if not text or "\0" in text:
        raise LedgerUnreadable(why=_("文字编码既不是 UTF-8 也不是 GB 18030。"))
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise LedgerUnreadable(why=_("文件已损坏。")) from error


def _is_gb(content: bytes) -> bool:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _xlsx_lines(filename: str, content: bytes) -> Iterator[list[str]]:
    if not filename.lower().endswith(".xlsx"):
        raise LedgerUnreadable(why=_("只接受 .xlsx 和 .csv 文件。"))
    try:
        check_package(content, ".xlsx")
    except Unsound as found:
        raise LedgerUnreadable(why=found.why) from found
    import openpyxl  # like all that reads or writes Excel, only when it is used: every command would wait for it
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_words(cell) for cell in line]
    except (*DAMAGED, InvalidFileException) as error:
        raise LedgerUnreadable(why=_("文件已损坏。")) from error


def _words(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime | dt.date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, float):
        # Fifteen digits are what spreadsheet programs keep; what stands behind them is the binary's, not the author's.
        return f"{Decimal(f'{cell:.15g}').normalize():f}"
    return str(cell)


def template(folder: Folder) -> bytes:
    """A blank ledger of this kind of case (.xlsx), obligatory columns marked by colour and by a note."""
    return _workbook(folder, [])


def refused_ledger(folder: Folder, rows: Sequence[tuple[Mapping[str, str], str]]) -> bytes:
    """The refused rows as they came (.xlsx), each with its reason, to be corrected and sent again."""
    return _workbook(folder, rows)


def _workbook(folder: Folder, rows: Sequence[tuple[Mapping[str, str], str]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(folder.title.zh[:31])
    plain, needed = book.add_format({"bold": True}), book.add_format({"bold": True, "bg_color": "#FDE9D9"})
    titles = [column.title.zh for column in folder.columns]
    for place, column in enumerate(folder.columns):
        sheet.write_string(0, place, column.title.zh, needed if column.required else plain)
        if column.required:
            sheet.write_comment(0, place, "必填")
    if rows:
        sheet.write_string(0, len(titles), REASON, plain)
    for line, (cells, reason) in enumerate(rows, start=1):
        for place, title in enumerate(titles):
            sheet.write_string(line, place, harmless(cells.get(title, "")))
        sheet.write_string(line, len(titles), reason)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles), 18)
    book.close()
    return buffer.getvalue()
