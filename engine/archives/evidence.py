"""The evidence bundle: the file of a case as one ZIP that a third person can verify without this program."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.archives import verify
from engine.archives.archiving import FILES, FileMissing, intact
from engine.archives.joint import answered_with
from engine.archives.papers import Rows, attachments_in, canonical, names_of, rows_of, sha256
from engine.casework.access import case_to_view
from engine.casework.attachments import FileStore
from engine.casework.facts import CaseFacts
from engine.casework.visibility import ARCHIVIST
from engine.casework.vocabulary import happening_title
from engine.documents.setting import typeset
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.audit import EVENTS, HASHED
from engine.foundation.audit_checkpoints import CHECKPOINTS, STORED, Checkpoint, export
from engine.foundation.transaction import use_case
from models import Congress, db

TEMPLATE = Path(__file__).with_name("timeline.typ")
# Who answers for the file may take it out of the house; administrators see no case and verify bundles they are given.
MAY_TAKE = (ARCHIVIST, "supervisor", "assigner", "intake_reviewer")
README = """督办系统证据包 / Duban evidence bundle

1. 校验：python verify.py 本文件.zip（Python 3.9 或更高版本，不需要联网，不需要安装其他软件）。
   Verify: python verify.py this-file.zip (Python 3.9 or newer, no network, nothing to install).
2. 把显示的 fingerprint 与人大机关告知的指纹核对；把 checkpoint 与您另存的检查点核对。
   Compare the fingerprint with the one the congress told you, and the checkpoint with one kept elsewhere.
3. 最好从公开网站另行取得 verify.py，而不用证据包里的这一份。
   Better take verify.py from the public site than out of this bundle.

case.json 案件全部记录 / every row of the case    names.json 编号对应的名称 / what the ids stand for
case.pdf 可打印的文本和经过 / to be printed        attachments/ 附件 / attachments
audit/events.json 事件链 / chain of events         audit/checkpoint.json 检查点 / checkpoint
answer.json 与他件并案的，该件的答复 / the reply to the case it was handled with, if it was
archive.json 归档清单 / the archive's manifest      manifest.json 本包清单 / manifest of this bundle
"""


Names = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle, and the fingerprint by which it is known."""

    content: bytes
    fingerprint: str
    filename: str


@use_case
def take_bundle(actor: Actor, *, case_id: int, store: FileStore) -> Bundle:
    """Make the bundle of a case and record who took it; the same case makes the same bytes.

    It is recorded on the congress's chain: what is taken out of an archived file leaves the file as it is.
    Raises NotFound, NotAllowed, FileMissing.
    """
    actor.require(*MAY_TAKE)
    case = case_to_view(actor, case_id)
    files = files_of(case, store)
    manifest = {
        "format": verify.FORMAT,
        "case": case.id,
        "files": {name: {"sha256": sha256(text), "size": len(text)} for name, text in files.items()},
    }
    files[verify.MANIFEST] = canonical(manifest)
    fingerprint = sha256(files[verify.MANIFEST])
    audit.record(
        "bundle:taken",
        congress_id=case.congress_id,
        subject=f"case:{case.id}",
        number=case.number,
        fingerprint=fingerprint,
    )
    return Bundle(verify.packed(files), fingerprint, f"{case.number or case.id}.zip")


def files_of(case: CaseFacts, store: FileStore) -> dict[str, bytes]:
    """Everything in the bundle but its manifest."""
    rows, events = rows_of(case.id), _events(case.id)
    archive = db.session.scalar(sa.select(FILES.c.manifest).where(FILES.c.case_id == case.id))
    answer = _answer(case, archive)
    names = names_of(rows, answer)
    congress = db.session.scalar(sa.select(Congress.name).where(Congress.id == case.congress_id)) or ""
    document = {
        "format": "duban-case/1",
        "case": case.id,
        "congress": congress,
        "number": case.number,
        "title": case.title,
        "rows": rows,
    }
    files = {
        "README.txt": README.encode(),
        "verify.py": Path(verify.__file__).read_bytes(),
        "case.json": canonical(document),
        "names.json": canonical(names),
        "audit/events.json": canonical(events),
        "case.pdf": _printed(case, congress, _parts(rows, names) + _joint_parts(answer, names), events),
        **_attachments(rows, store),
    }
    if answer:
        files[verify.ANSWER] = canonical(answer)
    if archive is not None:
        files["archive.json"] = archive.encode()
    checkpoint = _checkpoint(events)
    if checkpoint is not None:
        # The export is made for reading; here every file has the one spelling.
        files["audit/checkpoint.json"] = canonical(json.loads(export(checkpoint)))
    return files


def _answer(case: CaseFacts, archive: str | None) -> Rows:
    """The answer that is another case's: as it was frozen with the file, else as it stands; empty without one."""
    frozen: Rows | None = json.loads(archive).get("answered_with") if archive else None
    return frozen or answered_with(case.id) or {}


