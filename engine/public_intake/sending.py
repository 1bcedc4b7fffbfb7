"""Putting something forward without signing in (公众提出): a case is opened and handed in, the person kept apart.

The secret of the receipt is the token of the form that was sent: the same form sent twice is one thing.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.casework.cases import PUBLIC, Source, create
from engine.casework.facts import CaseFacts
from engine.casework.moving.by_itself import complete_by_itself, open_task
from engine.casework.texts import write_text
from engine.definitions.catalogue import Deployed, current, current_all
from engine.definitions.folder import Folder
from engine.definitions.public_intake import PublicIntake
from engine.definitions.words import Sentence
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotFound
from engine.foundation.language import _
from engine.foundation.networks import network_of
from engine.foundation.transaction import use_case
from engine.people.personal_data import proposals
from engine.public_intake.limits import require_few
from models import CaseText, Congress, PublicRequest, db

REQUESTS: sa.Table = PublicRequest.__table__  # type: ignore[assignment]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is taken for something else
TOKEN = re.compile(r"[0-9a-f]{32}")
NAMELESS = frozenset({"mobile", "identity", "bank_card", "email"})  # never in what may be handed on
PERSONAL = _("这里请不要写{found}等个人信息；联系方式写在下面的专栏里。")


class FormTooOld(DomainError):
    """The form carried no token that could be the secret of a receipt, or one under which something else was sent."""

    text = _("页面已经失效，没有提交。您写的内容还在，请核对后再提交一次。")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The number and the secret with which the proposer sees how it stands."""

    number: str
    secret: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of work for which the public may put something forward."""

    congress_id: int
    congress: str
    code: str
    folder: Folder
    intake: PublicIntake


def offers() -> list[Offer]:
    """Every kind that the public may use, at every congress."""
    congresses = db.session.execute(
        sa.select(Congress.id, Congress.name, Congress.code).order_by(Congress.id)
    )
    return [
        Offer(row.id, row.name, row.code, each.folder, each.folder.public_intake)
        for row in congresses
        for each in current_all()
        if each.folder.public_intake is not None
    ]


def offer(process_key: str, code: str) -> Offer:
    """One kind at one congress; with no congress named, the first. Raises NotFound."""
    for each in offers():
        if each.folder.key == process_key and code in ("", each.code):
            return each
    raise NotFound


def fresh_secret() -> str:
    """The token of a new form, 128 bits."""
    return secrets.token_hex(16)


@use_case
def send(actor: Actor, *, process_key: str, answers: Mapping[str, Any], token: str, address: str) -> Receipt:
    """Open a case of what was filled in, hand it in, and give the receipt; the same form again gives the same one.

    Something else under the token of a form that was sent is no repetition, and is not lost in silence: FormTooOld.
    `actor` is the system. Raises NotFound, InvalidAnswers, TooMany (TooManyInAll among them), FormTooOld.
    """
    deployed = current(process_key, actor.congress_id)
    intake = deployed.folder.public_intake
    if intake is None:
        raise NotFound
    if not TOKEN.fullmatch(token):
        raise FormTooOld
    checked = deployed.folder.forms[intake.form].check(answers, {}, clock.today())
    require_nameless({name: value for name, value in checked.items() if name not in intake.person})
    known = db.session.execute(
        sa.select(REQUESTS).where(REQUESTS.c.secret_hash == hashed(token))
    ).one_or_none()
    if known is not None:
        return _again(actor, known, checked, token)
    network = network_of(address)
    require_few(actor.congress_id, network)
    case = _open(actor, deployed, intake, checked)
    return _keep(actor, case, intake, checked, token, network)


def require_nameless(answers: Mapping[str, Any]) -> None:
    """Refuse telephone and identity numbers where they might be read by more than those who need them."""
    errors: dict[str, list[Any]] = {}
    for name, value in answers.items():
        text = str(value or "")
        found = [text[mark.start : mark.end] for mark in proposals(text) if mark.kind in NAMELESS]
        if found:
            errors[name] = [Sentence(PERSONAL, found="、".join(found[:3]))]
    if errors:
        raise InvalidAnswers(errors)


def hashed(secret: str) -> str:
    """What is kept of a secret; with 128 random bits nothing is gained by a slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _again(actor: Actor, known: Any, checked: Mapping[str, Any], token: str) -> Receipt:
    """The receipt of a form that was sent before, if it says the same. Raises FormTooOld."""
    texts = sa.select(CaseText).where(CaseText.case_id == known.case_id).order_by(CaseText.id)
    first = db.session.scalars(texts.limit(1)).one()
    body = {**first.body, "title": first.title, **known.person}
    same_congress = known.congress_id == actor.congress_id
    if not same_congress or any(
        _written(body.get(name)) != _written(value) for name, value in checked.items()
    ):
        raise FormTooOld
    return Receipt(known.receipt, token)


def _written(value: Any) -> str:
    return json.dumps(value or "", ensure_ascii=False, sort_keys=True, default=str)


def _open(actor: Actor, deployed: Deployed, intake: PublicIntake, checked: Mapping[str, Any]) -> CaseFacts:
    """The case with its text, handed in; fields that the public is not asked for stay empty."""
    folder = deployed.folder
    case = create(actor, deployed, Source(origin=PUBLIC))
    form = folder.forms[folder.text_form or ""]
    body: dict[str, Any] = {field.name: field.default for field in form.fields}
    body |= {name: value for name, value in checked.items() if name not in intake.person}
    body |= {name: clock.today() if value == "today" else value for name, value in intake.fixed.items()}
    write_text(actor, case, folder, body)
    task = open_task(case)
    assert task is not None
    complete_by_itself(actor, case, folder, task, {"confirmed": True})
    return case


def _keep(
    actor: Actor, case: CaseFacts, intake: PublicIntake, checked: Mapping[str, Any], token: str, network: str
) -> Receipt:
    number = "".join(secrets.choice(ALPHABET) for _place in range(8))
    row = {
        "congress_id": actor.congress_id,
        "case_id": case.id,
        "receipt": f"{number[:4]}-{number[4:]}",
        "secret_hash": hashed(token),
        "person": {name: checked[name] for name in intake.person},
        "address": network,
        "sent_at": clock.now(),
    }
    db.session.execute(REQUESTS.insert().values(row))
    return Receipt(str(row["receipt"]), token)
