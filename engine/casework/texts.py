"""The text of a case: versions, numbered asks; a changed text asks its co-signers again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.casework.access import case_to_write
from engine.casework.cases import update_case
from engine.casework.choices import units
from engine.casework.facts import CaseFacts
from engine.casework.moving.happenings import Happening, happen
from engine.casework.requests import storable
from engine.definitions.catalogue import definition
from engine.definitions.folder import Folder
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import GuardRefused
from engine.foundation.language import _
from engine.foundation.transaction import use_case
from models import Ask, CaseText, Cosignature, Deputy, db

TEXTS: sa.Table = CaseText.__table__  # type: ignore[assignment]
ASKS: sa.Table = Ask.__table__  # type: ignore[assignment]
COSIGNATURES: sa.Table = Cosignature.__table__  # type: ignore[assignment]

_PRESENT_TEXT = sa.select(CaseText).where(
    CaseText.case_id == sa.bindparam("of_case"), CaseText.version == sa.bindparam("in_version")
)
_PRESENT_ASKS = (
    sa.select(Ask)
    .where(Ask.case_id == sa.bindparam("of_case"), Ask.text_version == sa.bindparam("in_version"))
    .order_by(Ask.number)
)


class TextSubmitted(GuardRefused):
    """The text has been handed in: it stands as it is."""

    text = _("已经提交，文本不能再改。")


@use_case
def save_text(actor: Actor, *, case_id: int, answers: Mapping[str, Any]) -> int:
    """Keep the text of a draft; gives the version it is in.

    Once somebody has been asked to co-sign, a changed text becomes a new version and everyone is asked again:
    nobody's name stands under words he has not read. The same text twice changes nothing.
    """
    case = case_to_write(actor, case_id)
    folder = definition(case.definition_id)
    require_draft(case)
    options = {"wished_units": frozenset(units(case.congress_id))}
    checked = folder.forms[folder.text_form or ""].check(answers, options, clock.today())
    return write_text(actor, case, folder, checked)


def require_draft(case: CaseFacts) -> None:
    """Refuse a change to a text that has been submitted."""
    if case.status != "draft":
        raise TextSubmitted


def write_text(actor: Actor, case: CaseFacts, folder: Folder, checked: Mapping[str, Any]) -> int:
    """Write a checked text as the present version or, if others were asked to sign that one, as the next."""
    before = present_text(case)
    asks = list(checked.get("asks", []))
    body = {name: storable(value) for name, value in checked.items() if name not in ("title", "asks")}
    if before is not None and _same(before, case, checked["title"], body, asks):
        return case.text_version
    invited = _signatures(case)
    if before is None or invited or before.frozen_at is not None:
        version = case.text_version + 1
        _insert(actor, case, version, checked["title"], body, asks)
        _ask_again(case, version, invited)
    else:
        version = case.text_version
        _overwrite(actor, case, checked["title"], body, asks)
    update_case(case, {"text_version": version, "title": checked["title"]})
    detail = {"version": version, "title": checked["title"], "asks": len(asks), "reset": len(invited)}
    happenings = [Happening("text:saved", detail=detail)]
    if invited:
        happenings.append(invitation(case, _names(invited)))
    happen(case, folder, happenings)
    return version


def invitation(case: CaseFacts, names: list[str]) -> Happening:
    """Deputies are asked to sign the present text; each is told once of each version."""
    detail = {"deputies": names, "version": case.text_version}
    return Happening("cosigner:invited", detail=detail, occurrence=f"text-{case.text_version}")


def _names(deputies: list[int]) -> list[str]:
    return list(db.session.scalars(sa.select(Deputy.name).where(Deputy.id.in_(deputies)).order_by(Deputy.id)))


def present_text(case: CaseFacts) -> CaseText | None:
    """The present version of the text, if one was written."""
    return db.session.scalar(_PRESENT_TEXT, {"of_case": case.id, "in_version": case.text_version})


def present_asks(case: CaseFacts) -> list[Ask]:
    """The asks of the present version, in order."""
    about = {"of_case": case.id, "in_version": case.text_version}
    return list(db.session.scalars(_PRESENT_ASKS, about))


def _same(before: CaseText, case: CaseFacts, title: str, body: dict[str, Any], asks: list[str]) -> bool:
    return (before.title, before.body, [ask.text for ask in present_asks(case)]) == (title, body, asks)


def _signatures(case: CaseFacts) -> list[int]:
    """The deputies who were asked to sign the present version and have not declined."""
    statement = sa.select(COSIGNATURES.c.deputy_id).where(
        COSIGNATURES.c.case_id == case.id,
        COSIGNATURES.c.text_version == case.text_version,
        COSIGNATURES.c.status.in_(("invited", "confirmed")),
    )
    return list(db.session.scalars(statement.order_by(COSIGNATURES.c.id)))


def _insert(
    actor: Actor, case: CaseFacts, version: int, title: str, body: dict[str, Any], asks: list[str]
) -> None:
    db.session.execute(
        TEXTS.insert().values(
            case_id=case.id,
            version=version,
            title=title,
            body=body,
            written_by=actor.user_id,
            written_at=clock.now(),
        )
    )
    _write_asks(case, version, asks)


def _overwrite(actor: Actor, case: CaseFacts, title: str, body: dict[str, Any], asks: list[str]) -> None:
    db.session.execute(
        TEXTS.update()
        .where(TEXTS.c.case_id == case.id, TEXTS.c.version == case.text_version)
        .values(title=title, body=body, written_by=actor.user_id, written_at=clock.now())
    )
    db.session.execute(
        ASKS.delete().where(ASKS.c.case_id == case.id, ASKS.c.text_version == case.text_version)
    )
    _write_asks(case, case.text_version, asks)


def _write_asks(case: CaseFacts, version: int, asks: list[str]) -> None:
    rows = [
        {"case_id": case.id, "text_version": version, "number": number, "text": text}
        for number, text in enumerate(asks, start=1)
    ]
    if rows:
        db.session.execute(ASKS.insert(), rows)


def _ask_again(case: CaseFacts, version: int, deputies: list[int]) -> None:
    if not deputies:
        return
    db.session.execute(
        COSIGNATURES.update()
        .where(
            COSIGNATURES.c.case_id == case.id,
            COSIGNATURES.c.text_version == case.text_version,
            COSIGNATURES.c.status.in_(("invited", "confirmed")),
        )
        .values(status="reset")
    )
    rows = [
        {
            "case_id": case.id,
            "deputy_id": deputy_id,
            "text_version": version,
            "status": "invited",
            "invited_at": clock.now(),
        }
        for deputy_id in deputies
    ]
    db.session.execute(COSIGNATURES.insert(), rows)
