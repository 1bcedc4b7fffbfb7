"""Archiving (归档): the checklist is gone through, every row and file is hashed, the file is closed for good."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.archives.joint import answered_with, changed_since
from engine.archives.papers import canonical, manifest_of, rows_of, sha256
from engine.casework.access import case_locked, case_to_view
from engine.casework.attachments import FileStore
from engine.casework.closing import Blocker, blockers_in, blockers_of
from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.happenings import Happening, happen
from engine.casework.visibility import ARCHIVIST, visible_to
from engine.deadlines.retention import Retention
from engine.definitions.catalogue import definition
from engine.definitions.legal_bases import require_step
from engine.definitions.rule_packs import pack, shipped_pack
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.foundation.language import Sentence, _
from engine.foundation.transaction import use_case
from models import ArchiveFile, Case, User, db

FILES: sa.Table = ArchiveFile.__table__  # type: ignore[assignment]
# What a person vouches for (档案法 art. 37: reliable source, procedure followed, elements as required).
CHECKS = ("complete", "legible", "signatures", "secrecy")
PAGE = 50


class NotReadyForArchive(DomainError):
    """Something still stands in the way of closing the file."""

    text = _("还不能归档：{what}")


class FileMissing(DomainError):
    """An attachment's bytes are not what its row says."""

    text = _("附件“{name}”的内容缺失或者已损坏，不能归档。")


@dataclass(frozen=True, slots=True)
class Archived:
    """The archive's entry of a case."""

    number: str
    retention: str
    retention_class: Retention | None  # None where no pack knows it any more
    remarks: str
    sha256: str
    archived_by: str
    archived_at: dt.datetime
    rows: int
    files: int


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """A case that is over, in the archivist's list."""

    case_id: int
    number: str | None
    title: str
    closed_at: dt.datetime | None
    archived_at: dt.datetime | None
    archive_number: str | None
    unsettled: int  # how many matters still stand in the way; 0 where it is ready, or archived


@use_case
def archive_case(
    actor: Actor,
    *,
    case_id: int,
    number: str,
    retention: str,
    checks: Iterable[str],
    store: FileStore,
    remarks: str = "",
) -> str:
    """Close the file of a case for good; gives the hash of its manifest. Archiving it twice does no harm.

    Raises NotReadyForArchive while anything blocks it, InvalidAnswers (档号, retention, checklist; remarks, which say
    why where the class is not the folder's), FileMissing.
    """
    actor.require(ARCHIVIST)
    known = db.session.scalar(
        sa.select(FILES.c.sha256).where(FILES.c.case_id == case_to_view(actor, case_id).id)
    )
    if known is not None:
        return str(known)
    case = case_locked(actor, case_id)
    require_step("archive_case", definition(case.definition_id), case.rule_pack_id)
    _require_filled_in(case, number, retention, frozenset(checks))
    _require_reason(case, retention, remarks)
    blockers = blockers_of(case)
    if blockers:
        raise NotReadyForArchive(what=Sentence(blockers[0].text, **blockers[0].values))
    # From here on the database refuses changes to its rows; what is hashed is what stays.
    now = clock.now()
    db.session.execute(CASES.update().where(CASES.c.id == case.id).values(archived_at=now))
    rows = rows_of(case.id)
    _require_files(rows, store)
    manifest = canonical(manifest_of(rows, answered_with(case.id)))
    values = {
        "congress_id": case.congress_id,
        "case_id": case.id,
        "number": number.strip(),
        "retention": retention,
        "remarks": remarks.strip()[:2000],
        "manifest": manifest.decode(),
        "sha256": sha256(manifest),
        "archived_by": actor.user_id,
        "archived_at": now,
    }
    db.session.execute(FILES.insert().values(values))
    happen(case, definition(case.definition_id), [_happened(case, values)])
    return str(values["sha256"])


def _happened(case: CaseFacts, values: dict[str, Any]) -> Happening:
    basis = retentions_for(case)[values["retention"]].basis
    detail = {name: values[name] for name in ("number", "retention")}
    return Happening("case:archived", detail={**detail, "basis": basis, "manifest": values["sha256"]})


def _require_filled_in(case: CaseFacts, number: str, retention: str, checks: frozenset[str]) -> None:
    errors: dict[str, list[str]] = {}
    if not 1 <= len(number.strip()) <= 100:
        errors["number"] = [_("请填写档号，不超过100个字符。")]
    else:
        taken = sa.select(FILES.c.id).where(
            FILES.c.congress_id == case.congress_id, FILES.c.number == number.strip()
        )
        if db.session.scalar(taken):
            errors["number"] = [_("这个档号已经用过。")]
    if retention not in retentions_for(case):
        errors["retention"] = [_("请选择保管期限。")]
    if missing := [check for check in CHECKS if check not in checks]:
        errors[f"checks-{missing[0]}"] = [_("请逐项核对并勾选。")]
    if errors:
        raise InvalidAnswers(errors)


def _require_reason(case: CaseFacts, retention: str, remarks: str) -> None:
    """Another class than the folder names for the case needs a reason."""
    wanted = proposed_retention(case)
    if wanted is not None and retention != wanted[0] and not remarks.strip():
        raise InvalidAnswers({"remarks": [_("保管期限与本类案件的规定不同，请在备注中说明理由。")]})


