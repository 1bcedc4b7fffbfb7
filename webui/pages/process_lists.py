"""What a draft lists in process.toml, line by line: stages, happenings, effects, and what forms choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.designing.access import MAY_DESIGN, DraftMovedOn
from engine.designing.drafts import save_draft_files
from engine.designing.form_rows import moved
from engine.designing.lists import LISTS, Line, Listing, change_lines, lines_of, moved_along
from engine.designing.reading import draft, draft_files
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.presenting.process_lists import lines_from, list_shown
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("process_lists", __name__, url_prefix="/administration/flows/drafts")


@blueprint.before_request
def _only_designers() -> None:
    current_actor().require(*MAY_DESIGN)


@blueprint.get("/<int:draft_id>/settings/list/<name>")
def page(draft_id: int, name: str) -> ResponseReturnValue:
    """A list of a draft; one that is not there yet has no lines."""
    listing, files = _listing(name), draft_files(current_actor(), draft_id=draft_id)
    return _page(draft_id, files, name, lines_of(files, listing), NO_FAULTS)


def _listing(name: str) -> Listing:
    if name not in LISTS:
        raise NotFound
    return LISTS[name]


def _page(
    draft_id: int,
    files: Mapping[str, str],
    name: str,
    lines: Sequence[Line],
    faults: Mapping[str, Any],
    *,
    refused: InvalidAnswers | None = None,
    revision: int = 0,
    at: int | None = None,
) -> str:
    actor = current_actor()
    line = draft(actor, draft_id=draft_id)
    shown = {**list_shown(line, actor, files, name, lines, refused, at), **faults}
    shown["revision"] = revision or line.revision
    if at is None and (refused or "unsaved" in faults):  # told as it is found, with the focus
        shown["errors"] = [*shown["errors"], *shown["found"]]
    return render_template("process_drafts/list.html", page=shown)


@blueprint.post("/<int:draft_id>/settings/list/<name>")
def change(draft_id: int, name: str) -> ResponseReturnValue:
    """Do to the lines what the button says; only saving keeps them."""
    actor, listing = current_actor(), _listing(name)
    files = draft_files(actor, draft_id=draft_id)
    lines, revision = lines_from(request.form, listing), request.form.get("revision", 0, type=whole_number)
    doing, _dot, number = request.form.get("do", "save").partition(".")
    place = int(number) if number.isdecimal() and len(number) < 4 else len(lines)
    unsaved = {**NO_FAULTS, "unsaved": True}
    if doing in ("up", "remove"):
        at = _done(lines, doing, place)
        return _page(
            draft_id, _as_said(files, listing, lines), name, lines, unsaved, revision=revision, at=at
        )
    try:
        after = change_lines(files, listing, lines)
        if doing == "check":
            return _page(draft_id, after, name, lines, unsaved, revision=revision)
        changed = {path: text for path, text in after.items() if files.get(path) != text}
        save_draft_files(actor, draft_id=draft_id, files=changed, revision=revision)
    except DomainError as refusal:
        return _refused(draft_id, files, name, lines, refusal, revision)
    flash(_saved(moved_along(files, after)) if changed else _("没有变化。"), "success" if changed else "info")
    return redirect(url_for("process_lists.page", draft_id=draft_id, name=name))


def _saved(along: int) -> str:
    if not along:
        return _("已保存。")
    return ngettext(
        "已保存，属于这一阶段的 %(num)s 个任务随之改名。",
        "已保存，属于这一阶段的 %(num)s 个任务随之改名。",
        along,
    )


def _done(lines: list[Line], doing: str, place: int) -> int | None:
    if place < len(lines) and doing == "remove":
        del lines[place]
    return moved(lines, place, -1) if doing == "up" else None


def _as_said(files: Mapping[str, str], listing: Listing, lines: Sequence[Line]) -> Mapping[str, str]:
    """The files as they would be; as they are while the lines cannot be written."""
    try:
        return change_lines(files, listing, lines)
    except DomainError:
        return files


def _refused(
    draft_id: int,
    files: Mapping[str, str],
    name: str,
    lines: Sequence[Line],
    refusal: DomainError,
    revision: int,
) -> ResponseReturnValue:
    """What was typed, with what is wrong with it."""
    if type(refusal) in (NotFound, NotAllowed):
        raise refusal
    if isinstance(refusal, DraftMovedOn):
        revision = draft(current_actor(), draft_id=draft_id).revision
    refused = refusal if isinstance(refusal, InvalidAnswers) else None
    faults = NO_FAULTS if refused else faults_of(refusal, {})
    told = _page(draft_id, files, name, lines, faults, refused=refused, revision=revision)
    return told, status_of(type(refusal))
