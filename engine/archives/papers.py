"""The papers of a case: every row that belongs to it, in one fixed spelling, and the files beside them."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import sqlalchemy as sa

from models import Deputy, Organization, User, db

Rows = dict[str, list[dict[str, Any]]]

# What has a case or belongs to one of its rows and is no part of its file, each with the reason.
LEFT_OUT: dict[str, str] = {
    "archive_file": "says what the file held, and is written after it",
    "audit_event": "a file of its own: the chain of events",
    "notification": "letters to persons; what they told of is in the chain",
    "watch": "who wants to be told is his own matter",
    "task_draft": "what was being typed is nobody's act in law",
    "process_instance": "the engine's own notes; which tasks there were is in the tasks",
    "import_row": "a line of a ledger, which has many cases",
    "similar_document": "an index, made anew from the texts",
    "similar_term": "an index, made anew from the texts",
    "plan_item": "a line of the congress's yearly plan, which names the case",
    "publication": "the public's copy lives on after the file is closed",
    "publication_reply": "the public's copy lives on after the file is closed",
    "publication_version": "the public's copy lives on after the file is closed",
    "performance_link": "a budget project's own reference, made and taken off after the file is closed as well",
}
NAMED: dict[str, Any] = {"user_account": User, "organization": Organization, "deputy": Deputy}


def canonical(value: Any) -> bytes:
    """JSON in one fixed spelling: keys in order, no spaces, UTF-8."""
    spelled = json.dumps(value, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return spelled.encode()


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def sha256(content: bytes) -> str:
    """The hash by which a file or row is known."""
    return hashlib.sha256(content).hexdigest()


@functools.cache
def tables() -> tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...]:
    """Every table of the file with the condition that picks the rows of the case `of_case`, in order of their names."""
    found: dict[str, sa.ColumnElement[bool]] = {}
    case: sa.BindParameter[int] = sa.bindparam("of_case")
    for table in db.metadata.sorted_tables:
        if table.name in LEFT_OUT:
            continue
        if table.name == "cases":
            found[table.name] = table.c.id == case
        elif "case_id" in table.c:
            found[table.name] = table.c.case_id == case
        elif parent := next((key for key in _parents(table) if key.column.table.name in found), None):
            above = parent.column.table
            found[table.name] = parent.parent.in_(sa.select(above.c.id).where(found[above.name]))
    return tuple((db.metadata.tables[name], found[name]) for name in sorted(found))


def _parents(table: sa.Table) -> Iterator[sa.ForeignKey]:
    """The references of rows that are nothing without another row: `answer.reply_id`, not `task.organization_id`."""
    yield from (key for key in table.foreign_keys if not key.parent.nullable)


def rows_of(case_id: int) -> Rows:
    """Every row of the case: table → rows in the order of their keys."""
    found: Rows = {}
    for table, condition in tables():
        statement = sa.select(table).where(condition).order_by(*table.primary_key.columns)
        rows = [spelled(row) for row in db.session.execute(statement, {"of_case": case_id}).mappings()]
        if rows:
            found[table.name] = rows
    return found


def spelled(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as its file has it: instants in UTC."""
    return {
        name: value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value
        for name, value in row.items()
    }


def names_of(*papers: Rows) -> dict[str, dict[str, str]]:
    """What the ids in the rows stand for: kind → id → name."""
    wanted: dict[str, set[int]] = {kind: set() for kind in NAMED}
    for name, lines in chain.from_iterable(rows.items() for rows in papers):
        for key in db.metadata.tables[name].foreign_keys:
            kind = key.column.table.name
            if kind in wanted:
                wanted[kind] |= {id_ for line in lines if (id_ := line.get(key.parent.name))}
    return {
        kind: {
            str(row.id): row.name
            for row in db.session.execute(
                sa.select(model.id, model.name).where(model.id.in_(wanted[kind])).order_by(model.id)
            )
        }
        for kind, model in NAMED.items()
    }


def attachments_in(rows: Rows) -> list[dict[str, Any]]:
    """The attachments that have not been taken off."""
    return [row for row in rows.get("attachment", []) if row["removed_at"] is None]


def manifest_of(rows: Rows, answered_with: Rows | None = None) -> dict[str, Any]:
    """The hash of every row and of every file; the answer that another case gave, whole, for it has no row here."""
    joint = {"format": "duban-archive/2", "answered_with": answered_with}
    return {
        "format": "duban-archive/1",
        "rows": {
            name: {_key(name, line): sha256(canonical(line)) for line in lines}
            for name, lines in rows.items()
        },
        "files": {row["sha256"]: row["size"] for row in attachments_in(rows)},
        **(joint if answered_with is not None else {}),
    }


def _key(table: str, line: Mapping[str, Any]) -> str:
    return "/".join(str(line[column.name]) for column in db.metadata.tables[table].primary_key.columns)
