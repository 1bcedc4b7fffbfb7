"""Commitments: the ledger, the page of one with everything that may be done to it, the yearly report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.commitments.changing import approve_change, decide_change, request_change
from engine.commitments.ledger import Wanted, find_commitments, owing_units, years
from engine.commitments.page import commitment_page
from engine.commitments.rating import rate_fulfilment
from engine.commitments.reporting import Evidence, report_fulfilled, report_progress
from engine.commitments.rows import STATES
from engine.commitments.yearly import workbook, yearly_report
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import place, whole_number
from webui.errors import error_lines, field_errors
from webui.language import translate_refusal
from webui.pages.inbox import works_here
from webui.presenting.commitments import (
    line_shown,
    page_shown,
    report_rows,
    status_words,
    unit_year_shown,
)
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.statuses import status_of
from webui.store import file_store

blueprint = Blueprint("commitments", __name__, url_prefix="/commitments")
ENTRIES = (Entry(("承诺", "Commitments"), "commitments.listing", works_here, 38),)
PARTS = ("year", "unit", "status", "q", "overdue")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
def listing() -> ResponseReturnValue:
    """The ledger, narrowed as the address says."""
    actor, args = current_actor(), request.args
    number = args.get("page", 0, type=place) or 1
    wanted = Wanted(
        year=_year(),
        unit_id=args.get("unit", type=whole_number),
        status=args.get("status", "") if args.get("status") in STATES else "",
        overdue=args.get("overdue") == "1",
        text=args.get("q", "").strip()[:100],
    )
    found = find_commitments(actor, wanted, number=number)
    choices = _choices(actor)
    shown = {
        "title": _("承诺台账"),
        "phone": not works_here(actor),
        "lines": [line_shown(line) for line in found.lines],
        "filters": _filter_form(choices),
        "chips": _chips(choices),
        "clear_href": url_for("commitments.listing"),
        "narrowed": any(args.get(name) for name in PARTS),
        "report_href": url_for("commitments.report"),
        "pages": {
            "text": _("共%(count)s项", count=found.count),
            "first_href": _here() if number > 1 else "",
            "next_href": "" if found.last else _here(page=number + 1),
        },
    }
    return render_template("commitments/ledger.html", page=shown)


def _year() -> int | None:
    year = request.args.get("year", type=whole_number)
    return year if year and 1950 <= year <= 2200 else None


def _here(**changes: Any) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in PARTS if request.args.get(name)}
    return url_for(
        "commitments.listing", **{name: value for name, value in {**kept, **changes}.items() if value}
    )


def _choices(actor: Actor) -> dict[str, tuple[str, dict[str, str]]]:
    """What the ledger can be narrowed by: name → label, values with their titles."""
    return {
        "year": (_("承诺年度"), {str(year): str(year) for year in years(actor)}),
        "unit": (_("承诺单位"), {str(id_): name for id_, name in owing_units(actor).items()}),
        "status": (_("状态"), {status: title for status, title in status_words().items()}),
    }


def _filter_form(choices: dict[str, tuple[str, dict[str, str]]]) -> dict[str, Any]:
    return {
        "action": url_for("commitments.listing"),
        "selects": [
            {
                "name": name,
                "label": label,
                "choices": [{"value": value, "label": title} for value, title in titles.items()],
                "value": request.args.get(name, ""),
            }
            for name, (label, titles) in choices.items()
            if len(titles) > 1
        ],
        "text": request.args.get("q", ""),
        "text_label": _("承诺、编号或者标题"),
        "tick": {"name": "overdue", "label": _("只看逾期的"), "on": request.args.get("overdue") == "1"},
    }


def _chips(choices: dict[str, tuple[str, dict[str, str]]]) -> list[dict[str, str]]:
    chips = []
    for name in PARTS:
        value = request.args.get(name, "")
        if value:
            label, titles = choices.get(name, (_("含有"), {}))
            said = _("%(label)s：%(text)s", label=label, text=titles.get(value, value))
            text = _("只看逾期的") if name == "overdue" else said
            chips.append({"label": text, "remove_href": _here(**{name: ""})})
    return chips


@blueprint.get("/report")
def report() -> ResponseReturnValue:
    """The yearly report of this year and the last."""
    actor = current_actor()
    if not works_here(actor):
        raise NotAllowed
    year = _year() or clock.today().year
    shown = {
        "year": year,
        "units": [unit_year_shown(unit) for unit in yearly_report(actor, year)],
        "years": [(each, url_for("commitments.report", year=each)) for each in years(actor)],
        "export_href": url_for("commitments.export", year=year),
    }
    return render_template("commitments/report.html", page=shown)


@blueprint.get("/report.xlsx")
def export() -> ResponseReturnValue:
    """The yearly report as a workbook."""
    actor = current_actor()
    if not works_here(actor):
        raise NotAllowed
    year = _year() or clock.today().year
    summary, lines = report_rows(yearly_report(actor, year))
    content = workbook(summary, lines, (_("各单位兑现情况"), _("承诺事项")))
    name = _("承诺兑现情况%(year)s.xlsx", year=year)
    return send_file(BytesIO(content), mimetype=WORKBOOK, as_attachment=True, download_name=name)


@blueprint.get("/<int:commitment_id>")
def page(commitment_id: int) -> ResponseReturnValue:
    """One commitment: what was promised, what became of it, what may be done now."""
    return _page(current_actor(), commitment_id)


def _page(
    actor: Actor, commitment_id: int, refusal: DomainError | None = None, where: str = ""
) -> ResponseReturnValue:
    shown = page_shown(commitment_page(actor, commitment_id))
    invalid = isinstance(refusal, InvalidAnswers)
    shown |= {
        "phone": not works_here(actor),
        "errors": error_lines(refusal) if isinstance(refusal, InvalidAnswers) else [],
        "faults": field_errors(refusal) if isinstance(refusal, InvalidAnswers) else {},
        "refused": translate_refusal(refusal) if refusal and not invalid else "",
        "typed": request.form.to_dict() if refusal else {},
        "where": where,
    }
    return render_template("commitments/commitment.html", page=shown), status_of(
        type(refusal)
    ) if refusal else 200


def _done(
    commitment_id: int, where: str, done: str, deed: Callable[[Actor, int | None], object]
) -> ResponseReturnValue:
    """Do it and come back to the page; a refusal shows the page with what was typed."""
    actor = current_actor()
    try:
        deed(actor, request.form.get("revision", type=whole_number))
    except (NotFound, NotAllowed):
        raise
    except DomainError as refusal:
        return _page(actor, commitment_id, refusal, where)
    flash(done, "success")
    return redirect(url_for("commitments.page", commitment_id=commitment_id))


@blueprint.post("/<int:commitment_id>/report")
def report_on(commitment_id: int) -> ResponseReturnValue:
    """Report progress, or that the promise is kept, with evidence."""
    fulfilled = request.form.get("go") == "fulfilled"
    files = [(each.filename, each.stream.read()) for each in request.files.getlist("files") if each.filename]
    evidence = Evidence(file_store(), tuple(files))
    values: dict[str, Any] = {
        "commitment_id": commitment_id,
        "text": request.form.get("text", ""),
        "evidence": evidence,
    }
    deed = report_fulfilled if fulfilled else report_progress
    done = _("已报告兑现，请代表评价。") if fulfilled else _("进展已报告。")
    return _done(
        commitment_id, "report", done, lambda actor, revision: deed(actor, revision=revision, **values)
    )


@blueprint.post("/<int:commitment_id>/change")
def ask(commitment_id: int) -> ResponseReturnValue:
    """Ask for a change."""
    form = request.form
    values: dict[str, Any] = {
        "action": form.get("action", ""),
        "reason": form.get("reason", ""),
        "due_on": form.get("due_on", type=dt.date.fromisoformat),
        "what": form.get("what", ""),
    }
    return _done(
        commitment_id,
        "change",
        _("已送单位主要负责人审批。"),
        lambda actor, revision: request_change(
            actor, commitment_id=commitment_id, revision=revision, **values
        ),
    )


@blueprint.post("/<int:commitment_id>/changes/<int:entry_id>")
def decide(commitment_id: int, entry_id: int) -> ResponseReturnValue:
    """Approve or refuse a change: in the unit its head, in the congress the office that decides."""
    form = request.form
    about: dict[str, Any] = {
        "commitment_id": commitment_id,
        "entry_id": entry_id,
        "reason": form.get("reason", ""),
    }
    agreed = form.get("go") == "yes"

    def deed(actor: Actor, _revision: int | None) -> None:
        if form.get("as") == "congress":
            decide_change(actor, granted=agreed, **about)
        else:
            approve_change(actor, approved=agreed, **about)

    return _done(commitment_id, "decide", _("已作出决定。"), deed)


@blueprint.post("/<int:commitment_id>/rating")
def rate(commitment_id: int) -> ResponseReturnValue:
    """Say whether the promise was kept."""
    answers = {"yes": True, "no": False}
    values: dict[str, Any] = {
        "commitment_id": commitment_id,
        "fulfilled": answers.get(request.form.get("fulfilled", "")),
        "reasons": request.form.get("reasons", ""),
    }
    return _done(
        commitment_id,
        "rate",
        _("谢谢，您的评价已经提交。"),
        lambda actor, revision: rate_fulfilment(actor, revision=revision, **values),
    )
