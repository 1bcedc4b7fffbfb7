"""The publication desk: what is due, the redacted copy beside its original, release by a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from engine.publication.desk import TABS, copy_page, counts, desk, may_publish, waiting
from engine.publication.preparing import prepare_copy, send_back_copy
from engine.publication.releasing import release_copy, withdraw_publication, withhold_publication
from webui.addresses import whole_number
from webui.language import translate_refusal, translate_sentence
from webui.presenting.publication import STATES, copy_shown, desk_line, passage_label
from webui.presenting.words import said
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("publication", __name__, url_prefix="/publication")

ENTRIES = (Entry(("公开", "Publication"), "publication.listing", may_publish, 30, count=waiting),)


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The desk, by state."""
    actor = current_actor()
    tab = request.args.get("tab", "due")
    if tab not in TABS:
        raise NotFound
    lines, following = desk(actor, tab, after=request.args.get("after", type=whole_number))
    found = counts(actor)
    shown = {
        "tab": tab,
        "tabs": [
            {
                "label": said(STATES, each),
                "href": url_for("publication.listing", tab=each),
                "count": found[each],
                "current": each == tab,
            }
            for each in TABS
        ],
        "lines": [desk_line(line, actor) for line in lines],
        "next_href": url_for("publication.listing", tab=tab, after=following) if following else "",
    }
    return render_template("publication/desk.html", page=shown)


@blueprint.get("/<int:publication_id>")
def page(publication_id: int) -> ResponseReturnValue:
    """The editor."""
    return _page(current_actor(), publication_id)


def _page(actor: Actor, publication_id: int, refusal: DomainError | None = None) -> ResponseReturnValue:
    """The editor; after a refusal with everything that was typed, and what is wrong with it."""
    found = copy_page(actor, publication_id)
    errors = refusal.errors if isinstance(refusal, InvalidAnswers) else {}
    typed = request.form if refusal is not None else {}
    shown = copy_shown(found, actor, typed, errors)
    shown |= {
        "errors": [
            {"field": key, "message": f"{_label(key, found.original)}{_('：')}{translate_sentence(sentence)}"}
            for key, sentences in errors.items()
            for sentence in sentences
        ],
        "refused": translate_refusal(refusal) if refusal is not None and not errors else "",
        "typed": typed,
        "asks_confirmation": type(refusal).__name__ == "LooksPersonal",
    }
    return render_template("publication/copy.html", page=shown), status_of(type(refusal)) if refusal else 200


def _label(key: str, content: Mapping[str, Any]) -> str:
    return _("理由") if key == "reason" else passage_label(key, dict(content))


def _done(publication_id: int, deed: Callable[[Actor], object], words: str) -> ResponseReturnValue:
    """Do it and come back to the page; a refusal is shown above what was typed."""
    actor = current_actor()
    try:
        deed(actor)
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, publication_id, refusal)
    flash(words, "success")
    return redirect(url_for("publication.page", publication_id=publication_id))


def _revision() -> int | None:
    return request.form.get("revision", type=whole_number)


@blueprint.post("/<int:publication_id>/copy")
def prepare(publication_id: int) -> ResponseReturnValue:
    """Keep the copy for release."""
    texts = {
        name.removeprefix("text:"): text for name, text in request.form.items() if name.startswith("text:")
    }
    note = request.form.get("note", "")
    return _done(
        publication_id,
        lambda actor: prepare_copy(
            actor, publication_id=publication_id, texts=texts, note=note, revision=_revision()
        ),
        _("公开文本已送审核，须由他人发布。"),
    )


@blueprint.post("/<int:publication_id>/release")
def release(publication_id: int) -> ResponseReturnValue:
    """Publish it."""
    confirmation = request.form.get("confirmation", "")
    return _done(
        publication_id,
        lambda actor: release_copy(
            actor, publication_id=publication_id, revision=_revision(), confirmation=confirmation
        ),
        _("已公开发布。"),
    )


@blueprint.post("/<int:publication_id>/send-back")
def send_back(publication_id: int) -> ResponseReturnValue:
    """Send it back."""
    return _reasoned(publication_id, send_back_copy, _("已退回，请准备人修改。"))


@blueprint.post("/<int:publication_id>/withhold")
def withhold(publication_id: int) -> ResponseReturnValue:
    """Decide not to publish it."""
    return _reasoned(publication_id, withhold_publication, _("已决定不予公开。"))


@blueprint.post("/<int:publication_id>/withdraw")
def withdraw(publication_id: int) -> ResponseReturnValue:
    """Take it off the public site."""
    return _reasoned(publication_id, withdraw_publication, _("已停止公开。"))


def _reasoned(publication_id: int, deed: Callable[..., object], words: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _done(
        publication_id,
        lambda actor: deed(actor, publication_id=publication_id, reason=reason, revision=_revision()),
        words,
    )
