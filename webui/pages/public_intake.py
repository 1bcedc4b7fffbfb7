"""What anybody may put forward without signing in, and how it stands: forms and a receipt, nothing kept of the reader.

Against floods there are limits for each place and a field that only machines fill in; nobody has to prove that he is
human.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.forms import Form
from engine.foundation import clock
from engine.foundation.actor import system_actor
from engine.foundation.errors import DomainError, InvalidAnswers
from engine.public_intake import sending, standing
from engine.public_intake.limits import TooMany
from webui.errors import error_lines
from webui.forms import answers_from, shown
from webui.language import language, translate_refusal
from webui.marks import brief, cacheable
from webui.marks import public as open_to_all
from webui.openly import address, rendered
from webui.presenting.public_intake import offer_lines, receipt_shown, standing_shown
from webui.presenting.reach import reach_of
from webui.statuses import UNFIT, status_of

blueprint = Blueprint("public_intake", __name__)
TRAP = "website"  # hidden from people; whoever fills it in is a machine
MADE = 201


@blueprint.get("/public/requests")
@open_to_all
@cacheable
def overview() -> ResponseReturnValue:
    """What may be put forward, and the way to one's receipt."""
    return rendered("public/requests.html", page={"lines": offer_lines(sending.offers(), address)})


@blueprint.get("/put-forward/<process_key>")
@open_to_all
def form(process_key: str) -> ResponseReturnValue:
    """An empty form. Its token becomes the secret of the receipt."""
    return _form(process_key, {}, sending.fresh_secret())


@blueprint.post("/put-forward/<process_key>")
@open_to_all
@brief
def send(process_key: str) -> ResponseReturnValue:
    """Take what was filled in, and give the receipt; the secret stands in no address."""
    found = sending.offer(process_key, request.form.get("congress", ""))
    answers = answers_from(found.folder.forms[found.intake.form], request.form)
    token = request.form.get("token", "")
    if request.form.get(TRAP):
        fault = {"field": None, "message": _("请不要填写隐藏的那一栏。")}
        return _form(process_key, answers, token, [fault], {}), UNFIT
    try:
        receipt = sending.send(
            system_actor(found.congress_id),
            process_key=process_key,
            answers=answers,
            token=token,
            address=request.remote_addr or "",
        )
    except DomainError as refused:
        return _refused(process_key, answers, token, refused)
    shown_once = receipt_shown(receipt, found, address)
    return rendered("public/receipt.html", page=shown_once, other_language=""), MADE


def _refused(
    process_key: str, answers: Mapping[str, Any], token: str, refused: DomainError
) -> ResponseReturnValue:
    """The form with what was typed and why it was not taken; of what is too much also when, and what else to do."""
    found = sending.offer(process_key, request.form.get("congress", ""))
    fresh = sending.fresh_secret() if isinstance(refused, sending.FormTooOld) else token
    asked = found.folder.forms[found.intake.form]
    headers = {}
    if isinstance(refused, TooMany):
        headers = {"Retry-After": str(max(1, round((refused.until - clock.now()).total_seconds())))}
    page = _form(process_key, answers, fresh, *_faults(refused, asked), full=isinstance(refused, TooMany))
    return page, status_of(type(refused)), headers


@blueprint.get("/receipt")
@open_to_all
def receipt() -> ResponseReturnValue:
    """Where the number and the secret are typed in."""
    return rendered("public/standing.html", page={"errors": [], "receipt": "", "found": None})


@blueprint.post("/receipt")
@open_to_all
@brief
def look() -> ResponseReturnValue:
    """How it stands; with something filled in for what was missing, that is added first."""
    number, secret = request.form.get("receipt", ""), request.form.get("secret", "")
    errors: list[Any] = []
    faults: Mapping[str, Any] = {}
    try:
        found = standing.standing(number, secret)
        answers: dict[str, Any] = {}
        if "supplement" in request.form and found.supplement:
            answers = answers_from(found.folder.forms[found.supplement], request.form)
            errors, faults = _supplement(number, secret, answers, found.folder.forms[found.supplement])
            found = standing.standing(number, secret)
    except standing.NoSuchReceipt as refused:
        lines, _none = _faults(refused)
        nothing = {"errors": lines, "receipt": number, "found": None}
        return rendered("public/standing.html", page=nothing), status_of(type(refused))
    page: dict[str, Any] = {"errors": errors, "receipt": number, "secret": secret}
    page["reach"] = reach_of(found.congress_id)
    page["found"] = standing_shown(found, answers if errors else {}, faults)
    return rendered("public/standing.html", page=page, other_language=""), UNFIT if errors else 200


def _supplement(
    number: str, secret: str, answers: Mapping[str, Any], asked: Form
) -> tuple[list[Any], Mapping[str, Any]]:
    try:
        congress_id = standing.congress_of(number, secret)
        standing.supplement(system_actor(congress_id), receipt=number, secret=secret, answers=answers)
    except (InvalidAnswers, standing.NothingAsked) as refused:
        return _faults(refused, asked)
    return [], {}


def _faults(refused: DomainError, asked: Form | None = None) -> tuple[list[Any], Mapping[str, Any]]:
    """What is wrong, for the top of the page under the label of each field, and for the fields."""
    if isinstance(refused, InvalidAnswers) and asked is not None:
        labels = {field.name: field.label.in_(language()) for field in asked.fields}
        lines = [
            {**line, "message": f"{labels.get(line['field'], '')}{_('：')}{line['message']}"}
            for line in error_lines(refused)
        ]
        return lines, refused.errors
    return [{"field": None, "message": translate_refusal(refused)}], {}


def _form(
    process_key: str,
    answers: Mapping[str, Any],
    token: str,
    errors: list[Any] | None = None,
    faults: Mapping[str, Any] | None = None,
    *,
    full: bool = False,
) -> str:
    code = request.values.get("congress", "")
    found = sending.offer(process_key, code)
    fields = shown(found.folder.forms[found.intake.form], answers, faults)
    others = [each for each in sending.offers() if each.folder.key == process_key]
    page = {
        "title": found.intake.title.in_(language()),
        "intro": found.intake.intro.in_(language()),
        "action": address("public_intake.send", process_key=process_key),
        "fields": [item for item in fields if item["spec"]["name"] not in found.intake.person],
        "person": [item for item in fields if item["spec"]["name"] in found.intake.person],
        "congresses": [{"code": each.code, "name": each.congress} for each in others],
        "congress": found.code,
        "token": token,
        "trap": TRAP,
        "errors": errors or [],
        "full": full,
        "reach": reach_of(found.congress_id),
    }
    return rendered("public/request.html", page=page)
