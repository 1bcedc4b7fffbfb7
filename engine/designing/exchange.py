"""Versions handed from one installation to another: exported signed, imported as a draft, from keys trusted here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.definitions import catalogue
from engine.designing.access import DRAFTS, MAY_DESIGN, hash_of, keep_texts, require_bearable
from engine.designing.packages import Package, PackageRefused, opened, sealed
from engine.designing.rows import append_revision, note, record
from engine.designing.signing import KEY_LENGTH, Signer, fingerprint
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.operations.access import reason_given
from models import Congress, TrustedKey, User, db
from models.base import insert_unless

KEYS: sa.Table = TrustedKey.__table__  # type: ignore[assignment]
LONGEST_NAME = 100  # characters
UNKNOWN_KIND = _("这里还没有“{title}”这种流程，须先由系统管理员用命令行部署（flask process import）。")


class KeyNotTrusted(GuardRefused):
    """The package is whole, but nobody here has said that its signer may be believed."""

    text = _("流程包由不受信任的密钥签名（指纹{fingerprint}）。核对来源以后，先登记这个密钥，再导入。")


@dataclass(frozen=True, slots=True)
class Exported:
    """A package, and what to call the file."""

    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key that may sign what is imported here; `withdrawn_at` None as long as it may."""

    id: int
    public_key: str
    fingerprint: str
    name: str
    reason: str
    added_at: dt.datetime
    added_by: str
    withdrawn_at: dt.datetime | None


@use_case
def export_version(actor: Actor, *, definition_id: int, signer: Signer) -> Exported:
    """A version as a signed package; the same version makes the same bytes. Raises NotAllowed, NotFound."""
    actor.require(*MAY_DESIGN, "system")
    files, folder = catalogue.files_of(definition_id), catalogue.definition(definition_id)
    origin = db.session.scalar(sa.select(Congress.name).where(Congress.id == actor.congress_id)) or ""
    about = {"key": folder.key, "version": folder.version, "title": folder.title.zh, "from": origin}
    content = sealed(files, about, signer)
    audit.record(
        "definition:exported",
        congress_id=actor.congress_id,
        subject=f"definition:{definition_id}",
        key=folder.key,
        version=folder.version,
        content_hash=catalogue.content_hash(files),
        public_key=signer.public_key(),
    )
    return Exported(content, f"{folder.key}-v{folder.version}.duban.zip")


@use_case
def import_package(actor: Actor, *, content: bytes) -> int:
    """A package as a draft, which is checked and becomes a version by four eyes as any other; gives the draft's id.

    The draft begins with the version that new cases take here, so that it can be compared. The same package again is
    the same draft while that is open. Raises NotAllowed, PackageRefused, KeyNotTrusted.
    """
    actor.require(*MAY_DESIGN)
    package = opened(content)
    key = _trusted(actor, package.public_key)
    require_bearable(package.files)
    base = _base(actor, package)
    # By its content too: somebody may hand out two things under one number.
    name = f"{package.origin[:60]} v{package.version} {package.content_hash[:8]}".strip()
    there = sa.select(DRAFTS.c.id).where(
        DRAFTS.c.congress_id == actor.congress_id,
        DRAFTS.c.base_id == base.id,
        DRAFTS.c.name == name,
        DRAFTS.c.state == "open",
    )
    if (found := db.session.scalar(there.limit(1))) is not None:
        return int(found)
    id_ = _begun(actor, base, name, package)
    record(
        actor,
        id_,
        "imported",
        key=package.key,
        base=base.id,
        origin=package.origin,
        version=package.version,
        content_hash=package.content_hash,
        signed_by=key.name,
        public_key=package.public_key,
    )
    return id_


