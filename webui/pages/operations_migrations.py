"""Taking running cases over to another version: the two side by side, what becomes of each case, progress."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, NotAllowed, NotFound
from engine.operations.access import MAY_OPERATE
from engine.operations.mapping import MappingUnfit, VersionMap
from engine.operations.migration_list import one_migration, side_by_side
from engine.operations.migrations import cancel, carry_on, plan_migration, start, try_again
from engine.operations.versions import version
from webui.addresses import whole_number
from webui.presenting.migrations import chosen_map, comparison_shown, migration_shown, misfit_sentence
from webui.presenting.operations import NO_FAULTS, faults_of
from webui.sign_in import current_actor
from webui.statuses import status_of

blueprint = Blueprint("migrations", __name__, url_prefix="/administration/flows/migrations")

AT_ONCE = 20  # cases taken over while the person waits; the clock takes the others


@blueprint.before_request
def _only_operators() -> None:
    current_actor().require(*MAY_OPERATE)


@blueprint.get("/new")
def compare() -> ResponseReturnValue:
    """Two versions side by side, to say what is renamed and where removed steps go on."""
    from_id, to_id = (request.args.get(name, type=whole_number) or 0 for name in ("from", "to"))
    return _compare_page(from_id, to_id, VersionMap(), NO_FAULTS)


def _compare_page(from_id: int, to_id: int, mapping: VersionMap, faults: dict[str, Any]) -> str:
    actor = current_actor()
    old, new = (version(actor, definition_id=each) for each in (from_id, to_id))
    if old.folder.key != new.folder.key or old.id == new.id:
        raise NotFound
    rows, clocks = side_by_side(old.folder, new.folder, mapping)
    page = {**comparison_shown(old, new, rows, clocks, mapping), **faults}
    return render_template("operations/migration_new.html", page=page)


@blueprint.post("")
def plan() -> ResponseReturnValue:
    """Plan it: nothing moves yet."""
    form = request.form
    from_id, to_id = (form.get(name, type=whole_number) or 0 for name in ("from", "to"))
    mapping = chosen_map(form)
    try:
        id_ = plan_migration(
            current_actor(), from_id=from_id, to_id=to_id, mapping=mapping, reason=form.get("reason", "")
        )
    except DomainError as refusal:
        if isinstance(refusal, NotFound | NotAllowed):
            raise
        return _compare_page(from_id, to_id, mapping, _faults(refusal)), status_of(type(refusal))
    return redirect(url_for("migrations.page", migration_id=id_))


def _faults(refusal: DomainError) -> dict[str, Any]:
    if isinstance(refusal, MappingUnfit):
        lines = [{"field": "", "message": misfit_sentence(each)} for each in refusal.misfits]
        return {"errors": lines, "faults": {}, "typed": request.form.to_dict()}
    return faults_of(refusal, request.form.to_dict())


@blueprint.get("/<int:migration_id>")
def page(migration_id: int) -> ResponseReturnValue:
    """A migration: what becomes, or became, of each case."""
    actor = current_actor()
    found = one_migration(actor, migration_id=migration_id)
    return render_template("operations/migration.html", page=migration_shown(actor, found))


@blueprint.post("/<int:migration_id>/<what>")
def change(migration_id: int, what: str) -> ResponseReturnValue:
    """Start it, call it off, or try the refused cases again."""
    actor = current_actor()
    if what == "start":
        start(actor, migration_id=migration_id)
        _carry_on(actor, migration_id)
    elif what == "cancel":
        cancelled = cancel(actor, migration_id=migration_id)
        flash(_("已取消，已经迁移的案件不变。") if cancelled else _("没有变化。"), "info")
    elif what == "again":
        try_again(actor, migration_id=migration_id)
        _carry_on(actor, migration_id)
    else:
        raise NotFound
    return redirect(url_for("migrations.page", migration_id=migration_id))


def _carry_on(actor: Actor, migration_id: int) -> None:
    done = list(carry_on(actor, migration_id=migration_id, at_most=AT_ONCE))
    told = ngettext("已处理 %(num)s 件。", "已处理 %(num)s 件。", len(done))
    more = one_migration(actor, migration_id=migration_id).waiting
    flash(told + (_("其余由系统接着处理，刷新可看进度。") if more else ""), "success")
