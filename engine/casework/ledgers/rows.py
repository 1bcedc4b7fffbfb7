"""One row of a ledger, understood: names become rows of ours, or the row is refused with every reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.casework.choices import HANDLING_KINDS
from engine.casework.ledgers.days import written_day
from engine.casework.ledgers.faults import Fault, fault
from engine.casework.ledgers.numerals import chinese_number
from engine.definitions.folder import Folder
from engine.foundation.lines import CONTROL_CHARACTERS, LONGEST, visible
from models import Deputy, Organization, db

SEPARATORS = re.compile("[\u3001\uff0c,\uff1b;\\s]+")
ITEMS = re.compile("(?:^|\n)\\s*(?:[0-9\uff10-\uff19]+|[一二三四五六七八九十]+)[.\uff0e、)\uff09]\\s*|\n+")
# A wide name is broken into lines within its cell; it is one name all the same.
BROKEN = re.compile("\\s*[\t\n\u2028\u2029]\\s*")
ONE_LINE = ("meeting", "number", "title", "lead_deputy", "category")
MEETING = re.compile(
    r"(?P<term>[〇零一二三四五六七八九十百\d]{1,5})届.*?(?P<ordinal>[〇零一二三四五六七八九十百\d]{1,5})次"
)
COUNTED = range(1, 100)  # terms of a congress, and sessions of a term


@dataclass
class LedgerRow:
    """What a row says, with our ids; `faults` is empty or the row is refused."""

    cells: Mapping[str, str]
    meeting: str = ""
    term: int = 0
    ordinal: int = 0
    number: str | None = None
    title: str = ""
    body: dict[str, str] = field(default_factory=dict)
    asks: list[str] = field(default_factory=list)
    lead_deputy_id: int | None = None
    cosigners: list[int] = field(default_factory=list)
    category: str | None = None
    units: list[dict[str, Any]] = field(default_factory=list)
    submitted_on: dt.date | None = None
    assigned_on: dt.date | None = None
    register: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the row says: the same row in another file is the same row."""
        filled = {title: cell for title, cell in self.cells.items() if cell}
        return hashlib.sha256(json.dumps(filled, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Register:
    """The names that a ledger may use, read once for a whole file."""

    def __init__(self, congress_id: int) -> None:
        self.deputies: dict[str, list[int]] = {}
        statement = sa.select(Deputy.id, Deputy.name, Deputy.card_number).where(
            Deputy.congress_id == congress_id
        )
        for row in db.session.execute(statement):
            for name in {row.name, row.card_number}:
                self.deputies.setdefault(name, []).append(row.id)
        self.units: dict[str, list[int]] = {}
        units = sa.select(
            Organization.id, Organization.name, Organization.short_name, Organization.code
        ).where(
            Organization.congress_id == congress_id,
            Organization.kind.in_(HANDLING_KINDS),
            Organization.active,
        )
        for unit in db.session.execute(units):
            for name in {unit.name, unit.short_name, unit.code}:
                self.units.setdefault(name, []).append(unit.id)


def understand(folder: Folder, register: Register, cells: Mapping[str, str]) -> LedgerRow:
    """Read a row; every cell that cannot be understood adds its fault."""
    row = LedgerRow(cells)
    for column in folder.columns:
        cell = visible(cells.get(column.title.zh, "")).replace("\r\n", "\n").replace("\r", "\n")
        if not cell:
            if column.required:
                row.faults.append(fault("cell_missing", column=column.title.zh))
            continue
        if CONTROL_CHARACTERS.search(cell):
            row.faults.append(fault("cell_unshowable", column=column.title.zh))
            continue
        _take(folder, register, row, column.into, cell)
    _check_together(row)
    return row


def _take(folder: Folder, register: Register, row: LedgerRow, into: str, cell: str) -> None:
    part, _dot, name = into.partition(".")
    cell = BROKEN.sub("", cell) if part in ONE_LINE else cell
    if part == "text":
        row.body[name] = cell
    elif part == "register":
        row.register[name] = cell
    elif part == "category":
        row.category = _category(folder, row, cell)
    else:
        TAKERS[part](register, row, cell)


def _category(folder: Folder, row: LedgerRow, cell: str) -> str | None:
    for key, words in folder.categories.items():
        if cell in (key, words.zh, words.en):
            return key
    row.faults.append(fault("category_unknown", name=cell))
    return None


def _meeting(_register: Register, row: LedgerRow, cell: str) -> None:
    found = MEETING.search(cell) if len(cell) <= LONGEST else None
    term, ordinal = (chinese_number(found[name]) if found else 0 for name in ("term", "ordinal"))
    if term not in COUNTED or ordinal not in COUNTED:
        row.faults.append(fault("meeting_unreadable", name=cell[:LONGEST]))
        return
    row.meeting, row.term, row.ordinal = cell, term, ordinal


def _number(_register: Register, row: LedgerRow, cell: str) -> None:
    if len(cell) > 100:
        row.faults.append(fault("number_too_long"))
    row.number = cell


def _title(_register: Register, row: LedgerRow, cell: str) -> None:
    if len(cell) > 300:
        row.faults.append(fault("title_too_long"))
    row.title = cell


def _asks(_register: Register, row: LedgerRow, cell: str) -> None:
    row.asks = [ask.strip() for ask in ITEMS.split(cell) if ask.strip()]


def _lead_deputy(register: Register, row: LedgerRow, cell: str) -> None:
    row.lead_deputy_id = _one(register.deputies, row, cell, "deputy_unknown")


def _cosigners(register: Register, row: LedgerRow, cell: str) -> None:
    found = [_one(register.deputies, row, name, "deputy_unknown") for name in SEPARATORS.split(cell) if name]
    row.cosigners = list(dict.fromkeys(id_ for id_ in found if id_ is not None))


def _units(role: str) -> Callable[[Register, LedgerRow, str], None]:
    def take(register: Register, row: LedgerRow, cell: str) -> None:
        for name in filter(None, SEPARATORS.split(cell)):
            unit_id = _one(register.units, row, name, "unit_unknown")
            if unit_id is not None:
                row.units.append({"unit_id": unit_id, "role": role, "scope": ""})

    return take


def _one(names: Mapping[str, list[int]], row: LedgerRow, name: str, nobody: str) -> int | None:
    found = names.get(name, [])
    if len(found) == 1:
        return found[0]
    several = fault("name_ambiguous", name=name, count=len(found))
    row.faults.append(several if found else fault(nobody, name=name))
    return None


def _date(into: str) -> Callable[[Register, LedgerRow, str], None]:
    def take(_register: Register, row: LedgerRow, cell: str) -> None:
        day = written_day(cell)
        if day is not None:
            setattr(row, into, day)
            return
        row.faults.append(fault("no_day", cell=cell))

    return take


TAKERS: dict[str, Callable[[Register, LedgerRow, str], None]] = {
    "meeting": _meeting,
    "number": _number,
    "title": _title,
    "asks": _asks,
    "lead_deputy": _lead_deputy,
    "cosigners": _cosigners,
    "lead_unit": _units("lead"),
    "co_units": _units("co"),
    "separate_units": _units("separate"),
    "submitted_on": _date("submitted_on"),
    "assigned_on": _date("assigned_on"),
}


def _check_together(row: LedgerRow) -> None:
    roles = [unit["role"] for unit in row.units]
    ids = [unit["unit_id"] for unit in row.units]
    looked_at = (
        (roles.count("lead") > 1, "several_leads"),
        ("co" in roles and "lead" not in roles, "co_without_lead"),
        ("lead" in roles and "separate" in roles, "lead_and_separate"),
        (roles.count("separate") == 1, "one_separate"),
        (len(set(ids)) < len(ids), "unit_twice"),
        (bool(row.units) and row.assigned_on is None, "units_without_day"),
        (bool(row.units) and not row.asks, "units_without_asks"),
        (bool(row.units) and row.lead_deputy_id is None, "units_without_lead_deputy"),
        (_reversed(row.submitted_on, row.assigned_on), "days_reversed"),
        (row.lead_deputy_id in row.cosigners, "lead_cosigns"),
    )
    row.faults += [fault(code) for is_fault, code in looked_at if is_fault]


def _reversed(first: dt.date | None, second: dt.date | None) -> bool:
    return first is not None and second is not None and second < first
