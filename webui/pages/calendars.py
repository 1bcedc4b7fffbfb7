"""«日历与期限»: the years of a congress's calendar, changes with their consequences shown first, the calculator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.casework.periods import calendar_changes
from engine.casework.periods.calendar_changes import MAY_CHANGE, CalendarChange
from engine.deadlines.asking import DateNotUnderstood, UnknownPack, ask
from engine.deadlines.calendars import calendar_of
from engine.deadlines.decided import in_force
from engine.deadlines.workdays import DayKind
from engine.deadlines.year_view import FIRST_YEAR, LAST_YEAR, year_view
from engine.foundation import clock
from engine.foundation.actor import Actor
from engine.foundation.errors import Busy, DomainError, InvalidAnswers, NotAllowed, NotFound
from webui.addresses import whole_number
from webui.errors import error_lines, field_errors, status_of
from webui.language import language, translate_refusal
from webui.shell import Entry
from webui.sign_in import current_actor
from webui.words import counting

blueprint = Blueprint("calendars", __name__)

ENTRIES = (Entry(("日历与期限", "Calendar"), "calendars.this_year", lambda actor: not actor.deputy_id, 55),)

LARGEST_UPLOAD = 256 * 1024
Values = dict[str, Any]


@blueprint.get("/calendars")
def this_year() -> ResponseReturnValue:
    """The year asked for, or the present one."""
    return _year_page(current_actor(), request.args.get("year", type=whole_number) or clock.today().year)


@blueprint.get("/calendars/<int:year>")
def one_year(year: int) -> ResponseReturnValue:
    """One year."""
    return _year_page(current_actor(), year)


@blueprint.get("/deadline")
def calculator() -> ResponseReturnValue:
    """When something is due: the same answer as `flask deadline due`."""
    actor = current_actor()
    asked = {name: request.args.get(name, "").strip() for name in ("rule", "length", "start")}
    page: Values = {"asked": asked, "errors": [], "faults": {}, "rules": _rule_choices(actor), "answer": None}
    if not any(asked.values()):
        asked["start"] = clock.today().isoformat()
        return render_template("calendars/calculator.html", page=page)
    try:
        page["answer"] = _answer(actor, asked)
    except DomainError as refusal:
        field = "start" if isinstance(refusal, DateNotUnderstood) else "length"
        page["faults"] = {field: translate_refusal(refusal)}
        page["errors"] = [{"field": field, "message": translate_refusal(refusal)}]
        return render_template("calendars/calculator.html", page=page), 422
    return render_template("calendars/calculator.html", page=page)


@blueprint.post("/calendars/<what>/preview")
def preview(what: str) -> ResponseReturnValue:
    """What a change would do to the clocks that run, before it is made."""
    actor = current_actor()
    change, read = _change(what)
    try:
        values = read()
        found = calendar_changes.preview(change, actor, **values)
    except DomainError as refusal:
        return _refused(actor, refusal)
    page = {
        "what": what,
        "values": {name: _written(value) for name, value in values.items()},
        "change": found,
        "shown": found.shifts[:200],
        "sentence": _sentence(what, values),
    }
    return render_template("calendars/preview.html", page=page)


@blueprint.post("/calendars/<what>")
def make(what: str) -> ResponseReturnValue:
    """Make a change."""
    actor = current_actor()
    change, read = _change(what)
    try:
        made = change(actor, **read())
    except DomainError as refusal:
        return _refused(actor, refusal)
    flash(_done(made), "success")
    return redirect(url_for("calendars.one_year", year=made.year))


def _year_page(
    actor: Actor, year: int, refusal: Values | None = None, status: int = 200
) -> ResponseReturnValue:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    page = {
        "year": year_view(actor.congress_id, year),
        "this_year": clock.today().year,
        "today": clock.today(),
        "may_change": bool(actor.roles.intersection(MAY_CHANGE)),
        "kinds": [
            {"value": DayKind.RESTDAY.value, "label": _("放假")},
            {"value": DayKind.WORKDAY.value, "label": _("上班")},
            {"value": calendar_changes.ORDINARY, "label": _("照常（按星期）")},
        ],
        "weekdays": counting.weekdays(language()),
        "month_name": lambda month: counting.month_name(month, language()),
        "short_day": lambda day: counting.short_day(day, language()),
        "day_name": lambda name: counting.day_name(name, language()),
        "errors": [],
        "faults": {},
        "typed": {"day": request.args.get("day", ""), "kind": "", "name": "", "source": "", "text": ""},
    }
    return render_template("calendars/year.html", page=page | (refusal or {})), status


def _refused(actor: Actor, refusal: DomainError) -> ResponseReturnValue:
    """The year again, with what was typed and what is wrong with it."""
    if isinstance(refusal, NotAllowed | Busy):
        raise refusal
    shown: Values = {"typed": {**request.form.to_dict(), "text": request.form.get("text", "")}}
    if isinstance(refusal, InvalidAnswers):
        shown |= {"errors": error_lines(refusal), "faults": field_errors(refusal)}
    else:
        shown |= {"errors": [{"field": "", "message": translate_refusal(refusal)}], "faults": {}}
    return _year_page(actor, _year_of_form(), shown, status_of(type(refusal)))


def _year_of_form() -> int:
    year = request.form.get("year", type=whole_number) or 0
    if not year and (day := _date(request.form.get("day", ""))):
        year = day.year
    return year if FIRST_YEAR <= year <= LAST_YEAR else clock.today().year


def _change(what: str) -> tuple[Callable[..., CalendarChange], Callable[[], Values]]:
    """The use case, and what reads its values from the form."""
    changes: Mapping[str, tuple[Callable[..., CalendarChange], Callable[[], Values]]] = {
        "day": (calendar_changes.set_day, _day_values),
        "confirmation": (calendar_changes.confirm_year, _confirmation_values),
        "import": (calendar_changes.import_year, _import_values),
    }
    if what not in changes:
        raise NotFound
    return changes[what]


def _day_values() -> Values:
    form = request.form
    return {"day": _date(form.get("day", "")), "kind": form.get("kind", ""), "name": form.get("name", "")}


def _confirmation_values() -> Values:
    year = request.form.get("year", type=whole_number) or 0
    return {"year": year, "source": request.form.get("source", "")}


def _import_values() -> Values:
    text = request.form.get("text", "")
    file = request.files.get("file")
    if file is not None and file.filename:
        text = file.stream.read(LARGEST_UPLOAD).decode("utf-8", errors="replace")
    return {"text": text, "source": request.form.get("source", "")}


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _sentence(what: str, values: Values) -> str:
    if what == "day":
        kinds = {"restday": _("放假"), "workday": _("上班"), "ordinary": _("照常（按星期）")}
        day = counting.long_day(values["day"], language())
        return _("把%(day)s改为“%(kind)s”", day=day, kind=kinds.get(values["kind"], values["kind"]))
    if what == "confirmation":
        return _("确认%(year)s年的放假安排", year=values["year"])
    return _("导入整年的放假安排")


def _done(change: CalendarChange) -> str:
    moved = len(change.shifts)
    told = ngettext(
        "%(num)s 个到期日随之变动，已通知有关人员。", "%(num)s 个到期日随之变动，已通知有关人员。", moved
    )
    return _("日历已更新。") + (told if moved else _("没有到期日因此变动。"))


def _rule_choices(actor: Actor) -> list[dict[str, str]]:
    try:
        found = in_force(actor.congress_id).pack.rules_in_force(clock.today())
    except UnknownPack:  # a pack of the congress's own that is not installed: lengths can still be counted
        return []
    title = "en" if language() == "en" else "zh"
    return [
        {
            "value": rule.id,
            "label": f"{getattr(rule.title, title)} · {counting.length_in_words(rule.length, language())}",
        }
        for rule in found
    ]


def _answer(actor: Actor, asked: Mapping[str, str]) -> Values:
    deadline = ask(
        rule=asked["rule"],
        length=asked["length"],
        start=asked["start"],
        pack=lambda: in_force(actor.congress_id).pack,
        calendar=calendar_of(actor.congress_id),
    )
    return {"deadline": deadline, "sentences": counting.counted_in_words(deadline, language())}