def retentions_for(case: CaseFacts) -> dict[str, Retention]:
    """The classes of the pack that the case pinned, as they are today; of an older pack those of the shipped one."""
    pinned = pack(case.rule_pack_id)
    known = pinned if pinned.retentions else shipped_pack(pinned.key)
    return known.retention_classes(clock.today())


def proposed_retention(case: CaseFacts) -> tuple[str, Words | None] | None:
    """The class that the folder names for the case, and why where it is not the usual one of its kind."""
    rules = definition(case.definition_id).archive
    wanted = rules.of(case) if rules else None
    return wanted if wanted and wanted[0] in retentions_for(case) else None


def _require_files(rows: dict[str, list[dict[str, Any]]], store: FileStore) -> None:
    for row in rows.get("attachment", []):
        if row["removed_at"] is None and not intact(row, store):
            raise FileMissing(name=row["filename"])


def intact(row: dict[str, Any], store: FileStore) -> bool:
    """Whether an attachment's bytes are there and have the hash of its row."""
    path = store.path(row["sha256"])
    return path.is_file() and sha256(path.read_bytes()) == row["sha256"]


def archived(actor: Actor, case_id: int) -> Archived | None:
    """The archive's entry of a case the actor may see; None while there is none."""
    case = case_to_view(actor, case_id)
    row = db.session.execute(
        sa.select(FILES, User.name)
        .outerjoin(User, User.id == FILES.c.archived_by)
        .where(FILES.c.case_id == case.id)
    ).one_or_none()
    if row is None:
        return None
    manifest = _read(row.manifest)
    return Archived(
        number=row.number,
        retention=row.retention,
        retention_class=retentions_for(case).get(row.retention),
        remarks=row.remarks,
        sha256=row.sha256,
        archived_by=row.name or "",
        archived_at=row.archived_at,
        rows=sum(len(lines) for lines in manifest["rows"].values()),
        files=len(manifest["files"]),
    )


def _read(manifest: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifest)
    return found


def differences(actor: Actor, case_id: int, store: FileStore) -> list[str]:
    """What is not as it was archived; nothing where all is sound.

    `table/key` of each row, `joint/table/key` of each of the answer that is another case's, `file/hash` of each file.
    """
    case = case_to_view(actor, case_id)
    row = db.session.execute(sa.select(FILES).where(FILES.c.case_id == case.id)).one_or_none()
    if row is None:
        return []
    rows = rows_of(case.id)
    then, now = _read(row.manifest), manifest_of(rows)
    found = ["manifest"] if sha256(row.manifest.encode()) != row.sha256 else []
    for table in sorted({*then["rows"], *now["rows"]}):
        before, after = then["rows"].get(table, {}), now["rows"].get(table, {})
        changed = [key for key in {*before, *after} if before.get(key) != after.get(key)]
        found += [f"{table}/{key}" for key in sorted(changed)]
    found += changed_since(then["answered_with"], case.id) if "answered_with" in then else []
    kept = {each["sha256"]: each for each in rows.get("attachment", [])}
    found += [f"file/{sha}" for sha in then["files"] if sha not in kept or not intact(kept[sha], store)]
    return found


def closing_of(actor: Actor, case_id: int) -> list[Blocker]:
    """What still stands in the way of closing the file, for whoever may see the case."""
    case = case_to_view(actor, case_id)
    return [] if case.archived_at else blockers_of(case)


def archive_list(
    actor: Actor, *, kept: bool, before: int | None = None
) -> tuple[list[ArchiveLine], int | None]:
    """Cases that are over, a page at a time from the one `before` names on: those to be archived, which have been over
    longest first, each with what is unsettled; or those that are archived, the latest first."""
    actor.require(ARCHIVIST)
    day = CASES.c.archived_at if kept else _OVER_SINCE
    statement = (
        sa.select(*CASE_COLUMNS, CASES.c.closed_at.label("closed_at"), FILES.c.number.label("archive_number"))
        .outerjoin(FILES, FILES.c.case_id == CASES.c.id)
        .where(visible_to(actor), CASES.c.status.not_in(("draft", "open")))
        .where(CASES.c.archived_at.is_not(None) if kept else CASES.c.archived_at.is_(None))
        .order_by(*((day.desc(), CASES.c.id.desc()) if kept else (day, CASES.c.id)))
        .limit(PAGE + 1)
    )
    if before is not None:
        place, last = sa.tuple_(day, CASES.c.id), sa.select(day, CASES.c.id).where(CASES.c.id == before)
        reached = last.correlate(None).scalar_subquery()
        statement = statement.where(place < reached if kept else place > reached)
    rows = db.session.execute(statement).all()
    lines = _lines(rows[:PAGE], kept=kept)
    return lines, lines[-1].case_id if len(rows) > PAGE else None


# What is over has a closing day; one taken in from elsewhere may lack it.
_OVER_SINCE = sa.func.coalesce(CASES.c.closed_at, CASES.c.created_at)


def _lines(rows: Sequence[Any], *, kept: bool) -> list[ArchiveLine]:
    cases = [read(CaseFacts, Case, row) for row in rows]
    unsettled = {} if kept else blockers_in(cases)
    return [
        ArchiveLine(
            case.id,
            case.number,
            case.title,
            row.closed_at,
            case.archived_at,
            row.archive_number,
            len(unsettled.get(case.id, ())),
        )
        for case, row in zip(cases, rows, strict=True)
    ]
