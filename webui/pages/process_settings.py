"""What a draft says beside the diagram, filled in as forms: tasks, actions, clocks, notices, articles, numbers …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.definitions.reading import KEY
from engine.designing.access import MAY_DESIGN, DraftMovedOn, clean
from engine.designing.drafts import save_draft_files
from engine.designing.reading import draft, draft_files
from engine.designing.settings import KINDS, NOTICE, change_entry, entries_of, remove_entry
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.presenting.operations import faults_of
from webui.presenting.process_settings import entry_shown, settings_shown
from webui.presenting.setting_values import texts_from, typed_anyway, values_from
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_settings", __name__, url_prefix="/administration/flows/drafts")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.get("/<int:draft_id>/settings")
def page(draft_id: int) -> ResponseReturnValue:
    """All entries of a draft."""
    return _list_page(draft_id)


def _list_page(draft_id: int, refused: Mapping[str, str] | None = None) -> str:
    """All entries; `refused` is the `key` that a new one of that `kind` cannot have."""
    actor = current_actor()
    shown = settings_shown(draft(actor, draft_id=draft_id), draft_files(actor, draft_id=draft_id))
    message = _("请用字母开头的字母、数字、下划线，不超过64个字符。")
    errors = [{"field": f"new-{refused['kind']}", "message": message}] if refused else []
    return render_template(
        "process_drafts/settings.html", page={**shown, "refused": refused, "errors": errors}
    )


@blueprint.get("/<int:draft_id>/settings/new/<kind>")
def new(draft_id: int, kind: str) -> ResponseReturnValue:
    """Go to an entry that is not there yet; it is there once it is kept."""
    files = draft_files(current_actor(), draft_id=draft_id)
    key = request.args.get("key", "").strip()
    if kind == "notice":
        key = str(len(entries_of(files, NOTICE)) + 1)
    elif kind not in ("action", "clock"):
        return redirect(url_for("process_settings.page", draft_id=draft_id))
    elif not KEY.fullmatch(key):
        return _list_page(draft_id, {"kind": kind, "key": key}), status_of(InvalidAnswers)
    on = request.args.get("on") if kind == "notice" else None
    return redirect(url_for("process_settings.entry", draft_id=draft_id, kind=kind, key=key, on=on))


@blueprint.get("/<int:draft_id>/settings/<kind>/<key>")
def entry(draft_id: int, kind: str, key: str) -> ResponseReturnValue:
    """One entry."""
    files = draft_files(current_actor(), draft_id=draft_id)
    _require_entry(files, kind, key)
    on = request.args.get("on", "")[:50]
    return _page(draft_id, files, kind, key, None, {"on": on} if on and kind == "notice" else None)


def _require_entry(files: Mapping[str, str], kind: str, key: str) -> None:
    """An entry that is there, or may be added under that key. Raises NotFound."""
    if kind not in KINDS:
        raise NotFound
    there = entries_of(files, KINDS[kind])
    if key in there:
        return
    is_next = kind == "notice" and key == str(len(there) + 1)
    if not is_next and (kind == "notice" or KINDS[kind].single or not KEY.fullmatch(key)):
        raise NotFound


def _page(
    draft_id: int,
    files: Mapping[str, str],
    kind: str,
    key: str,
    refusal: DomainError | None = None,
    typed: Mapping[str, Any] | None = None,
    revision: int = 0,
    *,
    unsaved: bool = False,
) -> str:
    line = draft(current_actor(), draft_id=draft_id)
    refused = refusal if isinstance(refusal, InvalidAnswers) else None
    shown = entry_shown(line, current_actor(), files, kind, key, typed, refused)
    shown |= {"revision": revision or line.revision, "unsaved": unsaved}
    if refusal is not None and refused is None:
        shown |= faults_of(refusal, {})
    return render_template("process_drafts/setting.html", page=shown)


@blueprint.post("/<int:draft_id>/settings/<kind>/<key>")
def change(draft_id: int, kind: str, key: str) -> ResponseReturnValue:
    """Check what was typed, keep it, or take the entry out."""
    actor, form = current_actor(), request.form
    files = draft_files(actor, draft_id=draft_id)
    _require_entry(files, kind, key)
    doing, revision = form.get("do", "save"), form.get("revision", 0, type=whole_number)
    before = entries_of(files, KINDS[kind]).get(key, {})
    try:
        after = (
            remove_entry(files, KINDS[kind], key) if doing == "remove" else _typed(files, kind, key, before)
        )
        if doing == "check":
            return _page(draft_id, after, kind, key, revision=revision, unsaved=True)
        changed = {path: text for path, text in after.items() if files.get(path) != text}
        save_draft_files(actor, draft_id=draft_id, files=changed, revision=revision)
    except DomainError as refusal:
        if type(refusal) in (NotFound, NotAllowed):
            raise
        if isinstance(refusal, DraftMovedOn):
            revision = draft(actor, draft_id=draft_id).revision
        typed = typed_anyway(form, KINDS[kind])
        texts = texts_from(form, files) if kind == "notice" else {}
        told = _page(draft_id, {**files, **texts}, kind, key, refusal, typed, revision)
        return told, status_of(type(refusal))
    return _kept(draft_id, kind, key, doing, any_changed=bool(changed))


def _typed(files: Mapping[str, str], kind: str, key: str, before: Mapping[str, Any]) -> dict[str, str]:
    """The files with what was typed."""
    after = change_entry(files, KINDS[kind], key, values_from(request.form, KINDS[kind], before))
    texts = texts_from(request.form, files) if kind == "notice" else {}
    return after | {path: clean(path, text) for path, text in texts.items()}


def _kept(draft_id: int, kind: str, key: str, doing: str, *, any_changed: bool) -> ResponseReturnValue:
    if doing == "remove":
        flash(_("已删除。"), "success")
        return redirect(url_for("process_settings.page", draft_id=draft_id))
    flash(_("已保存。") if any_changed else _("没有变化。"), "success" if any_changed else "info")
    return redirect(url_for("process_settings.entry", draft_id=draft_id, kind=kind, key=key))