def _attachments(rows: Rows, store: FileStore) -> dict[str, bytes]:
    found = {}
    for number, row in enumerate(attachments_in(rows), 1):
        if not intact(row, store):
            raise FileMissing(name=row["filename"])
        suffix = Path(row["filename"]).suffix.lower()
        found[f"attachments/{number:03}{suffix}"] = store.path(row["sha256"]).read_bytes()
    return found


def _events(case_id: int) -> list[dict[str, Any]]:
    statement = (
        sa.select(*(EVENTS.c[name] for name in HASHED), EVENTS.c.hash, EVENTS.c.id)
        .where(EVENTS.c.chain == f"case:{case_id}")
        .order_by(EVENTS.c.position)
    )
    return [{**row, "at": row["at"].astimezone(dt.UTC)} for row in db.session.execute(statement).mappings()]


def _checkpoint(events: list[dict[str, Any]]) -> Checkpoint | None:
    """The first checkpoint that covers all the events, or else the last one that covers some of them."""
    whole = STORED.where(CHECKPOINTS.c.last_event_id >= events[-1]["id"]).order_by(CHECKPOINTS.c.id).limit(1)
    some = (
        STORED.where(CHECKPOINTS.c.last_event_id >= events[0]["id"])
        .order_by(CHECKPOINTS.c.id.desc())
        .limit(1)
    )
    row = db.session.execute(whole).first() or db.session.execute(some).first()
    return Checkpoint(*row) if row else None


# What can be printed


def _printed(
    case: CaseFacts, congress: str, parts: list[dict[str, Any]], events: list[dict[str, Any]]
) -> bytes:
    """The texts and what happened, as a PDF that bears the time of the last event and so is always the same."""
    data = {
        "document": {"title": case.title},
        "facts": [
            {"label": "机关", "value": congress},
            {"label": "编号", "value": case.number or "—"},
        ],
        "parts": parts,
        "events": [
            {
                "position": event["position"],
                "at": f"{event['at'].astimezone(clock.ZONE):%Y-%m-%d %H:%M:%S}",
                "who": f"{event['actor_organization']} {event['actor_name']}".strip(),
                "what": happening_title(event["action"], "zh"),
            }
            for event in events
        ],
    }
    with clock.moved_to(events[-1]["at"]):
        return typeset(TEMPLATE.read_text(encoding="utf-8"), data).content


def _parts(rows: Rows, names: Names) -> list[dict[str, Any]]:
    """The text as it stands, and every signed reply with its answers."""
    (case,) = rows["cases"]
    parts = []
    for text in rows.get("case_text", []):
        if text["version"] == case["text_version"]:
            prose = [value for value in text["body"].values() if isinstance(value, str) and len(value) > 20]
            asks = [
                f"{ask['number']}．{ask['text']}"
                for ask in rows.get("ask", [])
                if ask["text_version"] == text["version"]
            ]
            parts.append({"title": text["title"], "lines": _lines([*prose, *asks])})
    return parts + _replies(rows, names)


def _joint_parts(answer: Rows, names: Names) -> list[dict[str, Any]]:
    """What the case was answered with that is another's: its asks, which the answers go by, and the signed replies."""
    parts = []
    for case in answer.get("cases", []):
        asks = [f"{ask['number']}．{ask['text']}" for ask in answer["ask"] if ask["case_id"] == case["id"]]
        title = f"并案办理的{case['number'] or ''}《{case['title']}》的具体建议"
        parts.append({"title": title, "lines": _lines(asks)})
    return parts + _replies(answer, names)


def _replies(rows: Rows, names: Names) -> list[dict[str, Any]]:
    parts = []
    units = {
        row["id"]: names["organization"].get(str(row["unit_id"]), "") for row in rows.get("assignment", [])
    }
    for reply in rows.get("reply", []):
        if reply["signed_at"] is not None:
            answers = [row["text"] for row in rows.get("reply_answer", []) if row["reply_id"] == reply["id"]]
            title = f"{units.get(reply['assignment_id'], '')}的答复（{reply['number'] or ''}）"
            parts.append({"title": title, "lines": _lines([*answers, reply["body"]])})
    return parts


def _lines(texts: list[str]) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Taken:
    """A bundle that somebody took, and its fingerprint."""

    at: dt.datetime
    by: str
    fingerprint: str


def taken_bundles(actor: Actor, case_id: int) -> list[Taken]:
    """Who took bundles of the case, the latest first; for those who may take one."""
    actor.require(*MAY_TAKE)
    case = case_to_view(actor, case_id)
    statement = (
        sa.select(EVENTS.c.at, EVENTS.c.actor_name, EVENTS.c.detail)
        .where(
            EVENTS.c.chain == f"congress:{case.congress_id}",
            EVENTS.c.action == "bundle:taken",
            EVENTS.c.subject == f"case:{case.id}",
        )
        .order_by(EVENTS.c.position.desc())
        .limit(20)
    )
    return [
        Taken(row.at, row.actor_name, json.loads(row.detail)["fingerprint"])
        for row in db.session.execute(statement)
    ]
