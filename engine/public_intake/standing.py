"""How it stands with what the public has put forward: for the proposer with his receipt; who he is, for the office."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_view
from engine.casework.facts import CASE_COLUMNS, CASES, CaseFacts, read
from engine.casework.moving.by_itself import complete_by_itself, open_task
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.definitions.forms import Field
from engine.definitions.public_intake import PublicIntake, Tell
from engine.definitions.words import Words
from engine.foundation import clock
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import DomainError, GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from engine.public_intake.sending import REQUESTS, hashed, require_nameless
from models import AuditEvent, Case, CaseEntry, CaseText, db


class NoSuchReceipt(DomainError):
    """No receipt of that number has that secret; which of the two is wrong is not said."""

    text = _("回执编号或者查询码不对，请核对后再试。")


class NothingAsked(GuardRefused):
    """Nothing is waiting to be supplemented, or not any more."""

    text = _("目前不需要补充材料。")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the proposer may know, with the words that were written for him."""

    on: dt.date
    words: Words
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the proposer sees: what he has asked, what happened, and whether something is asked of him."""

    receipt: str
    title: str
    kind: Words
    sent_on: dt.date
    sent: tuple[tuple[Field, Any], ...]  # what he wrote, without what he said of himself
    told: tuple[Told, ...]
    supplement: str  # the form for what is missing, '' where nothing is
    folder: Folder
    congress_id: int  # to which it was put


def standing(receipt: str, secret: str) -> Standing:
    """How it stands, for whoever holds the receipt. Raises NoSuchReceipt."""
    case, sent_at = _case_of(receipt, secret)
    folder = definition(case.definition_id)
    intake = folder.public_intake
    if intake is None:
        raise NoSuchReceipt
    asked = open_task(case, intake.supplement) if intake.supplement else None
    form = folder.tasks[intake.supplement].form if asked else ""
    return Standing(
        receipt=normal(receipt),
        title=case.title,
        kind=folder.title,
        sent_on=clock.day_of(sent_at),
        sent=tuple(_sent(case, folder, intake)),
        told=tuple(_told(case, intake)),
        supplement=form,
        folder=folder,
        congress_id=case.congress_id,
    )


def congress_of(receipt: str, secret: str) -> int:
    """The congress to which it was put. Raises NoSuchReceipt."""
    return _case_of(receipt, secret)[0].congress_id


def normal(receipt: str) -> str:
    """A number as it is kept, however it was typed."""
    signs = "".join(sign for sign in receipt.upper() if sign.isalnum())[:8]
    return f"{signs[:4]}-{signs[4:]}"


@use_case
def supplement(actor: Actor, *, receipt: str, secret: str, answers: Mapping[str, object]) -> None:
    """Add what was missing; the system does it for the proposer. Raises NoSuchReceipt, NothingAsked, InvalidAnswers."""
    case, _sent_at = _case_of(receipt, secret)
    folder = definition(case.definition_id)
    intake = folder.public_intake
    task = open_task(case, intake.supplement) if intake and intake.supplement else None
    if task is None:
        raise NothingAsked
    checked = folder.forms[folder.tasks[task.node].form].check(answers, {}, clock.today())
    require_nameless(checked)
    complete_by_itself(system_actor(case.congress_id), case, folder, task, checked)


def person_of(actor: Actor, *, case_id: int) -> dict[str, str]:
    """Field → what was filled in about the person, for whoever holds a role that may read it; else nothing."""
    case = case_to_view(actor, case_id)
    intake = definition(case.definition_id).public_intake
    if intake is None or not actor.roles.intersection(intake.read_by):
        return {}
    person = db.session.scalar(sa.select(REQUESTS.c.person).where(REQUESTS.c.case_id == case.id))
    return {name: str(value) for name, value in (person or {}).items()}


def _case_of(receipt: str, secret: str) -> tuple[CaseFacts, dt.datetime]:
    """The case of a receipt, and when it was given."""
    row = db.session.execute(
        sa.select(REQUESTS.c.case_id, REQUESTS.c.secret_hash, REQUESTS.c.sent_at).where(
            REQUESTS.c.receipt == normal(receipt)
        )
    ).first()
    expected = row.secret_hash if row else hashed("")
    if not hmac.compare_digest(hashed(secret.strip().lower()), expected) or row is None:
        raise NoSuchReceipt
    found = db.session.execute(sa.select(*CASE_COLUMNS).where(CASES.c.id == row.case_id)).one()
    return read(CaseFacts, Case, found), row.sent_at


def _sent(case: CaseFacts, folder: Folder, intake: PublicIntake) -> list[tuple[Field, Any]]:
    """Each field of the form but those about the person, with what was written into it when it was sent."""
    first = db.session.execute(
        sa.select(CaseText.title, CaseText.body).where(CaseText.case_id == case.id).order_by(CaseText.version)
    ).first()
    written = {**first.body, "title": first.title} if first else {}
    asked = folder.forms[intake.form].fields
    return [(field, written.get(field.name)) for field in asked if field.name not in intake.person]


def _told(case: CaseFacts, intake: PublicIntake) -> list[Told]:
    tells = {tell.on: tell for tell in intake.tells}
    events = db.session.execute(
        sa.select(AuditEvent.action, AuditEvent.at)
        .where(AuditEvent.case_id == case.id, AuditEvent.action.in_(tells))
        .order_by(AuditEvent.id)
    )
    return [
        Told(clock.day_of(at), tells[action].words, _read(case, tells[action], at)) for action, at in events
    ]


def _read(case: CaseFacts, tell: Tell, at: dt.datetime) -> str:
    """The field on record as it stood when that happened."""
    if not tell.node:
        return ""
    answers = db.session.scalar(
        sa.select(CaseEntry.answers)
        .where(CaseEntry.case_id == case.id, CaseEntry.node == tell.node, CaseEntry.entered_at <= at)
        .order_by(CaseEntry.id.desc())
        .limit(1)
    )
    return str((answers or {}).get(tell.field) or "")
