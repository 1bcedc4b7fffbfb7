"""The kinds of work this installation runs: folders deployed as rows, found again by id or key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.definitions import choices
from engine.definitions.folder import Folder, load
from engine.definitions.kept import Kept
from engine.definitions.problems import FolderUnreadable
from engine.definitions.rule_packs import shipped_retentions, shipped_rules
from engine.definitions.wiring import Spoken
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange, NotFound
from engine.foundation.language import Sentence, _
from engine.foundation.transaction import use_case
from engine.foundation.unreadable import bytes_flaw
from models import db

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
# What a running case reads; worked examples and explanations do not make a new version.
RUNNING = ("*.toml", "*.bpmn", "*.dmn", "forms/*.json", "texts/*/*.txt")
DEFINITIONS = choices.DEFINITIONS

_folders: Kept[Folder] = Kept()


@dataclass(frozen=True, slots=True)
class Deployed:
    """A process folder and the row it is deployed as."""

    id: int
    folder: Folder


def read_folder(path: Path) -> dict[str, str]:
    """The files of a folder on disk that a case needs to run: relative path → text."""
    if not path.is_dir():
        raise FolderUnreadable(path=path, reason=Sentence(_("没有这个文件夹。")))
    found = sorted({file for pattern in RUNNING for file in path.glob(pattern) if file.is_file()})
    try:
        return {file.relative_to(path).as_posix(): file.read_text(encoding="utf-8") for file in found}
    except UnicodeDecodeError as error:
        raise FolderUnreadable(path=path, reason=bytes_flaw(error)[1]) from error
    except OSError as error:
        raise FolderUnreadable(path=path, reason=error) from error


def shipped() -> dict[str, dict[str, str]]:
    """The folders that come with the program, by key."""
    folders = [path.parent for path in sorted(PROCESSES.glob("*/process.toml"))]
    return {folder.name: read_folder(folder) for folder in folders}


def content_hash(files: Mapping[str, str]) -> str:
    """SHA-256 over all files, in hexadecimal; the same content has the same hash."""
    text = json.dumps(dict(files), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@use_case
def deploy(
    actor: Actor,
    files: Mapping[str, str],
    *,
    known_acts: Collection[str] | None = None,
    known_effects: Collection[str] | None = None,
    known_happenings: Collection[str] | None = None,
    known_roles: Collection[str] | None = None,
    known_bases: Collection[str] | None = None,
    known_spoken: Spoken | None = None,
) -> int:
    """Make a folder the active version of its process; gives the row's id. Raises FolderRefused.

    The active content again changes nothing; content that was deployed before becomes active again under its
    old version. Running cases stay with the row they began with. What the system deploys is active in every
    congress, what a process administrator deploys in his own alone.
    """
    actor.require("process_admin", "system")
    folder = load(
        files,
        known_acts=known_acts,
        known_effects=known_effects,
        known_happenings=known_happenings,
        known_roles=known_roles,
        known_rules=shipped_rules(),
        known_bases=known_bases,
        known_retentions=shipped_retentions(),
        known_spoken=known_spoken,
    )
    digest = content_hash(files)
    rows = _versions_locked(folder.key)
    same = next((row for row in rows if row.content_hash == digest), None)
    before = choices.active_ids(actor.congress_id, folder.key).get(folder.key)
    if same is not None and (same.active and "system" in actor.roles or same.id == before):
        return int(same.id)
    definition_id, version = (same.id, same.version) if same else _insert(folder.key, rows, digest, files)
    _activate(actor, folder.key, definition_id, first=not rows)
    audit.record(
        "definition:deployed",
        congress_id=actor.congress_id,
        subject=f"definition:{definition_id}",
        old=next((row.version for row in rows if row.id == before), None),
        new=version,
        key=folder.key,
        content_hash=digest,
    )
    return int(definition_id)


def _activate(actor: Actor, key: str, definition_id: int, *, first: bool) -> None:
    """Let new cases take the version, everywhere or in the actor's congress; the first of its kind is everybody's."""
    if not first and "system" not in actor.roles:
        now = clock.now()
        choices.choose(actor.congress_id, key, definition_id, choices.ACTIVE, by=actor.user_id, at=now)
        return
    db.session.execute(
        DEFINITIONS.update()
        .where(DEFINITIONS.c.key == key)
        .values(active=sa.case((DEFINITIONS.c.id == definition_id, True), else_=False))
    )
    choices.forget_choices(key, definition_id)


def _versions_locked(key: str) -> list[sa.Row[tuple[int, int, str, bool]]]:
    columns = DEFINITIONS.c
    statement = (
        sa.select(columns.id, columns.version, columns.content_hash, columns.active)
        .where(columns.key == key)
        .order_by(columns.version)
        .with_for_update()
    )
    return list(db.session.execute(statement))


def add_version(key: str, files: Mapping[str, str]) -> tuple[int, int]:
    """Keep a folder that has been checked as a version that nobody works with yet; gives its id and version.

    Content that was deployed before is the version that it was. For use inside a use case.
    """
    rows, digest = _versions_locked(key), content_hash(files)
    same = next((row for row in rows if row.content_hash == digest), None)
    return (same.id, same.version) if same else _insert(key, rows, digest, files)


def same_content(key: str, files: Mapping[str, str]) -> int | None:
    """The version (its number, not its id) that has been deployed with exactly these files, if any."""
    columns = DEFINITIONS.c
    statement = sa.select(columns.version).where(
        columns.key == key, columns.content_hash == content_hash(files)
    )
    return db.session.scalar(statement)


def files_of(definition_id: int) -> dict[str, str]:
    """All files of a version: relative path → text. Raises NotFound."""
    found = db.session.scalar(sa.select(DEFINITIONS.c.files).where(DEFINITIONS.c.id == definition_id))
    if found is None:
        raise NotFound
    return dict(found)


def _insert(
    key: str, rows: Sequence[sa.Row[tuple[int, int, str, bool]]], digest: str, files: Mapping[str, str]
) -> tuple[int, int]:
    """The id and the version of the new row, which follows those there are."""
    version = max((row.version for row in rows), default=0) + 1
    values = {
        "key": key,
        "version": version,
        "content_hash": digest,
        "files": dict(files),
        "active": False,
        "deployed_at": clock.now(),
    }
    statement = DEFINITIONS.insert().values(values).returning(DEFINITIONS.c.id)
    try:
        definition_id = int(db.session.execute(statement).scalar_one())
    except IntegrityError as error:  # somebody deployed this process in the same moment
        raise ConcurrentChange from error
    _folders.forget(definition_id)
    return definition_id, version


def definition(definition_id: int) -> Folder:
    """The folder that a case began with."""
    return _folders.get(definition_id, _read)


def _read(definition_id: int) -> Folder:
    columns = DEFINITIONS.c
    statement = sa.select(columns.files, columns.version).where(columns.id == definition_id)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return load(row.files, version=row.version)


def current(key: str, congress_id: int | None = None) -> Deployed:
    """The version of a process that new cases take, in a congress that is named; else the installation's.

    One query, so that a deployment by another process is seen at once. Raises NotFound.
    """
    definition_id = choices.active_ids(congress_id, key).get(key)
    if definition_id is None:
        raise NotFound
    return Deployed(definition_id, definition(definition_id))


def numbered(key: str, version: int) -> Deployed:
    """The deployed version of that number, whether or not cases take it. Raises NotFound."""
    columns = DEFINITIONS.c
    statement = sa.select(columns.id).where(columns.key == key, columns.version == version)
    definition_id = db.session.scalar(statement)
    if definition_id is None:
        raise NotFound
    return Deployed(int(definition_id), definition(int(definition_id)))


def current_all(congress_id: int | None = None) -> tuple[Deployed, ...]:
    """The version of every process that new cases take, in the order of their places."""
    found = choices.active_ids(congress_id)
    deployed = [Deployed(found[key], definition(found[key])) for key in sorted(found)]
    return tuple(sorted(deployed, key=lambda each: each.folder.place))