def _trusted(actor: Actor, public_key: str) -> sa.Row[tuple[object, ...]]:
    row = db.session.execute(
        sa.select(KEYS).where(
            KEYS.c.congress_id == actor.congress_id,
            KEYS.c.public_key == public_key,
            KEYS.c.withdrawn_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise KeyNotTrusted(fingerprint=fingerprint(public_key))
    return row


def _base(actor: Actor, package: Package) -> catalogue.Deployed:
    try:
        return catalogue.current(package.key, actor.congress_id)
    except NotFound:
        raise PackageRefused(UNKNOWN_KIND, title=package.title) from None


def _begun(actor: Actor, base: catalogue.Deployed, name: str, package: Package) -> int:
    """The draft with the version as its first revision and the package as its second."""
    before = catalogue.files_of(base.id)
    row = {
        "congress_id": actor.congress_id,
        "process_key": package.key,
        "base_id": base.id,
        "name": name,
        "state": "open",
        "revision": 2,
        "opened_at": clock.now(),
        "opened_by": actor.user_id,
    }
    id_ = int(db.session.execute(DRAFTS.insert().values(row).returning(DRAFTS.c.id)).scalar_one())
    for revision, files in enumerate((before, package.files), start=1):
        keep_texts(list(files.values()))
        append_revision(id_, revision, {path: hash_of(text) for path, text in files.items()})
    note(actor, id_, "opened", 1)
    note(
        actor,
        id_,
        "saved",
        2,
        f"{package.origin} · {package.title} v{package.version}",
        _changed(before, package),
    )
    return id_


def _changed(before: Mapping[str, str], package: Package) -> dict[str, str]:
    files = package.files
    return {
        path: "removed" if path not in files else "added" if path not in before else "changed"
        for path in sorted({*before, *files})
        if before.get(path) != files.get(path)
    }


# Trusted keys ------------------------------------------------------------------------------------


def trusted_keys(actor: Actor) -> list[KeyLine]:
    """The keys of the actor's congress, those that are still trusted first. Raises NotAllowed."""
    actor.require(*MAY_DESIGN)
    statement = (
        sa.select(KEYS, User.name.label("who"))
        .outerjoin(User, User.id == KEYS.c.added_by)
        .where(KEYS.c.congress_id == actor.congress_id)
        .order_by(KEYS.c.withdrawn_at.is_not(None), KEYS.c.id.desc())
    )
    return [
        KeyLine(
            row.id,
            row.public_key,
            fingerprint(row.public_key),
            row.name,
            row.reason,
            row.added_at,
            row.who or "",
            row.withdrawn_at,
        )
        for row in db.session.execute(statement)
    ]


@use_case
def trust_key(actor: Actor, *, public_key: str, name: str, reason: str) -> int:
    """Let packages signed by this key be imported here; gives the row's id. One that is trusted is left as it is.

    Raises NotAllowed, InvalidAnswers.
    """
    actor.require(*MAY_DESIGN)
    digits, called = "".join(public_key.split()).lower(), name.strip()
    errors: dict[str, list[str]] = {}
    if len(digits) != KEY_LENGTH or set(digits) - set("0123456789abcdef"):
        errors["public_key"] = [_("公钥应为 64 个十六进制数字。")]
    if not 0 < len(called) <= LONGEST_NAME:
        errors["name"] = [_("请填写名称，不超过 100 字。")]
    if errors:
        raise InvalidAnswers(errors)
    said = reason_given(reason)
    mine = (
        KEYS.c.congress_id == actor.congress_id,
        KEYS.c.public_key == digits,
        KEYS.c.withdrawn_at.is_(None),
    )
    if (there := db.session.scalar(sa.select(KEYS.c.id).where(*mine))) is not None:
        return int(there)
    row = {
        "congress_id": actor.congress_id,
        "public_key": digits,
        "name": called,
        "reason": said,
        "added_at": clock.now(),
        "added_by": actor.user_id,
    }
    db.session.execute(insert_unless(KEYS).values(row).on_conflict_do_nothing())
    id_ = int(db.session.scalars(sa.select(KEYS.c.id).where(*mine)).one())
    _record(actor, id_, "trusted", public_key=digits, name=called, reason=said)
    return id_


@use_case
def withdraw_key(actor: Actor, *, key_id: int, reason: str) -> bool:
    """Trust a key no longer; gives whether it was trusted. What was imported stays.

    Raises NotAllowed, NotFound, InvalidAnswers.
    """
    actor.require(*MAY_DESIGN)
    mine = KEYS.c.id == key_id, KEYS.c.congress_id == actor.congress_id
    row = db.session.execute(sa.select(KEYS).where(*mine).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    said = reason_given(reason)
    if row.withdrawn_at is not None:
        return False
    changed = {"withdrawn_at": clock.now(), "withdrawn_by": actor.user_id}
    db.session.execute(KEYS.update().where(*mine).values(changed))
    _record(actor, key_id, "withdrawn", public_key=row.public_key, name=row.name, reason=said)
    return True


def _record(actor: Actor, key_id: int, action: str, **detail: Any) -> None:
    subject = f"trusted_key:{key_id}"
    audit.record(f"trusted_key:{action}", congress_id=actor.congress_id, subject=subject, **detail)
