"""A congress's own templates: versions as rows, the latest counts, and the shipped one can always be had back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.documents.declarations import Forms, forms_of
from engine.documents.setting import WORD, Document, fill_in, typeset
from engine.documents.word_files import checked_word
from engine.foundation import audit, clock
from engine.foundation.actor import Actor
from engine.foundation.errors import ConcurrentChange, DomainError, NotFound
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import DocumentTemplate, User, db

TEMPLATES: sa.Table = DocumentTemplate.__table__  # type: ignore[assignment]
MAY_EDIT = ("process_admin", "assigner")
LONGEST = 200_000  # characters of a Typst template


class TemplateUnreadable(DomainError):
    """What was sent is no template at all."""

    text = _("模板无法读取：{why}")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a congress's own template; `restored` stands for the shipped one."""

    version: int
    restored: bool
    note: str
    by: str
    at: dt.datetime


def template_in_use(congress_id: int, forms: Forms, document: str, format: str) -> bytes:
    """What documents are made with: the congress's latest version, or the shipped one."""
    template = forms.document(document).template
    own = db.session.execute(
        _versions(congress_id, forms.process_key, template, format).with_only_columns(TEMPLATES.c.content)
    ).first()
    return own.content if own and own.content is not None else forms.shipped(document, format)


def _versions(congress_id: int, process_key: str, document: str, format: str) -> sa.Select[Any]:
    columns = TEMPLATES.c
    return (
        sa.select(TEMPLATES)
        .where(columns.congress_id == congress_id, columns.process_key == process_key)
        .where(columns.document == document, columns.format == format)
        .order_by(columns.version.desc())
    )


def versions_of(actor: Actor, process_key: str, document: str, format: str) -> list[Version]:
    """The congress's own versions, the latest first."""
    actor.require(*MAY_EDIT)
    statement = _versions(actor.congress_id, process_key, document, format)
    statement = statement.add_columns(User.name.label("by")).outerjoin(
        User, User.id == TEMPLATES.c.written_by
    )
    return [
        Version(row.version, row.content is None, row.note, row.by or "", row.written_at)
        for row in db.session.execute(statement)
    ]


def version_content(actor: Actor, process_key: str, document: str, format: str, version: int) -> bytes:
    """An earlier version, to be looked at or taken up again; version 0 is the shipped one."""
    actor.require(*MAY_EDIT)
    if version == 0:
        return forms_of(process_key).shipped(document, format)
    statement = _versions(actor.congress_id, process_key, document, format)
    row = db.session.execute(statement.where(TEMPLATES.c.version == version)).one_or_none()
    if row is None or row.content is None:
        raise NotFound
    return bytes(row.content)


def set_with(template: bytes, format: str, data: dict[str, Any]) -> Document:
    """The document that a template makes of the data. Raises TemplateFails with line and reason."""
    return fill_in(template, data) if format == WORD else typeset(readable(template), data)


def readable(template: bytes) -> str:
    """A Typst template as text, or TemplateUnreadable."""
    try:
        text = template.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise TemplateUnreadable(why=_("不是UTF-8文本。")) from error
    if not text.strip() or len(text) > LONGEST:
        raise TemplateUnreadable(why=_("内容为空或者过长。"))
    return text


def checked(format: str, content: bytes) -> bytes:
    """A template that came from outside, fit to be tried. Raises TemplateUnreadable."""
    return checked_word(content) if format == WORD else readable(content).encode()


def try_on_sample(actor: Actor, process_key: str, document: str, format: str, content: bytes) -> Document:
    """How the template looks on invented data. Raises NotFound where the document has none of this format."""
    actor.require(*MAY_EDIT)
    forms = forms_of(process_key)
    declaration = forms.document(document)
    shared = declaration.template != document  # it has that of another
    if shared or format not in declaration.formats:
        raise NotFound
    data = forms.sample()
    data["document"] = {"title": declaration.title.zh, "basis": declaration.basis}
    return set_with(checked(format, content), format, data)


def save_template(
    actor: Actor, *, process_key: str, document: str, format: str, content: bytes, note: str = ""
) -> int:
    """Keep a new version of the congress's own template, once it is known to work on the sample; gives its number."""
    try_on_sample(actor, process_key, document, format, content)
    kept = checked(format, content)
    return keep_template(
        actor, process_key=process_key, document=document, format=format, content=kept, note=note
    )


def restore_template(actor: Actor, *, process_key: str, document: str, format: str) -> int:
    """Go back to the shipped template; the own versions stay to be looked at."""
    actor.require(*MAY_EDIT)
    forms_of(process_key).shipped(document, format)
    return keep_template(
        actor, process_key=process_key, document=document, format=format, content=None, note=""
    )


@use_case
def keep_template(
    actor: Actor, *, process_key: str, document: str, format: str, content: bytes | None, note: str
) -> int:
    """Write a version (None: the shipped template); the same content again makes no new one."""
    actor.require(*MAY_EDIT)
    latest = db.session.execute(_versions(actor.congress_id, process_key, document, format)).first()
    old = latest.version if latest else 0
    if (latest.content if latest else None) == content:
        return int(old)
    values = {
        "congress_id": actor.congress_id,
        "process_key": process_key,
        "document": document,
        "format": format,
        "version": old + 1,
        "content": content,
        "note": note.strip()[:500],
        "written_by": actor.user_id,
        "written_at": clock.now(),
    }
    try:
        db.session.execute(TEMPLATES.insert().values(values))
    except IntegrityError as error:  # a colleague saved in the same moment
        raise ConcurrentChange from error
    audit.record(
        "template:changed" if content is not None else "template:restored",
        congress_id=actor.congress_id,
        subject=f"template:{process_key}/{document}.{format}",
        old=old,
        new=old + 1,
    )
    return int(old + 1)
