"""`flask calendar`: the calendars of a congress, and a year's notice."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask.cli import AppGroup

from engine.casework.periods import calendar_changes
from engine.casework.periods.calendar_changes import CalendarChange
from engine.deadlines.calendars import read_calendar, stored_years
from engine.foundation.actor import Actor, system_actor
from engine.foundation.errors import DomainError
from engine.people.congresses import congress_of, congress_tree
from webui.commands.refusals import both

group = AppGroup("calendar", help="工作日历 / calendars of working days")

CONGRESS = click.option("--congress", default="", help="人大的代码；只有一个时可不写 / code of the congress")
STATUS = {"confirmed": "已确认 / confirmed", "estimated": "暂估 / estimated"}


@group.command("list")
@CONGRESS
def listing(congress: str) -> None:
    """列出各年份及其状态 / the years and how certain they are."""
    actor = _actor(congress)
    stored = stored_years(actor.congress_id)
    for number, year in sorted(read_calendar(actor.congress_id).years.items()):
        kept = stored.get(number)
        origin = "程序自带 / shipped" if kept is None else _origin(kept.congress_id, actor.congress_id)
        click.echo(f"{number}  {STATUS[year.status]}  {origin}  {year.source}")


@group.command("confirm")
@click.argument("year", type=int)
@click.option("--source", required=True, help="依据的通知 / the notice")
@click.option("--yes", is_flag=True, help="不再询问 / do not ask")
@CONGRESS
def confirm(year: int, source: str, yes: bool, congress: str) -> None:
    """确认一年的放假安排,重算在办期限 / confirm a year and count running clocks again."""
    actor = _actor(congress)
    change: dict[str, Any] = {"year": year, "source": source}
    try:
        if not yes:
            _print(calendar_changes.preview(calendar_changes.confirm_year, actor, **change))
            click.confirm("确认吗 / Confirm?", abort=True)
        _print(calendar_changes.confirm_year(actor, **change))
    except DomainError as refusal:
        _refuse(both(refusal))


def _actor(code: str) -> Actor:
    try:
        if code:
            return system_actor(congress_of(code))
    except DomainError as refusal:
        _refuse(both(refusal))
    uppermost = [line for line in congress_tree() if line.depth == 0]
    if len(uppermost) != 1:
        _refuse("请用 --congress 写明人大的代码。/ Name the congress with --congress.")
    return system_actor(uppermost[0].id)


def _refuse(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(2)


def _origin(held_by: int, congress_id: int) -> str:
    return "本级 / own" if held_by == congress_id else "上级 / from above"


def _print(change: CalendarChange) -> None:
    for shift in change.shifts:
        name = shift.case_number or shift.case_title
        click.echo(f"{name} {shift.unit} {shift.key}: {shift.old_due_on} → {shift.new_due_on}")
    click.echo(
        f"{change.year}: 到期日变动 {len(change.shifts)} 件，其余重算 {change.unmoved} 件 / "
        f"{len(change.shifts)} due dates move, {change.unmoved} others counted again"
    )
