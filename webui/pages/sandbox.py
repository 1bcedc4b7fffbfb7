"""Rules: the congress's rule pack, drafts of it, and what a draft would have made of a past year."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.foundation import clock
from engine.foundation.errors import InvalidAnswers, NotFound
from engine.sandbox.drafts import MAY_TRY, active_pack, change_rule, draft, drafts, make_draft
from engine.sandbox.replay import replay
from engine.sandbox.versions import decisions, waiting_for
from webui.errors import error_lines, field_errors
from webui.language import english
from webui.presenting.sandbox import (
    comparison_book,
    comparison_shown,
    decision_line,
    rule_choices,
    rule_lines,
    undecided_count,
)
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import UNFIT

blueprint = Blueprint("sandbox", __name__, url_prefix="/administration/rules")
ENTRIES = (
    Entry(
        ("期限规则", "Rules"),
        "sandbox.overview",
        lambda actor: bool(actor.roles & set(MAY_TRY)),
        23,
        count=waiting_for,
    ),
)
SHOWN = 5  # of the latest proposals; the list of versions has all
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FAULTS: dict[str, Any] = {"errors": [], "faults": {}}


def _faults(refusal: InvalidAnswers) -> dict[str, Any]:
    return {"errors": error_lines(refusal), "faults": field_errors(refusal)}


@blueprint.get("")
def overview() -> ResponseReturnValue:
    """The rules in force, and the drafts."""
    return _overview(NO_FAULTS)


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin a draft."""
    try:
        id_ = make_draft(current_actor(), name=request.form.get("name", ""))
    except InvalidAnswers as refusal:
        return _overview(_faults(refusal)), UNFIT
    return redirect(url_for("sandbox.page", draft_id=id_))


def _overview(faults: dict[str, Any]) -> str:
    actor = current_actor()
    pack = active_pack(actor)
    page = {
        "pack": pack.title.en if english() else pack.title.zh,
        "version": f"{pack.key} {pack.version}",
        "rules": rule_lines(pack, clock.today()),
        "drafts": drafts(actor),
        "decisions": [decision_line(each) for each in decisions(actor)[:SHOWN]],
        "undecided": undecided_count(pack, clock.today()),
        "typed": request.form.to_dict(),
        **faults,
    }
    return render_template("administration/rules.html", page=page)


@blueprint.get("/<int:draft_id>")
def page(draft_id: int) -> ResponseReturnValue:
    """A draft, and where a span is asked for, what it would have made of it."""
    asked = {"since": request.args.get("since", ""), "until": request.args.get("until", "")}
    if not any(asked.values()):
        return draft_page(draft_id, _last_year(), NO_FAULTS)
    try:
        since, until = _span(asked)
        found = replay(current_actor(), draft_id=draft_id, since=since, until=until)
    except InvalidAnswers as refusal:
        return draft_page(draft_id, asked, _faults(refusal)), UNFIT
    return draft_page(draft_id, asked, {**NO_FAULTS, "found": comparison_shown(found)})


@blueprint.post("/<int:draft_id>")
def change(draft_id: int) -> ResponseReturnValue:
    """Give a rule of the draft another length and warnings."""
    form = request.form
    try:
        change_rule(
            current_actor(),
            draft_id=draft_id,
            rule_id=form.get("rule", ""),
            length=form.get("length", ""),
            warn=form.get("warn", "").replace("，", " ").replace("、", " ").split(),
            act=form.get("act", ""),
            article=form.get("article", ""),
        )
    except InvalidAnswers as refusal:
        return draft_page(draft_id, _last_year(), _faults(refusal)), UNFIT
    flash(_("草案已保存，现行规则没有变动。"), "success")
    return redirect(url_for("sandbox.page", draft_id=draft_id))


@blueprint.get("/<int:draft_id>/comparison.xlsx")
def export(draft_id: int) -> ResponseReturnValue:
    """The comparison as a workbook."""
    actor = current_actor()
    actor.require(*MAY_TRY)
    try:
        since, until = _span(request.args.to_dict())
        found = replay(actor, draft_id=draft_id, since=since, until=until)
    except InvalidAnswers as refusal:
        raise NotFound from refusal
    name = f"{_('期限规则试算')}-{since:%Y%m%d}-{until:%Y%m%d}.xlsx"
    content = BytesIO(comparison_book(found))
    return send_file(content, mimetype=WORKBOOK, as_attachment=True, download_name=name, max_age=0)


def _last_year() -> dict[str, str]:
    year = clock.today().year - 1
    return {"since": f"{year}-01-01", "until": f"{year}-12-31"}


def _span(asked: dict[str, str]) -> tuple[dt.date, dt.date]:
    days, wrong = [], {}
    for name in ("since", "until"):
        try:
            days.append(dt.date.fromisoformat(asked.get(name, "").strip()))
        except ValueError:
            wrong[name] = [_("请写成2026-02-05的样子。")]
    if wrong:
        raise InvalidAnswers(wrong)
    return days[0], days[1]


def draft_page(draft_id: int, asked: dict[str, str], more: dict[str, Any]) -> str:
    """The page of a draft; `more` is what a refusal or a replay adds to it."""
    tried = draft(current_actor(), draft_id)
    page = {
        "id": draft_id,
        "name": tried.name,
        "changed_at": tried.changed_at,
        "changed": rule_lines(
            tried.pack, clock.today(), beside=tried.base, only={r.id for r in tried.changed}
        ),
        "choices": rule_choices(tried.base, clock.today()),
        "typed": request.form.to_dict(),
        "asked": asked,
        "without_article": [rule.title.en if english() else rule.title.zh for rule in tried.without_article],
        "adoptable": bool(tried.changes) and not tried.without_article,
        "tomorrow": (clock.today() + dt.timedelta(days=1)).isoformat(),
        "found": None,
        **more,
    }
    return render_template("administration/rule_draft.html", page=page)
