"""`flask deadline`: when something is due, and the sweep by hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from engine.casework.periods.clock_sweep import sweep
from engine.deadlines.asking import USUAL_PACK, ask, pack_named
from engine.deadlines.calendars import read_calendar
from engine.deadlines.counting import Deadline, deadline_json
from engine.deadlines.decided import in_force
from engine.deadlines.holidays import seed
from engine.deadlines.rules import RulePack
from engine.deadlines.workdays import Calendar
from engine.foundation.errors import DomainError
from engine.people.congresses import congress_of
from models import Congress, db
from webui.commands.refusals import both
from webui.words.counting import counted_in_words

group = AppGroup("deadline", help="期限：计算与提醒 / deadlines: counting and reminding")


@group.command("due")
@click.option("--rule", default="", help="期限规则，如 answer / a rule of the pack")
@click.option("--length", default="", help="期限长度：3m、10wd、20d、-30d / a length")
@click.option("--from", "start", required=True, metavar="DATE", help="起算日，如 2026-02-05 / the start")
@click.option("--pack", default="", help="规则包 / rule pack")
@click.option("--congress", default="", help="按哪个人大的日历，写代码 / code of the congress")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON / print JSON")
def due(rule: str, length: str, start: str, pack: str, congress: str, as_json: bool) -> None:
    """算到期日,并说明怎么算的;没有数据库也能用 / when it is due, and how it is counted."""
    try:
        calendar, usual = of_congress(congress)
        wanted = (lambda: pack_named(pack)) if pack else usual
        deadline = ask(rule=rule, length=length, start=start, pack=wanted, calendar=calendar)
    except DomainError as refusal:
        click.echo(both(refusal), err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(deadline_json(deadline), ensure_ascii=False))
    else:
        _print(deadline)


@group.command("sweep")
def sweep_command() -> None:
    """立即检查到期提醒 / let every clock speak whose day has come."""
    told = sweep()
    click.echo(f"提醒 {told} 件 / {told} clocks told")


def of_congress(code: str) -> tuple[Calendar, Callable[[], RulePack]]:
    """Calendar and rules of a congress (the uppermost, if none is named); the shipped ones where there is none."""
    try:
        named = Congress.id == congress_of(code) if code else Congress.parent_id.is_(None)
        row = db.session.scalars(sa.select(Congress).where(named).order_by(Congress.id).limit(1)).first()
        if row is not None:
            congress_id = row.id
            return read_calendar(congress_id), lambda: in_force(congress_id).pack
    except SQLAlchemyError:  # no database, or one that has no tables yet
        if code:
            click.echo("数据库不可用，无法按指定的人大计算。/ The database cannot be reached.", err=True)
            sys.exit(2)
    return Calendar(seed()), lambda: pack_named(USUAL_PACK)


def _print(deadline: Deadline) -> None:
    mark = " （暂估 / provisional）" if deadline.provisional else ""
    click.echo(f"{deadline.due}{mark}")
    for locale in ("zh", "en"):
        for sentence in counted_in_words(deadline, locale):
            click.echo(f"  {sentence}")
