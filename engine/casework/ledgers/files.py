"""Ledgers as files: reading .xlsx and .csv into rows of words, writing templates and what was refused."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from engine.casework.files.packages import check_package
from engine.casework.files.refusing import Unsound
from engine.casework.ledgers.separated import Fits, separated_lines
from engine.casework.ledgers.unreadable import LedgerUnreadable
from engine.casework.ledgers.unused import Unused, unused_columns
from engine.definitions.folder import Folder
from engine.foundation.language import Sentence, _
from engine.foundation.spreadsheets import DAMAGED, harmless

REASON = "未导入的原因"
MOST_ROWS = 50_000
MOST_COLUMNS = 1000  # with something in them
MOST_ABOVE = 10  # rows in which the names of the columns are looked for: offices put a title above them


Numbered = tuple[int, dict[str, str]]  # row number in the file; title of the column → words


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a file says: every row that is not empty, and the columns that nothing is made of."""

    rows: Sequence[Numbered]
    unused: tuple[Unused, ...] = ()


def read_ledger(folder: Folder, filename: str, content: bytes) -> Ledger:
    """Read a file. Raises LedgerUnreadable for one of another type, a damaged one, or one without what it needs."""
    needed = {column.title.zh for column in folder.columns if column.required}
    known = [column.title.zh for column in folder.columns]
    lines = enumerate(table_lines(filename, content, lambda line: needed <= set(_titles(line))), start=1)
    above, header = _header(folder, lines)
    rows: list[Numbered] = []
    filled: set[int] = set()
    for number, line in lines:
        if number > MOST_ROWS + above:
            raise LedgerUnreadable(why=Sentence(_("超过 {most} 行，请分成几个文件。"), most=MOST_ROWS))
        words = [cell.strip() for cell in line]
        filled.update(place for place, cell in enumerate(words) if cell)
        if len(filled) > MOST_COLUMNS:
            raise LedgerUnreadable(
                why=Sentence(_("有内容的列超过 {most} 个，不像是台账。"), most=MOST_COLUMNS)
            )
        cells = {title: cell for title, cell in zip(header, words, strict=False) if title in known}
        if any(cells.values()):
            rows.append((number, cells))
    return Ledger(rows, unused_columns(header, filled, known, {REASON}))


def _titles(line: Sequence[str]) -> list[str]:
    """The names of columns without the spaces that spread them."""
    return ["".join(cell.split()) for cell in line]


def _header(folder: Folder, lines: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]]:
    """The names of the columns and the number of their row."""
    needed = [column.title.zh for column in folder.columns if column.required]
    fewest = needed
    for number, line in islice(lines, MOST_ABOVE):
        header = _titles(line)
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


def table_lines(filename: str, content: bytes, fits: Fits = lambda line: False) -> Iterator[list[str]]:
    """The rows of a .csv file or of the first sheet of an .xlsx file, every cell as words.

    `fits` says of a line of text whether the names of the columns can stand in it, which tells what separates them.
    Raises LedgerUnreadable.
    """
    if filename.lower().endswith(".csv"):
        return separated_lines(content, fits)
    return _xlsx_lines(filename, content)


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
